from __future__ import annotations

import csv
import timeit
from datetime import UTC, date, datetime, timedelta
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.office.working_days import ESTIMATED, Calendar, CalendarDocument, Deadline
from domain.text import Text
from tests.estimated_holidays import FILE, rows

CALENDAR = Calendar.load()
JOINT_LEAVE_WORKED = Calendar.load(exclude_joint_leave=False)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "working_days", "day"),
    [
        # 3-6, 9-13, 16-17, 25-27, 30 March - 2 April, 6-10, 13-17, 20-21 April: Nyepi, Lebaran and Good Friday between
        (date(2026, 3, 2), 30, date(2026, 4, 21)),
        (date(2026, 3, 17), 1, date(2026, 3, 25)),  # 18-24 March: Nyepi, Lebaran, joint leave, a weekend
        (date(2026, 7, 6), 5, date(2026, 7, 13)),  # Monday to Monday: the start is not counted
        (date(2026, 7, 10), 1, date(2026, 7, 13)),  # Friday to Monday
        (date(2026, 7, 11), 1, date(2026, 7, 13)),  # recorded on a Saturday
        (date(2026, 8, 14), 1, date(2026, 8, 18)),  # 17 August is a Monday
        (date(2026, 7, 6), 0, date(2026, 7, 6)),
    ],
)
def test_the_deadline_skips_weekends_holidays_and_joint_leave(start: date, working_days: int, day: date) -> None:
    assert CALENDAR.deadline(start, working_days) == Deadline(day, certain=True)


def test_joint_leave_can_be_counted_as_working_days() -> None:
    # 18, 20, 23 and 24 March are worked then; Nyepi on the 19th is not
    assert JOINT_LEAVE_WORKED.deadline(date(2026, 3, 2), 30) == Deadline(date(2026, 4, 15), certain=True)
    assert JOINT_LEAVE_WORKED.is_working_day(date(2026, 3, 20))
    assert not CALENDAR.is_working_day(date(2026, 3, 20))


def test_a_deadline_in_a_year_without_decree_says_that_it_is_uncertain() -> None:
    # December: 21 days from the 1st to the 31st; January: 1st and 5th estimated as holidays; 4, 6-8, 11-15
    assert CALENDAR.deadline(date(2026, 11, 30), 30) == Deadline(date(2027, 1, 15), certain=False)


def test_a_deadline_on_the_last_decreed_day_is_certain() -> None:
    assert CALENDAR.deadline(date(2026, 11, 30), 21) == Deadline(date(2026, 12, 31), certain=True)


def test_a_decree_given_by_the_office_makes_the_year_certain_and_replaces_the_estimate() -> None:
    decree = {"2027": {"holidays": [{"date": date(2027, 1, 1), "name": "Tahun Baru"}]}}
    calendar = Calendar.load(extra=CalendarDocument.model_validate(decree))
    assert calendar.deadline(date(2026, 11, 30), 30) == Deadline(date(2027, 1, 14), certain=True)
    assert calendar.names(date(2027, 1, 5)) is None


def test_an_estimated_year_too_can_count_joint_leave_as_worked() -> None:
    assert not CALENDAR.is_working_day(date(2027, 12, 24))
    assert JOINT_LEAVE_WORKED.is_working_day(date(2027, 12, 24))


def test_a_day_off_has_a_name_and_an_estimated_one_says_so() -> None:
    assert CALENDAR.names(date(2026, 8, 17)) == Text("Proklamasi Kemerdekaan")
    assert CALENDAR.names(date(2026, 3, 20)) == Text("Cuti bersama Idulfitri")
    assert CALENDAR.names(date(2027, 3, 10)) == Text("%(name)s (perkiraan)", name="Hari Raya Idul Fitri")
    assert CALENDAR.names(date(2026, 8, 18)) is None


@pytest.mark.parametrize(
    ("after", "until", "days"),
    [
        (date(2026, 7, 6), date(2026, 7, 13), 5),
        (date(2026, 7, 13), date(2026, 7, 13), 0),
        (date(2026, 7, 13), date(2026, 7, 6), -5),  # overdue
        (date(2026, 3, 2), date(2026, 4, 21), 30),
        (date(2026, 4, 21), date(2026, 4, 18), -2),  # Monday and Tuesday
    ],
)
def test_working_days_between_two_days(after: date, until: date, days: int) -> None:
    assert CALENDAR.working_days_between(after, until) == days


@given(DAYS, DAYS, st.sampled_from([CALENDAR, JOINT_LEAVE_WORKED]))
def test_counting_agrees_with_looking_at_each_day(after: date, until: date, calendar: Calendar) -> None:
    first, last = min(after, until), max(after, until)
    days = [first + timedelta(n) for n in range(1, (last - first).days + 1)]
    counted = sum(calendar.is_working_day(day) for day in days)
    assert calendar.working_days_between(after, until) == (counted if after <= until else -counted)


@given(DAYS, st.integers(1, 120))
def test_a_deadline_is_a_working_day_with_so_many_before_it(start: date, working_days: int) -> None:
    deadline = CALENDAR.deadline(start, working_days)
    assert CALENDAR.is_working_day(deadline.day)
    assert CALENDAR.working_days_between(start, deadline.day) == working_days


def test_a_mistyped_year_costs_no_time() -> None:
    assert CALENDAR.working_days_between(date(2026, 7, 6), date.max) > 2_000_000
    assert CALENDAR.working_days_between(date(2026, 7, 6), date.min) < -500_000
    assert CALENDAR.deadline(date(2150, 1, 5), 1) == Deadline(date(2150, 1, 6), certain=False)


def test_a_moment_is_refused_because_it_would_never_be_a_holiday() -> None:
    moment = datetime(2026, 8, 17, 9, tzinfo=UTC)
    for ask in (CALENDAR.is_working_day, CALENDAR.names, lambda day: CALENDAR.deadline(day, 1)):
        with pytest.raises(TypeError, match="not a moment"):
            ask(moment)


def test_thirty_days_ahead_take_less_than_fifty_microseconds() -> None:
    runs = timeit.repeat(lambda: CALENDAR.deadline(date(2026, 3, 2), 30), timer=thread_time, number=1000, repeat=9)
    assert min(runs) / 1000 < 50e-6


def test_the_estimates_are_those_of_the_package() -> None:
    kept = [tuple(row) for row in csv.reader(FILE.read_text(encoding="utf-8").splitlines())][1:]
    assert kept == [row for year in ESTIMATED for row in rows(year)]
