"""Strings are cleaned and shortened in one place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.text import clean, cut, excerpt, many_lines, normalize, one_line

ODD = st.text(st.sampled_from("ab é漢🎉\u200d\u202e\u2028\t\r\n\x0b\x00\x85\ud800\ufffd\u3164\u0301") | st.characters())


@pytest.mark.parametrize(
    ("words", "cleaned"),
    [
        ("a\r\nb\rc\x0bd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("a\tb\x00\x07c\x9f", "a\tbc"),
        ("halo \ud83d", "halo \ufffd"),
        ("halo \ud83d\ude00", "halo 😀"),
        ("👩\u200d💻 م\u200fر", "👩\u200d💻 م\u200fر"),
    ],
)
def test_clean_removes_what_no_platform_accepts_and_keeps_what_scripts_need(words: str, cleaned: str) -> None:
    assert clean(words) == cleaned


@pytest.mark.parametrize(
    ("words", "normalized"),
    [
        ("a\u202edcba\u202c \u200bb\ufeff\x00c", "adcba bc"),
        ("e\u0301", "é"),
        ("halo\ud83d\u3164", "halo"),
        ("a\tb\r\nc", "a b\nc"),
    ],
)
def test_normalize_leaves_only_what_is_seen(words: str, normalized: str) -> None:
    assert normalize(words) == normalized


@given(ODD)
@example("\ud800\x00\u202e")
def test_cleaned_words_can_be_stored_and_cleaning_twice_changes_nothing(words: str) -> None:
    for function in (clean, normalize, one_line, many_lines):
        once = function(words)
        assert {unicodedata.category(sign) for sign in once if sign not in "\n\t"}.isdisjoint({"Cc", "Cs"})
        assert function(once) == once
        once.encode()
    assert "\n" not in one_line(words)


@given(ODD, st.integers(min_value=2, max_value=80))
def test_cut_words_fit_and_begin_as_the_whole_did(words: str, limit: int) -> None:
    shortened = cut(words, limit)
    assert len(shortened) <= limit
    assert words.startswith(shortened.removesuffix("…")) or shortened == words


def test_cut_prefers_the_gap_between_two_words() -> None:
    assert cut("Survei Kepuasan, Masyarakat", 20) == "Survei Kepuasan…"
    assert cut("laporan_akhir.pdf", 10) == "laporan_a…"
    assert excerpt("baris satu\nbaris  dua", 12) == "baris satu…"
