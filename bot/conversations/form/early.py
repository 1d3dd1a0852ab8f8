"""Words that came before the open question had been seen: kept in order, offered one by one, never simply taken."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from bot.chat import Turn
from bot.conversations.form import take
from bot.conversations.form.ask import ask, brief, part
from bot.conversations.form.place import MOST_HELD, Place
from domain.form.definition import Question
from domain.text import Json, Text


def collects(place: Place, question: Question, *, aware: bool) -> bool:
    """A long text that was begun takes what follows, if it was for this question."""
    return aware and question.kind == "longtext" and isinstance(place.partial(question), str) and not place.held


def hold(place: Place, question: Question, text: str) -> Turn:
    """Kept and offered. While one is offered, the next ones only wait: one answer to one burst."""
    if len(place.held) >= MOST_HELD:
        return ask(place, question, Text("Terlalu banyak pesan sekaligus; pesan terakhir tidak kami simpan."))
    waiting = _with_held(place, [*place.held, text])
    if place.offering and not overtaken(place, question):
        return Turn(waiting.state)
    return ask(waiting, question)


def use(place: Place, question: Question) -> Turn:
    """ "Ya, pakai"."""
    if overtaken(place, question):
        return lost_politely(place, question)
    first, *rest = place.held
    place.ctx = replace(place.ctx, message="")  # the words came in another message
    return take.words(_with_held(place, rest), question, first)


def drop(place: Place, question: Question) -> Turn:
    return ask(_with_held(place, place.held[1:]), question)


def overtaken(place: Place, question: Question) -> bool:
    """Whether something else is open by now than what stands on the screen: another device went on."""
    open_part, shown = part(place, question), "/".join(place.asked[1:])
    moved = shown != open_part.id if open_part else "/" in shown or shown == "other"
    return moved or place.overtaken(question, place.seen_revision)


def lost_politely(place: Place, question: Question, text: str = "") -> Turn:
    """The answer came from another channel meanwhile: the new value is shown, and what was typed is offered again."""
    if question.id in place.draft.answers:
        notice = Text(
            "Butir %(code)s sudah dijawab dari perangkat lain: %(answer)s",
            code=question.code,
            answer=brief(question, place.value(question)),
        )
    else:
        notice = Text("Butir %(code)s sudah diubah dari perangkat lain.", code=question.code)
    return ask(_with_held(place, [*place.held, text] if text else place.held), question, notice)


def _with_held(place: Place, held: list[str]) -> Place:
    place.state = replace(place.state, data={**place.state.data, "held": cast("Json", held)})
    return place
