"""An e-mail address or a phone number."""

from __future__ import annotations

from bot.chat import Turn
from bot.conversations.form.kinds.kind import Kind
from bot.conversations.form.prompts import ask_plainly
from bot.conversations.form.session import FormSession
from domain.form.contacts import EMAIL as EMAIL_ANSWER
from domain.form.contacts import PHONE as PHONE_ANSWER
from domain.form.definition import Question
from domain.text import Text


def with_plus(number: str) -> str:
    """A shared contact may lack the + before the code of the country."""
    return f"+{number}" if number[:1] in set("123456789") else number


def _ask_phone(session: FormSession, question: Question, notice: Text | None) -> Turn:
    is_own = question.limits.mobile and question.personal_data
    return ask_plainly(session, question, notice, takes_contact=is_own)


EMAIL = Kind(EMAIL_ANSWER)
PHONE = Kind(PHONE_ANSWER, ask=_ask_phone, takes_contact=True)
