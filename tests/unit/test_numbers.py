from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.numbers import (
    APPLICATION_PARTS,
    IDENTITY,
    LETTER_PARTS,
    application_number,
    checked_identity_pattern,
    checked_pattern,
    letter_number,
    parse_application_number,
    recommendation_identity,
)

APPLICATION = "REK-%(year)s-%(serial)04d"
IDENTITY_PATTERN = "V-%(short_year)s.%(area)s.%(serial)03d"


def test_an_application_number_has_four_places_and_grows_beyond_them() -> None:
    assert application_number(APPLICATION, 2026, 1) == "REK-2026-0001"
    assert application_number(APPLICATION, 2026, 12345) == "REK-2026-12345"


def test_a_letter_is_numbered_as_sister_offices_do() -> None:
    pattern = "B-%(serial)d/%(area)s/KS.200/%(year)s"
    assert letter_number(pattern, year=2026, month=3, area="7304", serial=90) == "B-90/7304/KS.200/2026"


def test_a_letter_number_may_carry_the_month_in_roman_numerals() -> None:
    pattern = "%(serial)03d/BPS/%(month_roman)s/%(month)02d/%(short_year)s"
    assert letter_number(pattern, year=2009, month=12, area="7304", serial=7) == "007/BPS/XII/12/09"


def test_an_identity_has_the_national_notation() -> None:
    assert recommendation_identity(IDENTITY_PATTERN, year=2023, area="1375", serial=2) == "V-23.1375.002"


def test_an_identity_beyond_the_notation_is_refused() -> None:
    with pytest.raises(ValueError, match=r"V-26\.7304\.1000"):
        recommendation_identity(IDENTITY_PATTERN, year=2026, area="7304", serial=1000)


@given(st.integers(2000, 2099), st.integers(1, 999))
def test_every_identity_within_a_year_is_written_alike(year: int, serial: int) -> None:
    assert IDENTITY.fullmatch(recommendation_identity(IDENTITY_PATTERN, year=year, area="7304", serial=serial))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("REK-%(year)s", "needs %\\(serial\\)d once"),
        ("%(serial)d-%(serial)d", "needs %\\(serial\\)d once and no part twice"),
        ("REK-%(tahun)s-%(serial)d", "unknown part tahun; known are serial, year"),
        ("REK-%(area)s-%(serial)d", "unknown part area"),
        ("REK-%s-%(serial)d", "write parts as"),
        ("100% %(serial)d", "write parts as"),
        ("REK-%(year)d-%(serial)d", "year is text"),
        ("REK-%(serial)5.2f", "write parts as"),
    ],
)
def test_a_pattern_that_would_fail_later_is_refused_when_it_is_read(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        checked_pattern(pattern, APPLICATION_PARTS)


def test_a_good_pattern_is_returned_unchanged() -> None:
    pattern = "B-%(serial)d/%(area)s/KS.200/%(month_roman)s/%(year)s"
    assert checked_pattern(pattern, LETTER_PARTS) == pattern


@pytest.mark.parametrize("pattern", ["V-%(short_year)s.%(area)s.%(serial)d", "7304/%(serial)03d"])
def test_an_identity_pattern_outside_the_national_notation_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"V-26\.7304\.001"):
        checked_identity_pattern(pattern)


@pytest.mark.parametrize(
    "typed",
    [
        "REK-2026-0001",
        "rek 2026 1",
        "rek20260001",
        "Rek.2026/1",
        "REK–2026–0001",
        "Halo, bagaimana status permohonan REK-2026-0001? Terima kasih.",
        "status rek 2026-0001.",
        "(rek_2026_01)",
        "REK\u00a02026\u00a00001",
    ],
)
def test_an_application_number_is_found_however_it_is_typed(typed: str) -> None:
    assert parse_application_number(typed) == "REK-2026-0001"


@pytest.mark.parametrize(
    "typed", ["", "2026", "rek", "rekening 2026 1", "REK-2026", "REK-2026-0000", "REK-1026-0001", "berek 2026 1"]
)
def test_other_words_hold_no_application_number(typed: str) -> None:
    assert parse_application_number(typed) is None


def test_an_office_with_another_pattern_finds_its_own_numbers() -> None:
    pattern = "%(serial)03d/PST.7304/%(year)s"
    assert parse_application_number("nomor 7/pst 7304/2026 ya", pattern) == "007/PST.7304/2026"
    assert parse_application_number("REK-2026-0001", pattern) is None


@given(st.integers(2000, 2099), st.integers(1, 999_999))
def test_every_number_is_found_again(year: int, serial: int) -> None:
    number = application_number(APPLICATION, year, serial)
    assert parse_application_number(f"Nomor saya {number.lower()}, mohon dicek.") == number


@given(st.text(max_size=80))
def test_any_text_can_be_searched(text: str) -> None:
    found = parse_application_number(text)
    assert found is None or found.startswith("REK-20")
