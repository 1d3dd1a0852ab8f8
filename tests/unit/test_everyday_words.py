"""Numbers, positions and choices in the words that people use."""

from __future__ import annotations

import pytest

from bot.chat import Choice
from bot.pipeline.match_choice import match_choice
from domain.form.answers import read
from domain.form.loading import load_forms, newest
from domain.form.reading import Unreadable, read_position
from domain.text import Text
from tests.unit.answer_samples import METHODS, NUMBER, OCCUPATION, OFFICE, READING, YEAR, YES_NO, option, question

FREQUENCY = newest(load_forms(OFFICE), "recommendation_request").questions["frekuensi"]
WAYS = question("choice", options=(option("sensus", "Sensus"), option("survei", "Survei")))


@pytest.mark.parametrize(
    "words,number",
    [
        ("± 500", 500),
        ("±500", 500),
        ("500 responden", 500),
        ("20 orang", 20),
        ("kira-kira 500", 500),
        ("Sekitar 1.200 rumah tangga", 1200),
        ("kurang lebih 30 kader", 30),
        ("1,500", 1500),
        ("1.500", 1500),
        ("1,500,000", 1_500_000),
        ("about 40 people", 40),
        ("dua", 2),
        ("dua puluh lima orang", 25),
        ("lima tenaga ahli", 5),
        ("sekitar seratus dua puluh rumah tangga", 120),
        ("Seribu lima ratus", 1500),
        ("sepuluh ribu", 10_000),
    ],
)
def test_a_quantity_with_words_around_it(words: str, number: int) -> None:
    assert read(NUMBER, words, READING) == number


@pytest.mark.parametrize(
    "words",
    [
        "500 ribu",
        "2 juta",
        "5 persen",
        "3 lusin",
        "1,5",
        "20 maksudnya apa",
        "dua lusin",
        "dua dan tiga",
        "tiga empat orang",
        "dua puluhan",
        "satu setengah juta",
        "5 kali 3",
        "500 %",
        "kira-kira",
        "",
    ],
)
def test_other_quantities_are_never_read_as_their_digits(words: str) -> None:
    with pytest.raises(Unreadable):
        read(NUMBER, words, READING)


@pytest.mark.parametrize("words", ["400-500", "400 – 500 orang", "400 sampai 500", "400 atau 500", "sekitar 400-500"])
def test_two_quantities_ask_which(words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(NUMBER, words, READING)
    assert "dua bilangan" in refused.value.text.msgid


def test_a_year_may_be_called_a_year() -> None:
    for words in ("tahun 2027", "dua ribu dua puluh tujuh", "Tahun dua ribu dua puluh tujuh.", "dua nol dua tujuh"):
        assert read(YEAR, words, READING) == 2027
    assert read(YEAR, "tahun depan", READING) == read(YEAR, "next year", READING) == READING.today.year + 1
    for words in ("27", "tahun", "depan saja"):
        with pytest.raises(Unreadable):
            read(YEAR, words, READING)


TWO = (
    "2",
    "2)",
    "(2)",
    "2.",
    "2️⃣",
    "no 2",
    "No. 2",
    "nomor 2",
    "pilihan 2",
    "yang kedua",
    "dua",
    "yang ke-2",
    "kedua",
    "#2",
)


@pytest.mark.parametrize("words", TWO)
def test_a_position_is_read_in_menus_and_in_lists_alike(words: str) -> None:
    choices = (
        Choice("a", Text("Ajukan permohonan")),
        Choice("b", Text("Wawancara")),
        Choice("m", Text("Menu"), nav=True),
    )
    found = match_choice(words, choices, "id")
    assert read_position(words) == 2 and found is not None and found.value == "b"
    assert read(WAYS, words, READING) == "survei"


@pytest.mark.parametrize("words", ["", "no", "yang", "0", "1234", "nomor", "dua puluh", "1 2", "nomor surat 2", "-2a"])
def test_other_words_are_no_position(words: str) -> None:
    assert read_position(words) == 0


def test_positions_stand_in_a_list() -> None:
    assert read(METHODS, "no 1 dan yang ketiga", READING) == {"values": ["wawancara", "pengamatan"]}


@pytest.mark.parametrize("words", ["gak", "Enggak", "ga", "tdk", "no"])
def test_a_no_in_everyday_words(words: str) -> None:
    assert read(YES_NO, words, READING) == "tidak"


@pytest.mark.parametrize("words,value", [("setiap tahun", "tahunan"), ("sebulan sekali", "bulanan")])
def test_a_frequency_in_everyday_words(words: str, value: str) -> None:
    assert read(FREQUENCY, words, READING) == value


def test_a_survey_in_english_spelling() -> None:
    assert read(WAYS, "survey", READING) == "survei"


@pytest.mark.parametrize("words", ["Lainnya (sekolah)", "lainnya, sekolah", "lainnya: sekolah", "2: sekolah"])
def test_the_text_of_another_option_is_filled_at_once(words: str) -> None:
    assert read(OCCUPATION, words, READING) == {"values": ["lain"], "other": "sekolah"}
