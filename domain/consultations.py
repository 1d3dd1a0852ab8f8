"""How consultations are numbered and looked up, and when they end."""

from __future__ import annotations

from datetime import timedelta

from domain.numbers import whole_application_number

NUMBER = "KON-%(year)s-%(serial)04d"
#: after an answer a consultation waits so long for another question; then it is closed
CLOSES_AFTER = timedelta(days=14)
#: working days before a promised day on which the staff are reminded
DAYS_LEFT = (0, 1)


def read_number(text: str) -> str | None:
    """The number of a consultation; None for other texts."""
    return whole_application_number(text, NUMBER)
