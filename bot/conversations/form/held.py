"""Which held message fits the open question."""

from __future__ import annotations

from bot.conversations.form import line_answers
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.kind import AskAgain
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.definition import Question
from domain.form.reading import Unreadable, is_left_out


def fitting(session: FormSession, question: Question) -> str | None:
    """The first held message that the question can read. The others stay held until a question can read them."""
    return next((words for words in session.state.held if can_read(session, question, words)), None)


def can_read(session: FormSession, question: Question, words: str) -> bool:
    """Whether the words answer the question, or a part of it. Nothing is recorded."""
    if is_left_out(words) and may_be_left_out(session, question, words):
        return True
    return not isinstance(line_answers.take(session, question, words), AskAgain)


def may_be_left_out(session: FormSession, question: Question, words: str) -> bool:
    """Whether "-" or "tidak ada" leaves the question out: not where it is an answer, nor inside an answer that was
    begun.
    """
    if question.required or session.partial(question) is not None:
        return False
    if kind_of(question).open_part(session, question):
        return False
    if kind_of(question).takes_any_words:
        return True
    try:
        answers.read(question, words, session.ctx.reading)
    except Unreadable:
        return True
    return False
