"""Whole numbers in Indonesian words."""

from __future__ import annotations

import pytest

from domain.number_words import read_number_words, with_digits, write_number_words


def test_every_number_reads_back_as_it_is_written() -> None:
    assert [read_number_words(write_number_words(number)) for number in range(1000)] == list(range(1000))


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "nol"), (10, "sepuluh"), (11, "sebelas"), (100, "seratus"), (117, "seratus tujuh belas"), (4, "empat")],
)
def test_a_number_is_written_as_people_say_it(number: int, words: str) -> None:
    assert write_number_words(number) == words


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("dua ribu dua puluh tujuh", 2027),
        ("Dua Ribu Duapuluh Tujuh", 2027),
        ("dua nol dua tujuh", 2027),
        ("sejuta dua ratus ribu", 1_200_000),
        ("seribu", 1000),
        ("dua tiga", None),
        ("puluh", None),
        ("dua puluh dua puluh", None),
        ("dua orang", None),
        ("", None),
    ],
)
def test_words_are_read_or_are_no_number(words: str, number: int | None) -> None:
    assert read_number_words(words) == number


def test_numbers_among_other_words_become_digits() -> None:
    assert with_digits("dua puluh maret dua ribu dua puluh tujuh") == "20 maret 2027"
    assert with_digits("sekali, seribu dua, belas, duapuluh") == "sekali, 1002, belas, 20"
