"""An application's number in free text."""

from __future__ import annotations

from bot.service.desk import Desk
from desk.numbers import parse_application_number


def number_in(desk: Desk, words: str) -> str | None:
    return parse_application_number(words, pattern=desk.office.numbers.application_number)
