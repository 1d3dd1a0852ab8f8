"""Another office serves with its own profile: `examples/bantaeng.toml`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.office.profile import Office
from storage.tables import File, Letter
from tests import pdf_text
from tests.casework import issued, staffed
from tests.program import run
from tests.talk import Talk, World

PROFILE = Path(__file__).parent.parent / "examples" / "bantaeng.toml"
PACKAGED = "Jeneponto"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data", office=PROFILE)
    yield world
    world.stop()


def test_the_program_starts_with_it_and_welcomes_in_its_name(tmp_path: Path) -> None:
    answer = run(tmp_path, "chat", words="halo\n", PST_OFFICE=str(PROFILE))
    assert answer.returncode == 0, answer.stderr
    assert "Selamat datang di Layanan Rekomendasi Kegiatan Statistik BPS Kabupaten Bantaeng." in answer.stdout
    assert PACKAGED not in answer.stdout


def test_its_first_screens_speak_of_its_own_district(world: World) -> None:
    talk = Talk(world)
    talk.say("halo")
    assert "BPS Kabupaten Bantaeng" in talk.last
    talk.tap("Ajukan permohonan")
    talk.tap("Instansi pemerintah lainnya (APBN/APBD)")
    assert talk.labels()[0] == "Kabupaten Bantaeng"
    assert PACKAGED not in "\n".join(talk.lines(talk.told))


def test_its_letter_bears_its_letterhead_its_numbers_and_its_signer(world: World) -> None:
    issued(staffed(world))
    asyncio.run(world.work())
    drawn = " ".join(pdf_text.text(world.process.units.write_now(lambda session: _letter(world, session))).split())
    for words in (
        "BADAN PUSAT STATISTIK KABUPATEN BANTAENG",
        "B-1/7303/KS.200/2026",
        "V-26.7303.001",
        "Bantaeng, 2 Maret 2026",
        "Kepala BPS Kabupaten Bantaeng",
    ):
        assert words in drawn


def _letter(world: World, session: Session) -> bytes:
    file = session.get_one(File, session.scalars(select(Letter.file_id).order_by(Letter.id.desc()).limit(1)).one())
    return world.process.store.read(file.object, file.owner)


def test_nothing_in_it_is_taken_for_a_real_contact() -> None:
    """Placeholders that the office must replace, listed under [to_confirm]."""
    office = Office.load(PROFILE)
    assert (office.office.phone, office.office.postcode, office.complaints.whatsapp) == ("0000", "0000", "0000")
    for address in (office.office.website, office.office.email, office.complaints.website, office.complaints.email):
        assert re.search(r"(^|[.@])bantaeng\.example\.org$", address), address
    confirmed = re.findall(r"^confirmed = (\w+)", PROFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(confirmed) == {"false"}
    assert sum("placeholders" in item for item in office.to_confirm.items) == 2
