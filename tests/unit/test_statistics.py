"""Figures from counted values, and periods as people say them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import report_period, statistics
from domain.form.reading import Reading, Unreadable
from domain.office.profile import Office
from domain.report_period import Period
from domain.statistics import Spread

TODAY = date(2026, 5, 20)
OFFICE = Office.load()
READING = Reading(TODAY, OFFICE.province, OFFICE.district, OFFICE.areas)


@given(st.lists(st.integers(-1, 80), min_size=1))
def test_percentiles_of_counts_are_those_of_the_values(values: list[int]) -> None:
    counted = Counter(values)
    ordered = sorted(values)
    assert statistics.percentile(counted, 50) == median_low(values)
    assert statistics.percentile(counted, 90) == ordered[-(-len(values) * 9 // 10) - 1]
    assert sum(statistics.bars(counted)) == len(values)


def test_nothing_has_no_median_and_no_mean() -> None:
    assert statistics.spread({}) == Spread(0, None, None)
    assert statistics.mean({}) is None
    assert statistics.bars({30: 2, 31: 1, 5: 1, 6: 3}) == [1, 3, 0, 0, 0, 2, 1]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("Tahun 2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("triwulan 1 2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("TW IV 2025", date(2025, 10, 1), date(2025, 12, 31)),
        ("triwulan iii", date(2026, 7, 1), date(2026, 9, 30)),
        ("Q2/2026", date(2026, 4, 1), date(2026, 6, 30)),
        ("Februari 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("1/3/2026 – 15/4/2026", date(2026, 3, 1), date(2026, 4, 15)),
        ("1 Maret 2026 sampai 15 April 2026", date(2026, 3, 1), date(2026, 4, 15)),
    ],
)
def test_a_period_is_read_as_people_say_it(words: str, first: date, last: date) -> None:
    period = report_period.read(words, READING)
    assert period == Period(first, last)
    assert report_period.of_numbers(report_period.number(first), report_period.number(last)) == period


@pytest.mark.parametrize("words", ["", "0000", "9999", "triwulan 5 2026", "kapan saja", "x" * 500])
def test_other_words_are_refused_with_an_example(words: str) -> None:
    with pytest.raises(Unreadable):
        report_period.read(words, READING)


def test_the_buttons_name_whole_months_quarters_and_years() -> None:
    month = report_period.month_of(date(2026, 1, 31))
    assert month == Period(date(2026, 1, 1), date(2026, 1, 31))
    assert report_period.before(month) == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert report_period.quarter_of(TODAY) == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert report_period.year_of(TODAY) == Period(date(2026, 1, 1), date(2026, 12, 31))
    for odd in (
        (20261301, 20261302),
        (20260101, 20250101),
        (1, 2),
        (19990101, 20260101),
        (20260101, 99991231),
        (10**16, 10**16),
    ):
        assert report_period.of_numbers(*odd) is None
