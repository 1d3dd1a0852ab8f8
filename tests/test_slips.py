"""Slips and the poster: what is printed, for whom, and that no name stands on paper."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import continuations
from storage.tables import File, GuestVisit, QueueTicket
from tests.casework import APPLICANT, OFFICER, OTHER_OFFICER, do
from tests.guest_rows import NAME, sign
from tests.pdf_text import text as pdf_text
from tests.program import run
from tests.talk import Talk, World


def printed(world: World) -> list[str]:
    """The text of every slip that was drawn."""
    files = world.process.units.write_now(lambda session: list(session.scalars(select(File).order_by(File.id))))
    return [pdf_text(world.process.store.read(file.object, file.owner)) for file in files]


def newest(world: World, table: type[QueueTicket] | type[GuestVisit]) -> int:
    def read(session: Session) -> int:
        return session.scalars(select(table.id).order_by(table.id.desc()).limit(1)).one()

    return world.process.units.write_now(read)


def test_a_visitor_without_a_phone_gets_number_and_visit_on_paper(world: World) -> None:
    talk = Talk(world, OFFICER)
    talk.press("desk:given:konsultasi")
    assert "B-001" in talk.last
    talk.tap("Cetak struk")
    assert talk.told[-1].prompt.attachment is not None
    assert talk.told[-1].prompt.attachment.name == "struk.pdf"
    [number] = printed(world)
    for words in ("BPS Kabupaten Jeneponto", "B-001", "Konsultasi statistik", "0 orang di depan Anda", "02/03/2026"):
        assert words in number
    do(world, OFFICER, sign)
    talk.press(f"desk:print:visit:{newest(world, GuestVisit)}")
    visit = printed(world)[-1]
    assert "Kunjungan tercatat dalam buku tamu" in visit and NAME not in visit


def test_only_the_officer_who_gave_a_number_prints_it(world: World) -> None:
    Talk(world, OFFICER).press("desk:given:konsultasi")
    ticket_id = newest(world, QueueTicket)
    for who in (APPLICANT, OTHER_OFFICER):
        talk = Talk(world, who)
        talk.press(f"desk:print:number:{ticket_id}")
        assert "tidak dapat Anda cetak" in talk.last or "hanya untuk petugas" in talk.last
        talk.press(f"desk:print:visit:{ticket_id}")
    asyncio.run(world.work())
    assert printed(world) == []


def test_the_poster_shows_every_chat_that_can_be_opened(tmp_path: Path) -> None:
    assert run(tmp_path, "migrate").returncode == 0
    refused = run(tmp_path, "poster")
    assert refused.returncode == 2 and "PST_PUBLIC_URL" in refused.stderr
    world = World(tmp_path / "var")
    link = "https://t.example/pst_bot?start={word}_{code}"
    world.process.units.write_now(lambda session: continuations.save_link(session, "somewhere", link))
    world.stop()
    drawn = run(tmp_path, "poster", "door.pdf", PST_PUBLIC_URL="https://pst.example.go.id")
    assert drawn.stdout.strip() == "door.pdf: 2 codes", drawn.stderr
    text = pdf_text((tmp_path / "door.pdf").read_bytes())
    for words in ("t.example/pst_bot", "pst.example.go.id", "pst.example.go.id/board", "Senin–Jumat"):
        assert words in text
    assert "kunjungan" not in text, "an address that is typed stays short"
    nowhere = run(tmp_path, "poster", "missing/door.pdf", PST_PUBLIC_URL="https://pst.example.go.id")
    assert nowhere.returncode == 2 and len(nowhere.stderr.strip().splitlines()) == 1
