"""Working days of the service: Monday to Friday, without national holidays and, by default, without joint leave.

A day is a plain date in the office's zone; callers convert moments. The holidays of a year are known when the joint
decree of three ministers is published; then they stand in `calendar.toml`. For other years they are estimates of
`estimated_holidays.csv`, and what is computed from an estimate is marked (`certain` is false). An office may add single
days on which it alone does not work.
"""

from __future__ import annotations

import csv
import hashlib
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Self

from pydantic import ConfigDict, RootModel, model_validator

from domain.definitions import DATA, Definition, Many, Sentence, problem, read
from domain.frozen import frozen
from domain.text import Text

_DAY = timedelta(days=1)


@frozen
class Deadline:
    day: date
    certain: bool  #: false: part of the way lies in a year whose holidays are not decreed yet


class DayOff(Definition):
    date: date
    name: Sentence


class YearDocument(Definition):
    """The days off of one year, as decreed."""

    holidays: Many[DayOff]
    joint_leave: Many[DayOff] = ()


class CalendarDocument(RootModel[dict[str, YearDocument]]):
    """The years of `calendar.toml`, or of [holidays] in an office profile; a table is named after its year."""

    model_config = ConfigDict(strict=True, frozen=True)

    @model_validator(mode="after")
    def _check_years(self) -> Self:
        for year, content in self.root.items():
            if not re.fullmatch("[0-9]{4}", year):
                raise problem(f"[{year}]: name the table after its year, as [2026]")
            for day in (*content.holidays, *content.joint_leave):
                if day.date.year != int(year):
                    raise problem(f"[{year}]: {day.date} is in another year; move it there")
        return self


@frozen
class YearCalendar:
    off: frozenset[date]  #: days from Monday to Friday that are not worked
    names: Mapping[date, Text]
    certain: bool  #: false: estimated


#: the years of `estimated_holidays.csv`; years outside come from typing errors
ESTIMATED = range(2025, 2041)
UNKNOWN = YearCalendar(frozenset(), {}, certain=False)


@frozen
class Calendar:
    decreed: Mapping[int, YearCalendar]
    exclude_joint_leave: bool = True
    days_off: tuple[DayOff, ...] = ()  #: of this office alone, also in years that are not decreed
    #: filled when a year that is not decreed is asked for
    estimated: dict[int, YearCalendar] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def load(
        exclude_joint_leave: bool = True, extra: CalendarDocument | None = None, days_off: Iterable[DayOff] = ()
    ) -> Calendar:
        """The packaged calendar; a year in `extra` replaces the packaged one, because decrees are revised. `days_off`:
        single days that are added to whatever year they are in.

        Raises `DefinitionInvalid`.
        """
        local = tuple(days_off)
        decreed = {
            int(year): _with_days_off(_year_calendar(content, exclude_joint_leave), int(year), local)
            for year, content in decreed_years(extra).items()
        }
        return Calendar(decreed, exclude_joint_leave, local)

    def year(self, year: int) -> YearCalendar:
        """Its days off; they are estimated when the year is not decreed."""
        found = self.decreed.get(year) or self.estimated.get(year)
        if found is None and year in ESTIMATED:
            found = _with_days_off(_estimated(year, self.exclude_joint_leave), year, self.days_off)
            self.estimated[year] = found
        return found or UNKNOWN

    def fingerprint(self, years: Iterable[int]) -> str:
        """Changes when a day off of these years changes, or when one of them is decreed."""
        known = [(year, self.year(year).certain, sorted(self.year(year).off)) for year in years]
        return hashlib.sha256(repr(known).encode()).hexdigest()

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and _plain(day) not in self.year(day.year).off

    def names(self, day: date) -> Text | None:
        """The name of a holiday or a day of joint leave; the name of an estimated day says "(perkiraan)"."""
        return self.year(_plain(day).year).names.get(day)

    def deadline(self, start: date, working_days: int) -> Deadline:
        """The last of `working_days` working days after `start`, which is not counted itself (SK 66/BPS/Tahun 2023)."""
        day, certain = _plain(start), True
        while working_days > 0:
            day += _DAY
            year = self.year(day.year)
            certain = certain and year.certain
            if day.weekday() < 5 and day not in year.off:
                working_days -= 1
        return Deadline(day, certain)

    def working_days_between(self, after: date, until: date) -> int:
        """The number of working days after `after`, up to and including `until`; negative when `until` is earlier."""
        if until < after:
            return -self.working_days_between(until, after)
        weeks, rest = divmod((_plain(until) - _plain(after)).days, 7)
        weekdays = 5 * weeks + sum((after.weekday() + n) % 7 < 5 for n in range(1, rest + 1))
        years = (self.year(year) for year in range(after.year, until.year + 1))
        return weekdays - sum(after < day <= until for year in years for day in year.off)


def decreed_years(extra: CalendarDocument | None) -> Mapping[str, YearDocument]:
    """The packaged years, and those of the office, which replace them."""
    return {**_packaged().root, **(extra.root if extra else {})}


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _plain(day: date) -> date:
    """Refuses a datetime: it equals no holiday, so it would silently count as a working day."""
    if isinstance(day, datetime):
        raise TypeError("a day in the office's zone is needed, not a moment")
    return day


@cache
def _estimated(year: int, exclude_joint_leave: bool) -> YearCalendar:
    days = [(date.fromisoformat(day), kind, name) for day, kind, name in _estimates() if day.startswith(f"{year}-")]
    off = _weekdays(day for day, kind, _ in days if exclude_joint_leave or kind == "holiday")
    return YearCalendar(off, {day: Text("%(name)s (perkiraan)", name=name) for day, _, name in days}, certain=False)


@cache
def _estimates() -> Sequence[Sequence[str]]:
    """(day, kind, name), such as ("2027-03-09", "joint_leave", "Cuti Bersama Hari Raya Idul Fitri")."""
    table = (DATA / "estimated_holidays.csv").read_text(encoding="utf-8")
    return list(csv.reader(table.splitlines()))[1:]


@cache
def _packaged() -> CalendarDocument:
    return read(CalendarDocument, DATA / "calendar.toml")


def _year_calendar(content: YearDocument, exclude_joint_leave: bool) -> YearCalendar:
    holidays = {day.date: day.name for day in content.holidays}
    joint_leave = {day.date: day.name for day in content.joint_leave}
    off = {**holidays, **joint_leave} if exclude_joint_leave else holidays
    return YearCalendar(_weekdays(off), {**joint_leave, **holidays}, certain=True)


def _with_days_off(year: YearCalendar, number: int, days_off: Iterable[DayOff]) -> YearCalendar:
    names = {day.date: day.name for day in days_off if day.date.year == number}
    return replace(year, off=year.off | _weekdays(names), names={**names, **year.names}) if names else year


def _weekdays(days: Iterable[date]) -> frozenset[date]:
    return frozenset(day for day in days if day.weekday() < 5)
