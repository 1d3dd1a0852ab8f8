"""Plain words are understood, also of writers with whose phrases nothing was tuned; figures: docs/plain-words.md."""

from __future__ import annotations

import pytest

from bot.conversations.router import COMMANDS
from tests.unit.plain_words import FOLDER, GUIDE, HELD_OUT, TUNED, counted, judge_phrase, phrases, share, understood


@pytest.mark.parametrize("files", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_what_people_mean_is_right_or_among_the_two_that_are_offered(files: tuple[str, ...]) -> None:
    counts = counted(*files)
    missed = [phrase for phrase in phrases(*files) if judge_phrase(phrase) in {"wrong", "nothing"}]
    assert counts.total() >= 220
    assert share(counts, "right", "guessed") >= 0.95 and share(counts, "right") >= 0.8, missed


def test_every_writer_is_measured_and_names_only_known_meanings() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*TUNED, *HELD_OUT}
    found = phrases(*TUNED, *HELD_OUT)
    known = {*GUIDE.faqs, *GUIDE.intents, "lain", "pindah_perangkat", "keluh_panjang"}
    assert len(found) >= 400 and {meaning for phrase in found for meaning in phrase.meanings} <= known


def test_every_wish_leads_to_a_command() -> None:
    assert {intent.command for intent in GUIDE.intents.values() if intent.command} <= COMMANDS.keys()


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("Assalamu'alaikum wr wb, kami dari dinas pertanian mau minta surat rekomendasi", "ajukan"),
        ("selamat siang pak, surat kami sudah sampai di mana", "status"),
        ("good morning, how long does it take to get the letter", "lama_proses"),
        ("selamat pagi semua bapak dan ibu", "sapaan"),
    ],
)
def test_a_greeting_does_not_hide_what_stands_behind_it(words: str, meaning: str) -> None:
    assert understood(words).best == meaning
