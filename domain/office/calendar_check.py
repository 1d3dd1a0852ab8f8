"""What is wrong with an office's calendar, for the operator: years that are not decreed, days that are missing, written
twice, or without effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from domain.office.profile import Office
from domain.office.working_days import Calendar, YearDocument, decreed_years

#: the month from which the following year should be decreed: the decree of three ministers comes before
DECREED_FROM = 10
#: (month, day) of the holidays that have the same date each year
FIXED = {
    (1, 1): "Tahun Baru",
    (5, 1): "Hari Buruh",
    (6, 1): "Hari Lahir Pancasila",
    (8, 17): "Kemerdekaan",
    (12, 25): "Natal",
}


def missing_years(office: Office, today: date) -> list[int]:
    """Years that should be decreed by now and are not: this one, and from October on the following one."""
    due = [today.year, today.year + 1] if today.month >= DECREED_FROM else [today.year]
    return [year for year in due if not office.calendar.year(year).certain]


def faults(office: Office, today: date) -> list[str]:
    """One line for each; empty when the calendar is right."""
    missing = (
        f"{year} is not decreed: promised days in it are estimates; add [holidays.{year}] to the profile"
        for year in missing_years(office, today)
    )
    decreed = decreed_years(office.holidays).items()
    return [*missing, *(fault for year, days in decreed for fault in _of_year(int(year), days)), *_of_days_off(office)]


def _of_year(year: int, content: YearDocument) -> Iterator[str]:
    days = [day.date for day in (*content.holidays, *content.joint_leave)]
    yield from (f"{day} is written twice in {year}" for day in _repeated(days))
    holidays = {day.date for day in content.holidays}
    for (month, day), name in FIXED.items():
        if date(year, month, day) not in holidays:
            yield f"{date(year, month, day)} ({name}) is missing among the holidays of {year}"
    for leave in content.joint_leave:
        if leave.date.weekday() >= 5:
            yield f"{leave.date} ({leave.name.msgid}) is joint leave on a weekend"


def _of_days_off(office: Office) -> Iterator[str]:
    without = Calendar.load(office.deadline.exclude_joint_leave, office.holidays)
    for day in office.days_off:
        if not without.is_working_day(day.date):
            yield f"{day.date} ({day.name.msgid}) in [[days_off]] is no working day anyway"
    yield from (f"{day} is written twice in [[days_off]]" for day in _repeated(day.date for day in office.days_off))


def _repeated(days: Iterable[date]) -> list[date]:
    return [day for day, times in Counter(days).items() if times > 1]
