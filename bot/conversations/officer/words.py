"""An application's number in free text."""

from __future__ import annotations

from bot.service.context import Context
from domain.numbers import application_number, parse_application_number

#: more digits are no serial of a year
MOST_DIGITS = 6


def number_in(ctx: Context, words: str) -> str | None:
    """As the office writes it; the serial alone is one of this year."""
    pattern = ctx.office.numbers.application_number
    serial = words.strip()
    if serial.isascii() and serial.isdigit() and len(serial) <= MOST_DIGITS and int(serial):
        return application_number(pattern, ctx.today.year, int(serial))
    return parse_application_number(words, pattern=pattern)
