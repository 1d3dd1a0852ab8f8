"""How complaints are numbered and looked up, and when they end."""

from __future__ import annotations

from datetime import timedelta

from domain.numbers import whole_application_number

NUMBER = "ADU-%(year)s-%(serial)04d"
#: characters of the secret code of a complaint without a name
CODE_LENGTH = 10
#: after its answer a complaint can be reopened once so long; then it is closed
REOPEN_WITHIN = timedelta(days=30)
#: working days before a promised day on which the staff are reminded
DAYS_LEFT = (0, 2)


def read_reference(text: str) -> tuple[str, str] | None:
    """The number of a complaint, and the secret code behind it if one was typed. None for other texts."""
    whole = whole_application_number(text, NUMBER)
    if whole is not None:
        return whole, ""
    before, _, last = text.strip().rpartition(" ")
    number = whole_application_number(before, NUMBER) if before else None
    return (number, last) if number is not None and _may_be_code(last) else None


def _may_be_code(word: str) -> bool:
    return len(word) == CODE_LENGTH and word.isascii() and word.isalnum()
