"""Asks a question: offers a held message that fits it, else asks as its kind does."""

from __future__ import annotations

from bot.actions.form import DropHeld, UseHeld
from bot.chat import Choice, Turn
from bot.conversations.form.doubt import ask_which
from bot.conversations.form.held import fitting
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.prompts import heading, navigation, present_answer
from bot.conversations.form.session import REPLY, FormSession, fingerprint
from domain.form.definition import Question
from domain.text import Text, paragraphs


def ask(session: FormSession, question: Question, notice: Text | None = None) -> Turn:
    """Asks the question, or the part of it that is open."""
    words = fitting(session, question)
    if words is not None:
        return _offer_held(session, question, words, notice)
    if session.state.typed and session.question is question:
        return ask_which(session, question, session.state.typed, notice)
    return kind_of(question).ask(session, question, notice)


def ask_again(session: FormSession, question: Question, notice: Text | None = None) -> Turn:
    """Repeats what is open of the question: the question, or the reply to its remark."""
    is_reply = session.question is question and session.asked_part == REPLY and session.remark(question)
    if is_reply and fitting(session, question) is None and not session.state.typed:
        return ask_reply(session, question, notice)
    return ask(session, question, notice)


def ask_reply(session: FormSession, question: Question, notice: Text | None = None) -> Turn:
    """In a revision: an answer may stay only with a reply to its remark."""
    text = paragraphs(
        notice,
        heading(session, question),
        present_answer(session, question),
        Text("Mengapa isian ini tetap? Tulis jawaban untuk pemeriksa dalam satu atau dua kalimat."),
    )
    return session.say(f"{question.id}/{REPLY}", text, *navigation(session, question))


def _offer_held(session: FormSession, question: Question, words: str, notice: Text | None) -> Turn:
    """Asks whether a held message is the answer."""
    part = kind_of(question).open_part(session, question)
    text = paragraphs(
        notice,
        Text("Pesan Anda ini belum dipakai. Pakai untuk %(code)s?", code=question.code),
        Text("“%(words)s”", words=words),
        heading(session, question),
        part.heading if part else None,
    )
    mark = fingerprint(words)
    choices = (
        Choice(session.tap(question, UseHeld(mark)), Text("Ya, pakai")),
        Choice(session.tap(question, DropHeld(mark)), Text("Tidak, abaikan")),
    )
    asks = f"{question.id}/{part.id}" if part else question.id
    return session.say(asks, text, *choices, *navigation(session, question), offering=True)
