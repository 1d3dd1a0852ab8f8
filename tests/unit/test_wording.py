from __future__ import annotations

from decimal import Decimal
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import wording


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("RSE 5%", "5"),
        ("MoE 3,5 persen", "3.5"),
        ("0,05", "5"),
        ("0.05 (alpha)", "5"),
        ("CV = 7", "7"),
        ("margin of error sebesar 10", "10"),
        ("RSE ±25 % untuk variabel utama", "25"),
        ("MoE 5%, tingkat kepercayaan 95%", "5"),
        ("MoE 5% pada tingkat kepercayaan 95%", "5"),
        ("95% confidence level, MoE 3%", "3"),
        ("selang kepercayaan 95 persen dan alpha 0,05", "5"),
        ("CI 95%, RSE 12,25%", "12.25"),
        ("2-8%", "8"),
        ("MoE 10, alpha 5%", "10"),
        ("0,5%", "0.5"),
        ("RSE 1", "1"),
        ("RSE 0,02", "2"),
    ],
)
def test_a_sampling_error_is_read_from_free_text(words: str, percent: str) -> None:
    assert wording.find_sampling_error(words) == Decimal(percent)


@pytest.mark.parametrize("words", ["", "kecil", "400 rumah tangga", "1.200", "tingkat kepercayaan 95%", "tahun 2026"])
def test_words_without_a_percentage_name_no_sampling_error(words: str) -> None:
    assert wording.find_sampling_error(words) is None


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Luas Panen (ha)", "ha"),
        ("Produktivitas [kuintal/ha]", "kuintal/ha"),
        ("Pendapatan dalam juta rupiah", "juta rupiah"),
        ("Penduduk miskin (%)", "%"),
        ("Umur (tahun)", "tahun"),
        ("Luas Panen", None),
        ("Jumlah anak dalam keluarga", None),
        ("Status (menikah atau belum)", None),
        ("Tahun lahir", None),
        ("Jumlah per", None),
        ("Pendapatan (juta)", None),
        ("Pendapatan (ribu Rp)", "ribu Rp"),
    ],
)
def test_a_unit_is_seen_in_a_variables_name(name: str, unit: str | None) -> None:
    assert wording.find_unit(name) == unit


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("DPMPTSP Kabupaten Jeneponto", "DPMPTSP"),
        ("Dinas Kesehatan (DINKES)", "DINKES"),
        ("RSUD Lanto Daeng Pasewang", "RSUD"),
        ("Wilayah VIII", None),
        ("Kepemilikan KTP", None),
        ("Dinas PU", None),
        ("Bappeda", None),
    ],
)
def test_an_abbreviation_is_three_capitals_that_not_everybody_knows(words: str, found: str | None) -> None:
    assert wording.find_abbreviation(words) == found


@pytest.mark.parametrize(
    ("words", "capitals"),
    [("DINAS KESEHATAN", True), ("DINKES", False), ("Dinas Kesehatan", False), ("DINAS Kesehatan", False), ("", False)],
)
def test_several_words_in_capitals_hide_whether_one_is_an_abbreviation(words: str, capitals: bool) -> None:
    assert wording.is_in_capitals(words) == capitals


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("400/12.500", 1),
        ("20/82 lalu 10/150", 2),
        ("3,2% dan 5 %", 2),
        ("tahap 1 0,05; tahap 2 0,1", 2),
        ("10 dari 20", 1),
    ],
)
def test_sampling_fractions_are_counted(words: str, count: int) -> None:
    assert wording.count_fractions(words) == count


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(words: str) -> None:
    wording.find_sampling_error(words)
    wording.find_unit(words)
    wording.find_abbreviation(words)
    wording.find_approach(words)
    wording.find_year(words)
    assert wording.count_fractions(words) >= 0


@pytest.mark.parametrize("piece", ["1", "1 ", "1.", "0,", "rse", "dalam ", "(", "95% ", "a", "A"])
def test_a_long_text_is_looked_at_in_no_time(piece: str) -> None:
    words = piece * (4000 // len(piece))
    start = thread_time()
    for look in (
        wording.find_sampling_error,
        wording.find_unit,
        wording.find_abbreviation,
        wording.find_approach,
        wording.count_fractions,
    ):
        look(words)
    assert thread_time() - start < 0.2
