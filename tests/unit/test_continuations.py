"""Continuing on another channel: whose code it is, how long it is valid, how often, and what it reveals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.service import code_attempts, continuations
from domain.form.definition import Value
from storage.tables import Continuation, Setting
from tests.casework import do
from tests.filling import filling
from tests.talk import Talk, World
from tests.unit.check_cases import SURVEY

#: the answers of a survey before its background
KNOWN: Mapping[str, Value] = {
    "telepon_instansi": "+6241921000",
    "email_instansi": "dinkes@example.go.id",
    "faksimile_instansi": None,
    "pj_teknis_faksimile": None,
}
WRONG = "Kode itu tidak berlaku."
TOO_MANY = "Terlalu banyak kode yang salah."


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def offered(talk: Talk) -> str:
    """The code that the account screen gives."""
    talk.press("account:elsewhere")
    found = re.search(r"^/lanjut ([A-Z2-9]{8})$", talk.last, re.MULTILINE)
    assert found, talk.last
    return found[1]


def test_the_draft_continues_on_another_channel_exactly_where_it_was(world: World) -> None:
    here = filling(world, "latar_belakang", answers={**SURVEY, **KNOWN}, who="budi")
    here.say("Kegiatan ini dilakukan karena dinas memerlukan data.")
    there = Talk(world, "628123", channel="other")
    there.say(f"/lanjut {offered(here).lower()}")
    assert "b•••@example.go.id" in there.last and "budi@example" not in there.last
    there.say(world.code())
    assert there.labels()[0] == "Lanjutkan permohonan"
    there.tap("Lanjutkan permohonan")
    assert "Baru 52 huruf" in there.last


def test_the_links_of_the_other_channels_are_shown(world: World) -> None:
    def announce(session):  # type: ignore[no-untyped-def]
        for channel in ("console", "other"):
            session.add(Setting(name=f"way/{channel}", value=f"https://{channel}.example.org/?text={{word}}_{{code}}"))

    world.process.units.write_now(announce)
    here = filling(world, "judul_kegiatan")
    code = offered(here)
    assert f"\nhttps://other.example.org/?text=lanjut_{code}\n" in here.last
    assert "console.example.org" not in here.last


def test_a_code_is_valid_for_fifteen_minutes_and_until_the_next_one(world: World) -> None:
    here, there = filling(world, "judul_kegiatan"), Talk(world, "other")
    first = offered(here)
    second = offered(here)
    there.say(f"/lanjut {first}")
    assert there.last.startswith(WRONG)
    world.now += timedelta(minutes=15)
    there.say(f"/lanjut {second}")
    assert there.last.startswith(WRONG)


def test_a_person_with_the_code_alone_gets_nothing_and_the_code_is_void(world: World) -> None:
    here, thief, there = filling(world, "judul_kegiatan"), Talk(world, "thief"), Talk(world, "there")
    code = offered(here)
    thief.say(f"/lanjut {code}")
    mailed = len(world.mails())
    for _ in range(5):
        thief.say("00000000" if world.code() != "00000000" else "11111111")
    assert "tidak berlaku lagi" in thief.last
    thief.say("menu")
    assert "Ajukan permohonan" in thief.labels()
    assert do(world, "thief", lambda ctx: ctx.actor.id) != do(world, "pemohon", lambda ctx: ctx.actor.id)
    there.say(f"/lanjut {code}")
    assert there.last.startswith(WRONG) and len(world.mails()) == mailed


def test_after_five_wrong_codes_the_address_waits_an_hour(world: World) -> None:
    here, there = filling(world, "judul_kegiatan"), Talk(world, "other")
    for _ in range(code_attempts.LIMIT):
        there.say("/lanjut ABCD2345")
        assert there.last.startswith(WRONG)
    there.say(f"/lanjut {offered(here)}")
    assert there.last.startswith(TOO_MANY)
    there.say("/gabung ABCD234567")
    assert there.last.startswith(TOO_MANY)
    world.now += code_attempts.PAUSE
    there.say(f"/lanjut {offered(here)}")
    assert "Kami mengirim kode" in there.last


def test_only_registered_people_get_a_code(world: World) -> None:
    somebody = Talk(world, "somebody")
    somebody.press("account:elsewhere")
    assert "Anda belum terdaftar" in somebody.last
    assert world.process.units.write_now(lambda session: session.query(Continuation).count()) == 0


def test_the_table_keeps_no_code(world: World) -> None:
    code = offered(filling(world, "judul_kegiatan"))
    kept = world.process.units.write_now(lambda session: session.query(Continuation).one().code)
    assert code not in kept and len(kept) == 64


@pytest.mark.parametrize(
    "email,shown",
    [("budi@contoh.go.id", "b•••@contoh.go.id"), ("a@b.id", "a•••@b.id")],
)
def test_a_masked_address_is_recognised_by_its_owner_only(email: str, shown: str) -> None:
    assert continuations.masked(email) == shown
