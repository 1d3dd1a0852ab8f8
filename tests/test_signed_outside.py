"""A letter that the director signs outside of the service: only its own signed copy is accepted and delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from sqlalchemy import select

from bot.runtime.letter_files import make_letter
from bot.service import corrections, letter_checks
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from letters.pdf import FieldFrame
from letters.signing import OfficeCertificate, certificate_facts, make_demo, sign
from storage.tables import Application, File, Letter
from tests.casework import APPLICANT, DIRECTOR, OFFICER, awaiting_issue, do, issued, on, staffed
from tests.letter_files import delivered, newest_entry, of_pages, one_byte_changed, saved_again
from tests.office_profiles import profile
from tests.samples import sample
from tests.talk import START, Talk, World

STAMP = FieldFrame(0, 300, 100, 500, 160)


OUTSIDE = ('way = "none" ', 'way = "outside" ')


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Its parameters: what else differs in the profile."""
    office = profile(tmp_path, OUTSIDE, *getattr(request, "param", ()))
    world = staffed(World(tmp_path / "var", office=office))
    yield world
    world.stop()


def certificate(folder: Path, *, ended: bool = False) -> OfficeCertificate:
    path = folder / f"direktur-{ended}.p12"
    make_demo(path, "rahasia", "Direktur", START - timedelta(days=365 * 5) if ended else START)
    return OfficeCertificate(path, "rahasia")


def stranger(folder: Path) -> OfficeCertificate:
    """A certificate that anybody can make, with the director's name."""
    path = folder / "palsu.p12"
    if not path.exists():
        make_demo(path, "rahasia", "Direktur", START)
    return OfficeCertificate(path, "rahasia")


def test_a_letter_that_was_signed_once_more_is_still_the_letter(world: World, tmp_path: Path) -> None:
    """By who got it, where the director's signature allows further ones."""
    issued(world)
    asyncio.run(world.work())
    mine = approved(delivered(world), certificate(tmp_path), "Direktur")
    director, applicant = Talk(world, DIRECTOR), Talk(world, APPLICANT)
    director.say("/berkas")
    director.tap("Kirim hasil TTE")
    director.send(("surat.pdf", mine))
    director.tap("Ya, kirim kepada pemohon")
    asyncio.run(world.work())
    applicant.say("/cek")
    applicant.send(("surat.pdf", approved(mine, stranger(tmp_path), "Pemohon")))
    assert "ASLI" in applicant.last and "Surat ini berlaku." in applicant.last


def approved(content: bytes, by: OfficeCertificate, field: str) -> bytes:
    """With a signature that certifies nothing."""
    signer = SimpleSigner.load_pkcs12_data(by.path.read_bytes(), other_certs=[], passphrase=by.password.encode())
    writer = IncrementalPdfFileWriter(BytesIO(content))
    return bytes(sign_pdf(writer, PdfSignatureMetadata(field_name=field), signer).getbuffer())


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
    applicant.send(("surat.pdf", sign(final, stranger(tmp_path), STAMP, "Jeneponto", START)))
    assert "BERUBAH" in applicant.last and "bukan tanda tangan dari berkas yang kami kirim" in applicant.last


def test_an_officer_brings_the_copy_and_the_director_confirms_the_newest_one(world: World, tmp_path: Path) -> None:
    officer, director = Talk(world, OFFICER), Talk(world, DIRECTOR)
    application_id = issued(world)
    asyncio.run(world.work())
    final, mine = delivered(world), certificate(tmp_path)
    officer.press(f"case:show:{application_id}")
    officer.tap("Kirim hasil TTE")
    for content in (sign(final, mine, STAMP, "Makassar", START), sign(final, mine, STAMP, "Jeneponto", START)):
        officer.send(("surat.pdf", content))
        assert "ditandatangani oleh CONTOH Direktur" in officer.last
        assert "menunggu konfirmasi direktur" in officer.last and "Ya, kirim kepada pemohon" not in officer.labels()
    asyncio.run(director.news())
    assert "menunggu konfirmasi Anda" in director.last
    (older, newer) = world.process.units.write_now(
        lambda session: session.scalars(select(File.id).where(File.name == "surat.pdf").order_by(File.id)).all()
    )
    officer.press(f"signed:sent:{application_id}:{newer}")  # a forged button of the director's
    assert mails_after(world) == 0
    director.press(f"signed:sent:{application_id}:{older}")
    assert "berkas yang lama" in director.last and "Ya, kirim kepada pemohon" in director.labels()
    assert mails_after(world) == 0
    director.tap("Ya, kirim kepada pemohon")
    assert mails_after(world) == 1
    assert delivered(world) == content


def mails_after(world: World) -> int:
    asyncio.run(world.work())
    return mails(world)


def test_a_certificate_of_the_profile_needs_no_director(tmp_path: Path) -> None:
    mine = certificate(tmp_path)
    trusts = ("trusted = []", f'trusted = ["{certificate_facts(mine).fingerprint.upper()}"]')
    world = staffed(World(tmp_path / "var", office=profile(tmp_path, OUTSIDE, trusts)))
    application_id = issued(world)
    asyncio.run(world.work())
    officer = Talk(world, OFFICER)
    officer.press(f"signed:start:{application_id}")
    officer.send(("surat.pdf", sign(delivered(world), mine, STAMP, "Jeneponto", START)))
    officer.tap("Ya, kirim kepada pemohon")
    assert mails_after(world) == 1
    other = awaiting_issue(world)
    officer.press(f"upload:start:{other}")
    for words in ("B-90/7304/KS.200/2026", "V-26.7304.090"):
        officer.say(words)
    officer.send(("surat.pdf", sample("surat-ttd.pdf")))
    assert "tidak ada di daftar kantor" in officer.last
    world.stop()


@pytest.mark.parametrize("world", [[("scans = false", "scans = true")]], indirect=True)
def test_a_scan_goes_out_where_the_profile_allows_it_and_is_marked_as_one(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    director = Talk(world, DIRECTOR)
    director.press(f"signed:start:{application_id}")
    for content, why in ((of_pages(1), "bukan surat"), (delivered(world), "belum ditandatangani")):
        director.send(("surat.pdf", content))
        assert why in director.last
    director.send(("pindai.pdf", scanned()))
    assert "hasil pindai" in director.last
    director.tap("Ya, kirim kepada pemohon")
    assert mails_after(world) == 1 and delivered(world) == scanned()
    entry = newest_entry(world)
    letter = world.process.units.write_now(lambda session: letter_checks.by_code(session, entry.code))
    assert letter is not None and (letter.way, letter.state) == ("scan", "valid")
    director.say("/register")
    assert "Hasil pindai, ditandatangani dengan tangan" in director.last


def test_scans_drafts_and_taken_numbers_are_refused(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    director, officer = Talk(world, DIRECTOR), Talk(world, OFFICER)
    director.press(f"signed:start:{application_id}")
    director.send(("pindai.pdf", scanned()))
    assert "bukan surat yang harus" in director.last
    final, code = delivered(world), newest_entry(world)
    recorded = awaiting_issue(world)
    asyncio.run(world.work())
    draft = drawn_draft(world, recorded)
    officer.press(f"upload:start:{recorded}")
    officer.say(code.number)
    assert f"Nomor {code.number} sudah dipakai surat untuk REK-2026-0001." in officer.last
    officer.say("B-2/7304/KS.200/2026")
    officer.say(code.identity or "")
    assert f"Identitas {code.identity} sudah dipakai" in officer.last
    officer.say("V-26.7304.002")
    outside = sample("surat-ttd.pdf")
    for content, why in (
        (scanned(), "belum ditandatangani"),
        (of_pages(1), "kosong"),
        (draft, "DRAF"),
        (final, "sudah punya nomor sendiri"),
        (one_byte_changed(outside, outside.index(b"72 720")), "tidak cocok dengan isinya"),
    ):
        officer.send(("surat.pdf", content))
        assert why in officer.last, officer.last
    officer.send(("surat.pdf", outside))
    officer.tap("Ya, catat dan kirim")
    assert mails_after(world) == 1
    following = issued(world)  # the series goes on behind the number that was typed
    assert following and newest_entry(world).number == "B-3/7304/KS.200/2026"
    assert newest_entry(world).identity == "V-26.7304.003"


def test_a_letter_that_waits_can_be_corrected_replaced_and_revoked(world: World, tmp_path: Path) -> None:
    director, mine = Talk(world, DIRECTOR), certificate(tmp_path)
    application_id = issued(world)
    asyncio.run(world.work())

    def signed() -> bytes:
        return sign(delivered(world), mine, STAMP, "Jeneponto", START)

    def bring(content: bytes) -> str:
        director.press(f"signed:start:{application_id}")
        director.send(("surat.pdf", content))
        return director.last

    def act(change: Callable[[Context, Application, int], None]) -> None:
        letter_id = newest_entry(world).letter_id
        do(world, DIRECTOR, on(application_id, lambda ctx, case: change(ctx, case, letter_id)))
        asyncio.run(world.work())

    def amend(ctx: Context, case: Application, letter_id: int) -> None:
        corrections.amend_letter(ctx, case, letter_id, LetterChanges(recipient="Bupati Jeneponto"))

    first = signed()
    bring(first)
    old_button = director.button("Ya, kirim kepada pemohon").value
    act(amend)
    director.press(old_button)
    assert "Ya, kirim kepada pemohon" not in director.labels() and mails(world) == 0
    assert "sudah dibetulkan atau diganti" in bring(first)  # its seal has the same number and code
    second = signed()
    bring(second)
    director.tap("Ya, kirim kepada pemohon")
    assert mails_after(world) == 1 and delivered(world) == second
    act(amend)  # once more, after it was sent: the number goes on being valid while the new drawing waits
    assert state_of(world) == "valid"
    bring(signed())
    director.tap("Ya, kirim kepada pemohon")
    asyncio.run(world.work())
    assert told(world, "sudah kami perbaiki") == 1

    act(lambda ctx, case, letter_id: corrections.replace_letter(ctx, case, letter_id, "Judulnya keliru."))
    assert (newest_entry(world).number, state_of(world)) == ("B-2/7304/KS.200/2026", "pending")
    assert "sudah dibetulkan atau diganti" in bring(second)
    bring(signed())
    act(lambda ctx, case, letter_id: corrections.revoke_letter(ctx, case, letter_id, "Kegiatannya batal."))
    director.press(f"signed:start:{application_id}")
    assert "menunggu tanda tangan" in director.last and state_of(world) == "revoked"
    assert told(world, "dicabut") == 1


def state_of(world: World) -> str:
    code = newest_entry(world).code
    letter = world.process.units.write_now(lambda session: letter_checks.by_code(session, code))
    assert letter is not None
    return letter.state


def told(world: World, words: str) -> int:
    """How many messages to the applicant contain these words."""
    applicant = Talk(world, APPLICANT)
    asyncio.run(applicant.news())
    return sum(words in "\n".join(applicant.lines([message])) for message in applicant.told)


@cache
def scanned() -> bytes:
    """A page that is one picture."""
    out = BytesIO()
    Image.effect_noise((400, 560), 60).save(out, "PDF")
    return out.getvalue()


def drawn_draft(world: World, application_id: int) -> bytes:
    """The file of the newest draft, drawn anew: tests that need no file have another one."""
    letter = world.process.units.write_now(
        lambda session: session.scalars(select(Letter).where(Letter.application_id == application_id)).one()
    )
    return make_letter(world.process, letter.facts, START)


def test_nobody_else_sends_the_signed_letter(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    for who in ("orang lain", APPLICANT):
        talk = Talk(world, who)
        talk.press(f"signed:start:{application_id}")
        assert "tanpa mengubahnya" not in talk.last
        talk.press(f"signed:sent:{application_id}:1")
        asyncio.run(world.work())
        assert mails(world) == 0
