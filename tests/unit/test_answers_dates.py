"""What typed words become where a date or a period is asked for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form.answers import read, show
from domain.form.dates import read_period
from domain.form.reading import Unreadable, source_words
from tests.unit.answer_samples import DATE, MONTHS, READING

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def indonesian(day: date) -> str:
    return f"{day.day} {MONTHS.split()[day.month - 1]} {day.year}"


@given(DAYS)
def test_a_date_shown_in_indonesian_reads_back(day: date) -> None:
    assert show(DATE, day.isoformat()).args == {"day": day}
    for written in (indonesian(day), day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}"):
        assert read(DATE, written, READING) == day.isoformat()


@given(DAYS, DAYS, st.sampled_from([" – ", "-", " - ", " s.d. ", " s/d ", " sampai ", " sampai dengan ", " to ", "–"]))
def test_a_period_reads_with_any_separator(one: date, other: date, separator: str) -> None:
    first, last = min(one, other), max(one, other)
    for left, right in ((f"{first:%d-%m-%Y}", f"{last:%d-%m-%Y}"), (indonesian(first), indonesian(last))):
        assert read_period(left + separator + right, READING) == (first, last)
    if first < last:
        with pytest.raises(Unreadable, match="lebih awal"):
            read_period(f"{last:%d/%m/%Y}{separator}{first:%d/%m/%Y}", READING)


FEBRUARY = (date(2027, 2, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("1/2/2027 – 28/2/2027", FEBRUARY),
        ("1 Feb - 28 Feb 2027", FEBRUARY),
        ("1-28 Februari 2027", FEBRUARY),
        ("1 s.d. 28 Februari 2027", FEBRUARY),
        ("1/2-28/2/2027", FEBRUARY),
        ("1-2-28-2-2027", FEBRUARY),
        ("Februari 2027", FEBRUARY),
        ("2/2027", FEBRUARY),
        ("2027-02", FEBRUARY),
        ("1/2/2027 s.d. 28/2/2027", FEBRUARY),
        ("1/2/2027s/d28/2/2027", FEBRUARY),
        ("1/2/27 - 28/2/27", FEBRUARY),
        ("1/2/2027 (satu hari)", (date(2027, 2, 1), date(2027, 2, 1))),
        ("dari 1/2/2027 sampai dengan 28/2/2027.", FEBRUARY),
        ("Senin, 1 Februari 2027 – Minggu, 28 Februari 2027", FEBRUARY),
        ("1 February 2027 to 28 February 2027", FEBRUARY),
        ("2027-02-01-2027-02-28", FEBRUARY),
        ("Februari - Maret 2027", (date(2027, 2, 1), date(2027, 3, 31))),
        ("Desember 2026 – Januari 2027", (date(2026, 12, 1), date(2027, 1, 31))),
        ("1 Feb 2027 - Maret 2027", (date(2027, 2, 1), date(2027, 3, 31))),
        ("1/2/2027", (date(2027, 2, 1), date(2027, 2, 1))),
        ("1-2-2027", (date(2027, 2, 1), date(2027, 2, 1))),
        ("1/2/2027 - 1/2/2027", (date(2027, 2, 1), date(2027, 2, 1))),
        ("besok", (date(2026, 11, 24), date(2026, 11, 24))),
        ("besok - 1/12/2026", (date(2026, 11, 24), date(2026, 12, 1))),
    ],
)
def test_a_period_reads_in_these_ways(words: str, period: tuple[date, date]) -> None:
    assert read_period(words, READING) == period


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("1/2/2027 – 31/2/2027", "hari terakhirnya 2027-02-28"),
        ("31-2-2027 - 1-3-2027", "hari terakhirnya 2027-02-28"),
        ("28/2/2027 – 1/2/2027", "lebih awal daripada tanggal mulai"),
        ("1 Feb - 28 Feb", "belum lengkap"),
        ("1/2 - 28/2", "belum lengkap"),
        ("1 sampai Maret 2027", "belum terbaca"),
        ("2027", "belum terbaca"),
        ("secepatnya", "belum terbaca"),
        ("- 28/2/2027", "belum terbaca"),
        ("m - April 2027", "belum terbaca"),
        ("", "belum terbaca"),
        ("1/2/2027 - " + "senin " * 20 + "28/2/2027", "belum terbaca"),
    ],
)
def test_a_period_that_does_not_read_is_answered_with_the_rule(words: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_period(words, READING)
    assert sentence in source_words(refused.value.text)
