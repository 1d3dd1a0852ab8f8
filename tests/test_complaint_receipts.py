"""The receipt of a complaint: a PDF for whoever may read its status, without what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.limits import DAILY
from storage.tables import File, Job
from tests import pdf_text
from tests.casework import APPLICANT, staffed, submitted
from tests.talk import Talk, World

WORDS = "Saya menunggu dua jam di loket."
BUTTON = "Tanda terima pengaduan"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = staffed(World(tmp_path / "data"))
    submitted(world)  # so that the office knows the applicant's name
    yield world
    world.stop()


def filed(world: World, *, named: bool) -> Talk:
    talk = Talk(world, APPLICANT)
    talk.press("complaint:write")
    talk.say(WORDS)
    if not named:
        talk.tap("Tanpa nama")
    talk.tap("Kirim")
    return talk


def receipts(talk: Talk) -> list[str]:
    """The words of every receipt that came."""
    world, attached = talk.world, [told.prompt.attachment for told in talk.told if told.prompt.attachment]
    assert {one.name for one in attached} <= {"tanda-terima.pdf"}

    def contents(session: Session) -> list[bytes]:
        rows = [session.get_one(File, one.file_id) for one in attached]
        return [world.process.store.read(row.object, row.owner) for row in rows]

    found = world.process.units.write_now(contents)
    return [" ".join(pdf_text.text(one).split()) for one in found]


def test_whoever_filed_it_with_a_name_gets_the_receipt_once_for_each_press(world: World) -> None:
    talk = filed(world, named=True)
    talk.tap(BUTTON)
    assert "Isi pengaduan tidak tercantum di dalamnya." in talk.last
    (words,) = receipts(talk)
    for part in (
        "Tanda Terima Pengaduan",
        "Nomor pengaduan : ADU-2026-0001",
        "Diterima : 2 Maret 2026 pukul 09.00 WITA",
        f"Pengadu : {APPLICANT.title()}",
        "Jawaban pertama : paling lambat 9 Maret 2026",
        "Penyelesaian : paling lambat 27 Maret 2026",
        "Meja Pengaduan, Unit PST BPS Kabupaten Jeneponto",
        "jenepontokab.bps.go.id",
        "bps7304@bps.go.id",
        "+62 821-8737-6133",
        "lapor.go.id",
        "Tulis nomor pengaduan ini di percakapan tempat Anda menyampaikannya.",
    ):
        assert part in words, (part, words)
    assert "kode" not in words and WORDS not in words
    talk.say("ADU-2026-0001")
    talk.tap(BUTTON)
    assert receipts(talk) == [words, words]


def test_the_receipt_without_a_name_has_neither_code_nor_name_and_leaves_no_trace(world: World) -> None:
    talk = filed(world, named=False)
    secret = talk.last.split("Kode rahasia: ")[1].split()[0]
    assert BUTTON not in talk.labels() and "meminta tanda terima sebagai berkas PDF" in talk.last
    talk.say(f"ADU-2026-0001 {secret}")
    talk.tap(BUTTON)
    (words,) = receipts(talk)
    assert "Pengadu : tanpa nama" in words and "kode yang Anda terima di percakapan" in words
    for personal in (secret, APPLICANT.title(), WORDS, "kirim ke sana"):
        assert personal not in words

    def rows(session: Session) -> tuple[Job, list[str]]:
        return session.scalars(select(Job).where(Job.kind == "complaint_receipt")).one(), list(
            session.scalars(select(File.name))
        )

    job, names = world.process.units.write_now(rows)
    assert set(job.arguments) == {"address", "complaint"} and len(str(job.arguments["complaint"])) > 40
    stored = f"{job.key} {job.arguments} {names}"
    assert secret not in stored and "ADU" not in stored


def test_nobody_else_gets_it_and_not_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    named, stranger = filed(world, named=True), Talk(world, "orang lain")
    filed(world, named=False)
    for complaint in ("1", "2", "2:AAAAABBBBB", "1:AAAAABBBBB", "99"):
        stranger.press(f"complaint:receipt:{complaint}")
        assert "tidak dapat Anda buka" in stranger.last, complaint
    assert receipts(stranger) == []
    monkeypatch.setitem(DAILY, "papers_of_person", 1)
    named.press("complaint:receipt:1")
    named.press("complaint:receipt:1")
    assert len(receipts(named)) == 1 and "coba lagi besok" in named.last
