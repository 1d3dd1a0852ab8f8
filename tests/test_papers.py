"""Papers that are asked for in the chat: the English translation of a letter, the note of remarks, the register."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pikepdf
import pytest

from bot.limits import DAILY
from bot.service import corrections
from letters import complaint_receipt, courtesy_translation, register_page, remark_note, satisfaction_report
from storage.tables import File
from tests import pdf_text
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    HEAD,
    OFFICER,
    awaiting_issue,
    do,
    issue,
    issued,
    on,
    remark,
    revision_requested,
    under_review,
    uploaded,
)
from tests.pdf_ua import faults
from tests.sample_papers import COMPLAINT, NOTE, REGISTER, SATISFACTION, TRANSLATION
from tests.talk import Talk, World


def paper(talk: Talk, name: str) -> str:
    """The words of the newest message's file."""
    attached = talk.told[-1].prompt.attachment
    assert attached is not None and attached.name == name, talk.last
    world = talk.world
    row = world.process.units.write_now(lambda session: session.get_one(File, attached.file_id))
    return " ".join(pdf_text.text(world.process.store.read(row.object, row.owner)).split())


@pytest.mark.parametrize("who,code", [(APPLICANT, "status:show:{}"), (OFFICER, "case:show:{}")])
def test_a_letter_is_translated_for_applicant_and_officer_and_says_that_it_is_no_letter(
    world: World, who: str, code: str
) -> None:
    application_id = issued(world)
    talk = Talk(world, who)
    talk.press("menu:show")
    talk.press(code.format(application_id))
    talk.tap("Terjemahan Inggris")
    assert "Yang berlaku tetap surat berbahasa Indonesia" in talk.last
    words = paper(talk, "courtesy-translation.pdf")
    for part in (
        "Courtesy translation of letter B-1/7304/KS.200/2026",
        "Only the Indonesian letter is valid",
        "Identity of recommendation : V-26.7304.001",
        "FIT TO BE CARRIED OUT",
        "print the identity of the recommendation on each instrument",
        "Sample survey",
    ):
        assert part in words, (part, words)
    for foreign in ("Tanda tangan", "verify", "LAYAK"):
        assert foreign not in words


def test_a_rejection_is_translated_with_its_ready_made_grounds_and_without_identity(world: World) -> None:
    application_id = awaiting_issue(world, "ditolak")
    do(world, DIRECTOR, on(application_id, issue))
    talk = Talk(world, APPLICANT)
    talk.press("menu:show")
    talk.press(f"status:english:{application_id}")
    words = paper(talk, "courtesy-translation.pdf")
    assert "NOT YET FIT TO BE CARRIED OUT" in words and "submit a new application" in words
    assert "Identity" not in words and "Rancangan memadai." in words, "what an officer wrote is quoted"


def test_what_is_void_was_signed_elsewhere_or_belongs_to_somebody_else_is_not_translated(world: World) -> None:
    revoked, elsewhere = issued(world), uploaded(world)
    asyncio.run(world.work())
    talk, stranger = Talk(world, APPLICANT), Talk(world, "orang lain")
    do(world, DIRECTOR, on(revoked, lambda ctx, case: corrections.revoke_letter(ctx, case, 2, "Keliru.")))
    for application_id in (revoked, elsewhere):
        talk.press(f"status:show:{application_id}")
        assert "Terjemahan Inggris" not in talk.labels()
        talk.press(f"status:english:{application_id}")
        assert "belum dapat diterjemahkan" in talk.last
        stranger.press(f"status:english:{application_id}")
        stranger.press(f"case:english:{application_id}")
        assert all(message.prompt.attachment is None for message in stranger.told)


def test_remarks_are_noted_on_paper_once_they_were_sent(world: World) -> None:
    examined = under_review(world, "tujuan")
    applicant, officer = Talk(world, APPLICANT), Talk(world, OFFICER)
    applicant.press("menu:show")
    applicant.press(f"status:remarks:{examined}")
    assert "Tidak ada catatan" in applicant.last, "the officer has not sent it yet"
    returned = revision_requested(world, "judul_kegiatan")
    applicant.press(f"status:show:{returned}")
    applicant.tap("Catatan sebagai PDF")
    words = paper(applicant, "catatan-pemeriksaan.pdf")
    for part in ("Catatan Pemeriksaan", "REK-2026-0002", "0.1 Judul", "Isian:", "Catatan: Mohon dijelaskan."):
        assert part in words, (part, words)
    officer.press("menu:show")
    officer.press(f"case:show:{returned}")
    officer.tap("Catatan sebagai PDF")
    assert paper(officer, "catatan-pemeriksaan.pdf") == words
    remark(world, examined, "judul_kegiatan", "Rahasia petugas.")
    applicant.press(f"status:remarks:{examined}")
    assert applicant.told[-1].prompt.attachment is None


def test_the_staff_print_the_register_of_a_year(world: World) -> None:
    issued(world)
    head, applicant = Talk(world, HEAD), Talk(world, APPLICANT)
    head.say("/register")
    head.tap("Cetak tahun 2026")
    words = paper(head, "register-surat.pdf")
    for part in ("Register Surat Tahun 2026", "B-1/7304/KS.200/2026, 2 Maret 2026", "V-26.7304.001", "berlaku"):
        assert part in words, (part, words)
    for year in ("2025", "0", "99999"):
        head.press(f"register:print:{year}")
        assert "Belum ada surat yang terbit." in head.last
    applicant.press("menu:show")
    applicant.press("register:print:2026")
    assert applicant.told[-1].prompt.attachment is None and "hanya untuk petugas" in applicant.last


def test_papers_are_drawn_only_so_often_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    application_id = issued(world)
    monkeypatch.setitem(DAILY, "papers_of_person", 1)
    talk = Talk(world, APPLICANT)
    talk.press("menu:show")
    for _ in range(2):
        talk.press(f"status:english:{application_id}")
    assert "coba lagi besok" in talk.last


@pytest.mark.parametrize("render,facts", [
    (courtesy_translation.render, TRANSLATION), (remark_note.render, NOTE), (register_page.render, REGISTER),
    (complaint_receipt.render, COMPLAINT), (satisfaction_report.render, SATISFACTION),
])  # fmt: skip
def test_the_same_facts_give_the_same_bytes_in_the_language_of_the_paper(render, facts, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    content = render(facts)
    assert content == render(facts)
    (tmp_path / "paper.pdf").write_bytes(content)
    with pikepdf.open(tmp_path / "paper.pdf") as pdf:
        assert str(pdf.Root.Lang) == ("en-GB" if facts is TRANSLATION else "id-ID")
    assert faults(content, "en-GB" if facts is TRANSLATION else "id-ID", claims=False) == []
