"""Days and months in the words that people use."""

from __future__ import annotations

from datetime import date

import pytest

from domain.form.dates import read_date, read_period
from domain.form.reading import Unreadable
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


@pytest.mark.parametrize(
    "words", ["satu Maret dua ribu dua puluh tujuh", "1 Maret tahun 2027", "tanggal 1 bulan Maret tahun 2027"]
)
def test_a_date_may_be_said_in_words(words: str) -> None:
    assert read_date(words, READING) == date(2027, 3, 1)


def test_a_period_may_be_said_in_words() -> None:
    assert read_period("satu Maret sampai dua puluh April 2027", READING) == (date(2027, 3, 1), date(2027, 4, 20))


@pytest.mark.parametrize("words", ["99 Februari 2027", "tanggal 99 bulan Februari tahun 2027", "29/2/2027"])
def test_a_day_that_does_not_exist_is_said_not_to_exist(words: str) -> None:
    for read in (read_date, read_period):
        with pytest.raises(Unreadable) as refused:
            read(words, READING)
        assert "tidak ada dalam bulan itu" in refused.value.text.msgid
