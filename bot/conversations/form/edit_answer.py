"""A message was edited after it had been sent: changes the answer that it gave, if that is still the same."""

from __future__ import annotations

from bot.conversations.form.kinds import kind_of
from bot.conversations.form.session import FormSession
from bot.service import drafts
from domain.form import answers
from domain.form.reading import Unreadable
from domain.text import Text, lines


def is_unchanged(session: FormSession, question_id: str, words: str) -> bool:
    """Whether the words say what the answer is already."""
    question = session.on_path(question_id)
    try:
        return question is not None and answers.read(question, words, session.ctx.reading) == session.value(question)
    except Unreadable:
        return False


def edit_answer(session: FormSession, question_id: str, words: str) -> Text | None:
    """Takes the new words of the message that answered this question, and returns what to say about it. Returns `None`
    if the answer cannot be changed by editing a message.
    """
    question = session.on_path(question_id)
    if question is None or not kind_of(question).one_message or session.is_locked(question):
        return None
    try:
        value = answers.read(question, words, session.ctx.reading)
    except Unreadable as error:
        present = answers.brief(question, session.value(question))
        return lines(error.text, Text("Jawaban %(code)s tetap: %(answer)s", code=question.code, answer=present))
    if value == session.value(question):
        return Text("Jawaban %(code)s tetap: %(answer)s", code=question.code, answer=answers.brief(question, value))
    drafts.record(session.ctx, session.draft, question, value)
    return Text("✓ %(code)s diubah: %(answer)s", code=question.code, answer=answers.brief(question, value))
