"""What was not understood is kept without who wrote it, for a time, and the office can read it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.limits import DAILY
from domain.masking import mask
from storage import jobs
from storage.tables import UnknownPhrase
from tests.casework import APPLICANT, OFFICER, half_filled
from tests.planted_data import places_of
from tests.talk import Talk, World


def listed(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("PST_DATA_DIR", str(world.folder))
    world.stop()
    result = CliRunner().invoke(main, ["intents", "unknown"])
    world.start()
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def count(world: World) -> int:
    return world.process.units.write_now(lambda session: session.query(UnknownPhrase).count())


def test_the_office_reads_what_was_not_understood_without_who_wrote_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_filled(world, "tujuan")
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    for _ in range(2):
        talk.say("jemput kucing Mangkasara 081255501234 lewat kucingku@example.id")
    talk.say("nama saya Zulaikha Rahim zzgt")
    lines = listed(world, monkeypatch)
    assert lines[0].startswith("   2  2026-03-02  jemput kucing [nama] # lewat [e-mail]  ["), lines
    assert lines[1].startswith("   1  2026-03-02  nama saya [nama]"), lines
    places = places_of(world, ["Mangkasara", "081255501234", "kucingku@example.id", "Zulaikha"])
    assert not any("unknown_phrases" in place for found in places.values() for place in found)


def test_answers_commands_and_what_the_staff_write_are_not_kept(world: World) -> None:
    talk = Talk(world, APPLICANT)
    for words in ("menu", "berapa biayanya?", "terima kasih", "kami dinas kesehatan mau survei"):
        talk.say(words)
    officer = Talk(world, OFFICER)
    officer.say("menu")
    officer.say("qwerty zxcv")
    assert count(world) == 0


def test_phrases_end_after_ninety_days_and_are_few_a_day(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    for number in range(DAILY["unknown_phrases_of_person"] + 3):
        talk.say("qwrt " + "zx" * (number + 2))
        talk.say("menu")
    assert count(world) == DAILY["unknown_phrases_of_person"]
    for days, left in ((89, DAILY["unknown_phrases_of_person"]), (2, 0)):
        world.now += timedelta(days=days)
        world.process.units.write_now(lambda s: jobs.add(s, "forget", f"forget {world.now}", world.now, {}))
        asyncio.run(world.work())
        assert count(world) == left


@pytest.mark.parametrize(
    "words,names,masked",
    [
        ("pak Ramli ada di kantor?", (), "pak [nama] ada di kantor?"),
        ("pak mau tanya dong", (), "pak mau tanya dong"),
        ("telepon 0812-3456-7890 ya", (), "telepon # ya"),
        ("CEK REK-2026-0001", (), "cek rek-#"),
        ("saya aminah dari dinas", ("Siti Aminah",), "saya [nama] dari dinas"),
        ("buka https://a.example/x?y=1", (), "buka [tautan]"),
        ("an. Baso Tahir, mohon dicek", (), "an. [nama], mohon dicek"),
        ("apakah ikan milik Nai Baso ikut", (), "apakah ikan milik [nama] ikut"),
    ],
)
def test_numbers_addresses_and_names_are_masked(words: str, names: tuple[str, ...], masked: str) -> None:
    assert mask(words, names) == masked
