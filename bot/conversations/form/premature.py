"""Messages that were sent before their sender had seen the open question.

They are never taken as answers: they are held in order and offered one by one.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Turn
from bot.conversations.form.ask import ask
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.choice import OTHER
from bot.conversations.form.record import take_words
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.definition import Question
from domain.text import Text

#: messages that are held for one person; later ones are refused
MAX_HELD = 20


def hold(session: FormSession, question: Question, text: str) -> Turn:
    """Holds the message and offers it. While another one is offered, says nothing: a burst gets one reply."""
    if len(session.state.held) >= MAX_HELD:
        return ask(session, question, Text("Terlalu banyak pesan sekaligus; pesan terakhir tidak kami simpan."))
    was_offering = session.is_offering
    _set_held(session, (*session.state.held, text))
    if was_offering and not is_outdated(session, question):
        return session.say_nothing()
    return ask(session, question)


def use_held(session: FormSession, question: Question) -> Turn:
    """Takes the first held message as the answer."""
    if is_outdated(session, question):
        return reject_outdated(session, question)
    first, *rest = session.state.held
    session.forget_message()
    _set_held(session, tuple(rest))
    return take_words(session, question, first)


def drop_held(session: FormSession, question: Question) -> Turn:
    _set_held(session, session.state.held[1:])
    return ask(session, question)


def is_outdated(session: FormSession, question: Question) -> bool:
    """Whether the screen shows a part or an answer that another device has changed since."""
    part, shown = kind_of(question).open_part(session, question), session.asked_part
    moved = shown != part.id if part else "/" in shown or shown == OTHER
    return moved or session.changed_after(question, session.state.revision)


def reject_outdated(session: FormSession, question: Question, text: str = "") -> Turn:
    """Tells that another device changed the answer, and offers the typed words again."""
    if question.id in session.draft.answers:
        notice = Text(
            "Butir %(code)s sudah dijawab dari perangkat lain: %(answer)s",
            code=question.code,
            answer=answers.brief(question, session.value(question)),
        )
    else:
        notice = Text("Butir %(code)s sudah diubah dari perangkat lain.", code=question.code)
    if text:
        _set_held(session, (*session.state.held, text))
    return ask(session, question, notice)


def _set_held(session: FormSession, held: tuple[str, ...]) -> None:
    session.state = replace(session.state, held=held)
