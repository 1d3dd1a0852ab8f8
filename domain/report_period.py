"""The period of a report: a month, a quarter, a year, or from one day to another, as people say it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from domain.form.dates import YEARS, read_period
from domain.form.reading import Reading
from domain.frozen import frozen
from domain.office.working_days import months_later

_YEAR = re.compile(r"(?:tahun\s+|year\s+)?(\d{4})")
_QUARTER = re.compile(
    r"(?:triwulan|tw|kuartal|quarter|q)\.?\s*(iii|ii|iv|i|[1-4])(?:\s*[,/-]?\s*(?:tahun\s+)?(\d{4}))?"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTHS = 12
#: years that a report may be about: other ones come from typing errors and odd buttons
_FIRST_YEAR = 2000


@frozen
class Period:
    first: date
    last: date


def month_of(day: date) -> Period:
    return _months(day.year, day.month, 1)


def quarter_of(day: date) -> Period:
    return _months(day.year, day.month - (day.month - 1) % 3, 3)


def year_of(day: date) -> Period:
    return _months(day.year, 1, _MONTHS)


def before(period: Period) -> Period:
    """The month before, for a month."""
    return month_of(period.first - timedelta(days=1))


def read(words: str, reading: Reading) -> Period:
    """Raises `Unreadable`. A quarter without a year is one of this year."""
    tidy = " ".join(words.casefold().split())
    if (year := _YEAR.fullmatch(tidy)) and int(year[1]) in YEARS:
        return year_of(date(int(year[1]), 1, 1))
    if (quarter := _QUARTER.fullmatch(tidy)) and int(quarter[2] or reading.today.year) in YEARS:
        number = _ROMAN.get(quarter[1]) or int(quarter[1])
        return _months(int(quarter[2] or reading.today.year), 3 * number - 2, 3)
    return Period(*read_period(words, reading))


def of_numbers(first: int, last: int) -> Period | None:
    """Of days written as 20261231; `None` for what is no period. Inverse: `number`."""
    try:
        period = Period(_day(first), _day(last))
    except (ValueError, OverflowError):
        return None
    known = period.first.year >= _FIRST_YEAR and period.last.year in YEARS
    return period if known and period.first <= period.last else None


def number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def _months(year: int, month: int, count: int) -> Period:
    first = date(year, month, 1)
    return Period(first, months_later(first, count) - timedelta(days=1))
