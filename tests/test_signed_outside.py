"""A letter that the director signs outside of the service: only its own signed copy is accepted and delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from letters.pdf import FieldFrame
from letters.signing import OfficeCertificate, make_demo, sign
from tests.casework import APPLICANT, DIRECTOR, issued, staffed
from tests.letter_files import delivered, newest_entry, of_pages, one_byte_changed, saved_again
from tests.office_profiles import profile
from tests.talk import START, Talk, World

STAMP = FieldFrame(0, 300, 100, 500, 160)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    office = profile(tmp_path, ('way = "none" ', 'way = "outside" '))
    world = staffed(World(tmp_path / "var", office=office))
    yield world
    world.stop()


def certificate(folder: Path, *, ended: bool = False) -> OfficeCertificate:
    path = folder / f"direktur-{ended}.p12"
    make_demo(path, "rahasia", "Direktur", START - timedelta(days=365 * 5) if ended else START)
    return OfficeCertificate(path, "rahasia")


def mails(world: World) -> int:
    return sum("sudah terbit" in subject for _, subject, _ in world.mails())


def test_only_the_signed_letter_itself_goes_out_after_a_confirmation(world: World, tmp_path: Path) -> None:
    director, applicant = Talk(world, DIRECTOR), Talk(world, APPLICANT)
    issued(world)
    asyncio.run(world.work())
    other = delivered(world)
    issued(world)
    asyncio.run(world.work())
    final, code = delivered(world), newest_entry(world).code
    assert mails(world) == 0
    applicant.say("REK-2026-0002")
    assert "Surat sedang disiapkan" in applicant.last
    applicant.say(f"/cek {code}")
    assert "belum terbit" in applicant.last

    mine = certificate(tmp_path)
    signed = sign(final, mine, STAMP, "Jeneponto", START)
    ended = certificate(tmp_path, ended=True)
    signed_long_ago = sign(final, ended, STAMP, "Jeneponto", START - timedelta(days=365 * 4))
    director.say("/berkas")
    director.tap("Kirim hasil TTE")
    assert "tanpa mengubahnya" in director.last
    for content, why in (
        (of_pages(1), "bukan surat yang harus"),
        (final, "belum ditandatangani"),
        (sign(other, mine, STAMP, "Jeneponto", START), "untuk permohonan lain"),
        (one_byte_changed(signed, 3000), "diubah"),
        (sign(saved_again(final), mine, STAMP, "Jeneponto", START), "disimpan ulang"),
        (signed + b"\n%", "ditambahi"),
        (signed_long_ago, "tidak berlaku hari ini"),
    ):
        director.send(("surat.pdf", content))
        assert why in director.last, director.last
        assert mails(world) == 0

    director.send(("surat.pdf", signed))
    assert "ditandatangani oleh CONTOH Direktur" in director.last and "Sidik jari" in director.last
    asyncio.run(world.work())
    assert mails(world) == 0  # not before the confirmation
    director.tap("Ya, kirim kepada pemohon")
    director.tap("Ya, kirim kepada pemohon")
    assert "menunggu tanda tangan" in director.last
    asyncio.run(world.work())
    assert mails(world) == 1
    assert delivered(world) == signed
    applicant.say("/cek")
    applicant.send(("surat.pdf", signed))
    assert "ASLI" in applicant.last and "Surat ini berlaku." in applicant.last


def test_nobody_else_sends_the_signed_letter(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    for who in ("siti", APPLICANT):
        talk = Talk(world, who)
        talk.press(f"signed:start:{application_id}")
        assert "tanpa mengubahnya" not in talk.last
        talk.press(f"signed:sent:{application_id}:1")
        asyncio.run(world.work())
        assert mails(world) == 0
