"""A screen that is shown again says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.talk import Talk, World


@pytest.mark.parametrize(
    ("way", "screen"),
    [
        (("menu", "Akun dan pindah perangkat"), "Anda belum terdaftar"),
        (("/bahasa",), "Pilih bahasa Anda"),
    ],
    ids=str,
)
def test_a_screen_that_is_shown_again_says_why(tmp_path: Path, way: tuple[str, ...], screen: str) -> None:
    world = World(tmp_path / "data")
    try:
        talk = Talk(world)
        for words in ("halo", *way):
            talk.say(words)
        assert screen in talk.last and "Silakan pilih salah satu." not in talk.last
        talk.say("xyzzy plugh")
        assert talk.last.startswith("Silakan pilih salah satu.") and screen in talk.last
        if "bahasa" not in screen:
            talk.say("berapa biayanya?")
            assert "tidak dipungut biaya" in talk.last
    finally:
        world.stop()
