"""Words that came before the open question had been seen: kept in order, offered one by one, never simply taken."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from bot.chat import Turn
from bot.conversations.form import record
from bot.conversations.form.prompts import ask, part
from bot.conversations.form.session import MOST_HELD, FormSession
from domain.form import answers
from domain.form.definition import Question
from domain.text import Json, Text


def collects(session: FormSession, question: Question, *, aware: bool) -> bool:
    """A long text that was begun takes what follows, if it was for this question."""
    return aware and question.kind == "longtext" and isinstance(session.partial(question), str) and not session.held


def hold(session: FormSession, question: Question, text: str) -> Turn:
    """Kept and offered. While one is offered, the next ones only wait: one answer to one burst."""
    if len(session.held) >= MOST_HELD:
        return ask(session, question, Text("Terlalu banyak pesan sekaligus; pesan terakhir tidak kami simpan."))
    waiting = _with_held(session, [*session.held, text])
    if session.offering and not overtaken(session, question):
        return Turn(waiting.state)
    return ask(waiting, question)


def use(session: FormSession, question: Question) -> Turn:
    """ "Ya, pakai"."""
    if overtaken(session, question):
        return lost_politely(session, question)
    first, *rest = session.held
    session.ctx = replace(session.ctx, message_key="")  # the words came in another message
    return record.words(_with_held(session, rest), question, first)


def drop(session: FormSession, question: Question) -> Turn:
    return ask(_with_held(session, session.held[1:]), question)


def overtaken(session: FormSession, question: Question) -> bool:
    """Whether something else is open by now than what stands on the screen: another device went on."""
    open_part, shown = part(session, question), "/".join(session.asked[1:])
    moved = shown != open_part.id if open_part else "/" in shown or shown == "other"
    return moved or session.overtaken(question, session.seen_revision)


def lost_politely(session: FormSession, question: Question, text: str = "") -> Turn:
    """The answer came from another channel meanwhile: the new value is shown, and what was typed is offered again."""
    if question.id in session.draft.answers:
        notice = Text(
            "Butir %(code)s sudah dijawab dari perangkat lain: %(answer)s",
            code=question.code,
            answer=answers.brief(question, session.value(question)),
        )
    else:
        notice = Text("Butir %(code)s sudah diubah dari perangkat lain.", code=question.code)
    return ask(_with_held(session, [*session.held, text] if text else session.held), question, notice)


def _with_held(session: FormSession, held: list[str]) -> FormSession:
    session.state = replace(session.state, data={**session.state.data, "held": cast("Json", held)})
    return session
