"""Days and months in the words that people use."""

from __future__ import annotations

from datetime import date

import pytest

from domain.form.dates import read_date, read_period
from tests.unit.answer_samples import READING


@pytest.mark.parametrize("apostrophe", ["'", "’", "‘", "ʼ", "`", "´", "′", "ʻ", ""])
def test_friday_is_written_with_any_apostrophe(apostrophe: str) -> None:
    assert read_date(f"Jum{apostrophe}at, 1 Januari 2027", READING) == date(2027, 1, 1)


@pytest.mark.parametrize("words", ["1 Mrt 2027", "hari Senin, 1 Maret 2027", "Hari Senin tanggal 1 Maret 2027"])
def test_a_day_with_words_around_it(words: str) -> None:
    assert read_date(words, READING) == date(2027, 3, 1)


def test_today_keeps_its_meaning() -> None:
    assert read_date("hari ini", READING) == READING.today


@pytest.mark.parametrize("words", ["bulan Maret 2027", "Mrt 2027", "pada bulan Maret 2027"])
def test_a_month_may_be_called_a_month(words: str) -> None:
    assert read_period(words, READING) == (date(2027, 3, 1), date(2027, 3, 31))
