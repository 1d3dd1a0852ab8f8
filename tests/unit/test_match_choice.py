"""Typed words choose a button: by number, by label, by yes or no; also a button of a notice."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat import Choice
from bot.pipeline.match_choice import match_choice
from domain.text import Text, verbatim
from tests.casework import APPLICANT, OFFICER, issued, revision_requested, status, submitted
from tests.talk import Talk, World

CHOICES = (
    Choice("a", Text("Ajukan permohonan")),
    Choice("b", Text("✓ %(label)s", label=verbatim("Wawancara")), verbatim("Wawancara langsung")),
    Choice("c", Text("★★★ 3 bintang")),
    Choice("n", Text("Kembali"), nav=True),
)
CONFIRM = (Choice("yes", Text("Ya, tarik")), Choice("no", Text("Tidak jadi")), Choice("m", Text("Menu"), nav=True))


@pytest.mark.parametrize(
    "words,locale,value",
    [
        ("1", "id", "a"),
        ("satu", "id", "a"),
        ("Dua.", "id", "b"),
        (" three ", "id", "c"),
        ("ajukan  PERMOHONAN", "id", "a"),
        ("Apply", "en", "a"),
        ("apply", "id", None),
        ("wawancara", "id", "b"),
        ("✓ Wawancara", "id", "b"),
        ("wawancara langsung!", "id", "b"),
        ("2. Wawancara", "id", "b"),
        ("3. Wawancara", "id", None),
        ("3 bintang", "id", "c"),
        ("3 stars", "en", "c"),
        ("kembali", "id", "n"),
        ("4", "id", None),
        ("empat", "id", None),
        ("0", "id", None),
        ("", "id", None),
        ("…", "id", None),
        ("ya", "id", None),
        ("saya mau ajukan permohonan", "id", None),
    ],
)
def test_words_choose_a_button(words: str, locale: str, value: str | None) -> None:
    found = match_choice(words, CHOICES, locale)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    "words,locale,value",
    [
        ("ya", "id", "yes"),
        ("Iya.", "id", "yes"),
        ("tidak", "id", "no"),
        ("yes", "en", "yes"),
        ("y", "id", "yes"),
        ("gak", "id", "no"),
        ("betul", "id", "yes"),
    ],
)
def test_yes_and_no_answer_a_question_that_has_both(words: str, locale: str, value: str | None) -> None:
    found = match_choice(words, CONFIRM, locale)
    assert (found.value if found else None) == value
    assert (
        match_choice(words, CONFIRM[:1], locale) is None and match_choice(words, CONFIRM, locale, agrees=False) is None
    )


def test_the_button_of_a_notice_can_be_typed(world: World) -> None:
    number = submitted(world)
    talk = Talk(world, OFFICER)
    asyncio.run(talk.news())
    label = talk.labels()[0]
    talk.say(label)
    assert "REK-2026-0001" in talk.last and f"case:show:{number}" not in talk.labels()
    talk.say("menu")
    talk.say(label)
    assert "REK-2026-0001" not in talk.last, "the notice is not the newest message any more"


def test_a_revision_and_a_rating_are_reached_by_words_alone(world: World) -> None:
    talk = Talk(world, APPLICANT)
    revision_requested(world)
    talk.say("menu")
    talk.say("perbaiki sekarang")
    assert "Perbaikan permohonan REK-2026-0001" in talk.last
    number = issued(world)
    for words in ("menu", "status", "Lihat REK-2026-0002", "beri penilaian", "lima"):
        talk.say(words)
    assert "Anda memberi ★★★★★" in talk.last and status(world, number) == "closed"


def test_a_question_of_the_form_reads_yes_and_no_itself(world: World) -> None:
    talk = Talk(world, APPLICANT)
    number = submitted(world)
    talk.press(f"status:ask:{number}")
    talk.say("tidak")
    assert status(world, number) == "submitted" and "Permohonan REK-2026-0001" in talk.last
    talk.press(f"status:ask:{number}")
    talk.say("ya")
    assert status(world, number) == "withdrawn"
