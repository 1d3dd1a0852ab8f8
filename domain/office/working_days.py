"""Working days of the service: Monday to Friday, without national holidays and, by default, without joint leave.

A day here is a plain date of the office's zone; callers convert moments. Years are only known once they are decreed and
stand in the calendar data. For other years the `holidays` package estimates; whatever rests on an estimate says so
(`certain` is false), because a promised day is never silently a guess.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

from domain.text import Text

_DAY = timedelta(days=1)


class CalendarInvalid(ValueError):
    """Calendar data that cannot be read; the message is one line that says where and what to do."""


@dataclass(frozen=True, slots=True)
class Deadline:
    day: date
    certain: bool  #: false: part of the way lies in a year whose holidays are not decreed yet


@dataclass(frozen=True, slots=True)
class Year:
    off: frozenset[date]  #: not worked although Monday to Friday
    names: Mapping[date, Text]
    certain: bool


#: Years beyond come from slips of the finger; estimating thousands of them would take seconds.
ESTIMATED = range(2000, 2101)
UNKNOWN = Year(frozenset(), {}, certain=False)


@dataclass(frozen=True, slots=True)
class Calendar:
    decreed: Mapping[int, Year]
    exclude_joint_leave: bool = True

    @staticmethod
    def load(exclude_joint_leave: bool = True, extra: Mapping[str, object] | None = None) -> Calendar:
        """The packaged calendar; a year in `extra` (same shape) replaces the packaged one, since decrees are revised.

        Raises `CalendarInvalid`.
        """
        packaged = (resources.files("domain") / "data" / "calendar.toml").read_text(encoding="utf-8")
        return Calendar.of({**tomllib.loads(packaged), **(extra or {})}, exclude_joint_leave)

    @staticmethod
    def of(document: Mapping[str, object], exclude_joint_leave: bool = True) -> Calendar:
        """From `{"2026": {"holidays": [{"date", "name", …}], "joint_leave": […]}}`. Raises `CalendarInvalid`."""
        years = {_number(year): _year(year, content, exclude_joint_leave) for year, content in document.items()}
        return Calendar(years, exclude_joint_leave)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and _plain(day) not in self._year(day.year).off

    def names(self, day: date) -> Text | None:
        """What the day is called, joint leave too; an estimated name says that it is one."""
        return self._year(_plain(day).year).names.get(day)

    def deadline(self, start: date, working_days: int) -> Deadline:
        """The last of `working_days` working days after `start`, which itself is not counted (SK 66/BPS/Tahun 2023)."""
        day, certain = _plain(start), True
        while working_days > 0:
            day += _DAY
            year = self._year(day.year)
            certain = certain and year.certain
            if day.weekday() < 5 and day not in year.off:
                working_days -= 1
        return Deadline(day, certain)

    def working_days_between(self, after: date, until: date) -> int:
        """Working days later than `after` up to and with `until`; negative when `until` has passed."""
        if until < after:
            return -self.working_days_between(until, after)
        weeks, rest = divmod((_plain(until) - _plain(after)).days, 7)
        weekdays = 5 * weeks + sum((after.weekday() + n) % 7 < 5 for n in range(1, rest + 1))
        years = (self._year(year) for year in range(after.year, until.year + 1))
        return weekdays - sum(after < day <= until for year in years for day in year.off)

    def _year(self, year: int) -> Year:
        return self.decreed.get(year) or (_estimated(year, self.exclude_joint_leave) if year in ESTIMATED else UNKNOWN)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _plain(day: date) -> date:
    """A moment is not equal to any holiday, so it would count as a working day without a sound."""
    if isinstance(day, datetime):
        raise TypeError("a day of the office's zone is needed, not a moment")
    return day


@cache
def _estimated(year: int, exclude_joint_leave: bool) -> Year:
    from holidays import country_holidays  # slow to import, and only needed for years that are not decreed

    days = country_holidays("ID", years=year, categories=("public", "government"), language="id")
    public = country_holidays("ID", years=year, categories=("public",), language="id")
    names = {day: Text("%(name)s (perkiraan)", name=name.removesuffix(" (perkiraan)")) for day, name in days.items()}
    return Year(_weekdays(names if exclude_joint_leave else public), names, certain=False)


def _year(year: str, content: object, exclude_joint_leave: bool) -> Year:
    if not isinstance(content, Mapping):
        raise CalendarInvalid(f"{year}: a year is a table with the lists holidays and joint_leave")
    holidays = _days(year, "holidays", content.get("holidays"))
    joint_leave = _days(year, "joint_leave", content.get("joint_leave", []))
    off = {**holidays, **joint_leave} if exclude_joint_leave else holidays
    return Year(_weekdays(off), {**joint_leave, **holidays}, certain=True)


def _weekdays(days: Iterable[date]) -> frozenset[date]:
    return frozenset(day for day in days if day.weekday() < 5)


def _days(year: str, key: str, entries: object) -> dict[date, Text]:
    if not isinstance(entries, list):
        raise CalendarInvalid(f"[{year}] {key}: give a list of days")
    found: dict[date, Text] = {}
    for entry in entries:
        match entry:
            case {"date": date() as day, "name": str(name)} if str(day.year) == year and not isinstance(day, datetime):
                found[day] = Text(name)
            case _:
                wanted = f'{{ date = {year}-01-31, name = "…" }}'
                raise CalendarInvalid(f"[{year}] {key}: write {wanted}, not {entry}")
    return found


def _number(year: str) -> int:
    if not year.isdecimal() or len(year) != 4:
        raise CalendarInvalid(f"[{year}]: a table is named after its year, as [2026]")
    return int(year)
