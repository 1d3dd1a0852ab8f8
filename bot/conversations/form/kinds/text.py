"""Short text on one line."""

from __future__ import annotations

from bot.chat import Turn
from bot.conversations.form.kinds.kind import Kind
from bot.conversations.form.prompts import ask_plainly
from bot.conversations.form.session import FormSession
from domain.form.definition import Question
from domain.form.texts import TEXT
from domain.text import Text


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    example = Text("Contoh: %(example)s", example=question.example) if question.example else None
    return ask_plainly(session, question, notice, example=example)


KIND = Kind(TEXT, ask=_ask, code_is_ambiguous=True, takes_any_words=True)
