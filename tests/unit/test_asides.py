"""Answers are told from what is said beside them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from domain.asides import find_reference, judge
from tests.unit.answers_and_asides import ASIDES, answers


def test_asides_are_caught() -> None:
    missed = [words for words in ASIDES if judge(words) is None]
    assert len(ASIDES) >= 60 and len(missed) <= 0.03 * len(ASIDES), missed


def test_answers_are_not_questioned() -> None:
    real = answers()
    questioned = [words for words in real if judge(words) is not None]
    assert len(real) >= 300 and len(questioned) <= 0.01 * len(real), (len(real), questioned)


#: what other people than those of `answers_and_asides` wrote into a form
FORM_PHRASES = Path(__file__).parents[1] / "form_phrases"


@pytest.mark.parametrize(
    "file,least,are_asides,most_wrong", [("answers", 200, False, 0.01), ("questions", 100, True, 0.03)]
)
def test_phrases_of_forms_are_sorted(file: str, least: int, are_asides: bool, most_wrong: float) -> None:
    """Answers are taken for questions in 1 % at most; questions are stored as answers in 3 % at most."""
    phrases = (FORM_PHRASES / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    wrong = [words for words in phrases if (judge(words) is not None) != are_asides]
    assert len(phrases) >= least and len(wrong) <= most_wrong * len(phrases), wrong


@pytest.mark.parametrize(
    "words,aside",
    [
        ("Selamat pagi, Bu", "greeting"),
        ("oke, terima kasih", "thanks"),
        ("maaf saya kurang tahu", "unsure"),
        ("contohnya?", "about"),
        ("Pagi, berapa biayanya?", "question"),
        ("", None),
        ("Bapak", None),
        ("ya", None),
        ("tidak", None),
    ],
)
def test_what_kind_of_aside_it_is(words: str, aside: str | None) -> None:
    assert judge(words) == aside


@pytest.mark.parametrize(
    "words,name,changes",
    [
        ("butir 4.6", "4.6", False),
        ("nomor 4.6", "4.6", False),
        ("ganti 0.1", "0.1", True),
        ("Salah, ganti R.3!", "r.3", True),
        ("ubah nomor 3", "3", True),
        ("tolong ganti butir 4.6 ya", "4.6", True),
        ("mau ubah judul kegiatan", "judul kegiatan", True),
        ("wrong, change R.3", "r.3", True),
    ],
)
def test_a_question_of_the_form_is_named_with_words_around_it(words: str, name: str, changes: bool) -> None:
    found = find_reference(words)
    assert found is not None and (found.name, found.changes) == (name, changes)


@pytest.mark.parametrize("words", ["4.6", "Jl. Melati No. 10", "Kepala Bidang", "salah", "", "ganti"])
def test_other_words_name_no_question(words: str) -> None:
    assert find_reference(words) is None


@pytest.mark.parametrize(
    "words", ["oke siap " * 19 + "x?", "ganti " * 700 + "x", "ya " * 1300, "apa " * 1000, "a" * 4096 + "?"]
)
def test_long_messages_are_judged_at_once(words: str) -> None:
    began = time.perf_counter()
    judge(words), find_reference(words)
    assert time.perf_counter() - began < 0.5
