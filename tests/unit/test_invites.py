"""Codes with which people join the office: each works once, within a day, and is not guessed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.service import code_attempts, officers
from storage.tables import Invite
from tests.talk import Talk, World


def test_an_invite_works_once_in_any_case_within_a_day(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    code = world.invite("officer", "Siti")
    late = world.invite("head", "Terlambat")
    first, second = Talk(world, "a"), Talk(world, "b")
    first.say(f"/gabung  {code.lower()} ")
    assert "masuk sebagai petugas" in first.last
    second.say(f"/gabung {code}")
    assert "sudah dipakai atau kedaluwarsa" in second.last
    world.now += officers.CODE_LIFETIME
    second.say(f"/gabung {late}")
    assert "sudah dipakai atau kedaluwarsa" in second.last
    second.say("/berkas")
    assert "hanya untuk petugas" in second.last
    world.stop()


def test_five_guesses_and_the_address_waits_an_hour(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    code = world.invite("officer", "Siti")
    talk = Talk(world, "penebak")
    for _ in range(code_attempts.LIMIT):
        talk.say("/gabung AAAAAAAAAA")
        assert "tidak cocok" in talk.last
    talk.say(f"/gabung {code}")
    assert "satu jam" in talk.last
    world.now += code_attempts.PAUSE
    talk.say(f"/gabung {code}")
    assert "masuk sebagai petugas" in talk.last
    world.stop()


def test_an_invite_is_never_kept_or_logged_in_clear(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    world = World(tmp_path / "data")
    code = world.invite("officer", "Siti")
    Talk(world, "a").say(f"/gabung {code}")
    row = world.process.units.write_now(lambda session: session.query(Invite).one())
    assert row.used_at is not None and row.expires_at - world.now < timedelta(days=1)
    world.stop()
    kept = b"".join(file.read_bytes() for file in world.folder.rglob("*") if file.is_file())
    assert code.encode() not in kept
    out, err = capfd.readouterr()
    assert code not in out + err
