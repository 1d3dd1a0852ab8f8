"""A visitor goes from the poster at the door to a rated letter: once with a phone, once without."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import locales
from bot.service import cases, decisions
from bot.service.context import Context
from letters.poster import Poster, render
from storage import continuations
from storage.tables import Application, GuestVisit
from tests.casework import DIRECTOR, OFFICER, audit_faults, audited, do, issue, on, send, status
from tests.counter_records import recorded, sent
from tests.letter_files import scan
from tests.talk import AMBIL, Talk, World

LINK = "https://t.me/pst_bot?start={word}_{code}"


def scanned(world: World, folder: Path) -> str:
    """What a phone reads from the poster."""

    def links(session: Session) -> tuple[str, ...]:
        continuations.save_link(session, "telegram", LINK)
        return tuple(continuations.links(session, word="kunjungan", code="").values())

    office, addresses = world.process.app.office, world.process.units.write_now(links)
    poster = Poster(office.office.name, office.desk_hours.text.msgid, addresses, "", world.now.date())
    return scan(render(poster), folder)


def sign_guest_book(talk: Talk) -> None:
    """A first visit, in the visitor's chat or in the officer's."""
    talk.say("Budi Contoh")
    talk.tap("Pemerintah daerah")
    talk.say("Dinas Sosial Kabupaten Jeneponto")
    for label in ("ASN/TNI/Polri", "D4/S1", "Laki-laki"):
        talk.tap(label)
    for words in ("1990", "0813-3456-7890", "lewati"):
        talk.say(words)
    for label in ("Tidak", "Rekomendasi kegiatan statistik", "Keperluan pemerintah", "Kirim sekarang"):
        talk.tap(label)


def examine_and_issue(world: World, application_id: int) -> None:
    """What happens at other desks, until the letter is out."""

    def decide(ctx: Context, case: Application) -> None:
        decisions.decide(ctx, case, case.round, "layak", ["Rancangan memadai."], [])

    for who, act in ((OFFICER, cases.claim), (OFFICER, decide), (OFFICER, send), (DIRECTOR, issue)):
        do(world, who, on(application_id, act))
    asyncio.run(world.work())


def visits(world: World) -> int:
    return world.process.units.write_now(lambda s: s.scalar(select(func.count()).select_from(GuestVisit)) or 0)


@pytest.mark.poppler
def test_with_a_phone_from_the_poster_at_the_door_to_a_rated_letter(world: World, tmp_path: Path) -> None:
    visitor, desk = Talk(world, "tamu"), Talk(world, OFFICER)
    word = scanned(world, tmp_path).partition("start=")[2].rstrip("_")
    visitor.say(f"/{word}")
    for label in ("Nomor antrean", "Rekomendasi kegiatan statistik", "Hari ini, 2 Maret 2026"):
        visitor.tap(label)
    assert "Nomor antrean Anda: A-001" in visitor.last
    visitor.say("buku tamu")
    visitor.tap("Isi buku tamu")
    sign_guest_book(visitor)
    assert visits(world) == 1
    desk.say("/antrean")
    desk.tap("Panggil berikutnya")
    asyncio.run(visitor.news())
    assert "A-001" in visitor.last and "dipanggil" in visitor.last.casefold()
    desk.tap("Selesai dilayani")

    recorded(world, "budi@contoh.go.id")
    application_id = sent(world)
    desk.say("/loket")
    desk.tap("Budi Contoh")
    desk.tap("Cetak tanda terima")
    desk.tap("Kode untuk pengunjung")
    taken = AMBIL.search(desk.last)
    assert taken is not None
    visitor.say(taken[0])
    visitor.say(world.code())
    assert "Selamat datang kembali, Budi Contoh." in visitor.last
    examine_and_issue(world, application_id)
    asyncio.run(visitor.news())
    assert visitor.told[-1].prompt.attachment is not None, "the letter is in the visitor's own chat"
    visitor.tap("★★★★★ 5 bintang")
    visitor.tap("Tanpa komentar")
    assert status(world, application_id) == "closed"
    assert {"submit", "decide", "issue", "rate"} <= set(audited(world, application_id))
    assert audit_faults(world) == []


def test_without_a_phone_from_the_door_to_a_rated_letter(world: World) -> None:
    desk = Talk(world, OFFICER)
    for label in ("Beri nomor", "Rekomendasi kegiatan statistik"):
        desk.say("/antrean") if label == "Beri nomor" else None
        desk.tap(label)
    assert "A-001" in desk.last
    desk.tap("Cetak struk")
    assert desk.told[-1].prompt.attachment is not None
    desk.say("tamu")
    desk.tap("Catat tamu")
    sign_guest_book(desk)
    assert visits(world) == 1
    desk.say("/antrean")
    desk.tap("Panggil berikutnya")
    desk.tap("Selesai dilayani")

    recorded(world)
    application_id = sent(world)
    desk.say("/loket")
    desk.tap("Budi Contoh")
    desk.tap("Cetak tanda terima")
    assert desk.told[-1].prompt.attachment is not None
    examine_and_issue(world, application_id)
    told = [locales.say(message.prompt.text, "id") for message in (*desk.told, *asyncio.run(desk.news()))]
    assert any("sampaikan kabar ini melalui telepon +6281334567890" in text for text in told)
    desk.say("/loket")
    desk.tap("Budi Contoh")
    desk.tap("Penilaian")
    desk.tap("★★★★★ 5 bintang")
    assert status(world, application_id) == "closed" and audit_faults(world) == []
