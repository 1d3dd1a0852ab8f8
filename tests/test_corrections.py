"""A letter that was issued is corrected, replaced or revoked by the director; everybody is told the truth about it."""

from __future__ import annotations

import asyncio

import pytest

from bot.service import corrections
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from storage import letters, register
from storage.tables import Application, CatalogueEntry, File, Letter, RegisterEntry
from tests import pdf_text
from tests.casework import APPLICANT, DIRECTOR, OFFICER, audit_faults, do, issued, on, uploaded
from tests.talk import Talk, World
from tests.unit.case_rows import all_of


def draw(world: World) -> None:
    asyncio.run(world.work())


def entries(world: World) -> list[RegisterEntry]:
    return [row for row in all_of(world, RegisterEntry) if isinstance(row, RegisterEntry)]


def in_catalogue(world: World) -> list[tuple[str, str]]:
    rows = [row for row in all_of(world, CatalogueEntry) if isinstance(row, CatalogueEntry)]
    return [(row.recommendation_identity, row.status) for row in rows]


def words_of(world: World, letter_id: int) -> str:
    letter, file = world.process.units.write_now(
        lambda s: (one := s.get_one(Letter, letter_id), s.get_one(File, one.file_id))
    )
    assert letter.state == "ready"
    return " ".join(pdf_text.text(world.process.store.read(file.object, file.owner)).split())


def told(talk: Talk, words: str) -> int:
    """How many messages that this address has seen contain the words."""
    asyncio.run(talk.news())
    return sum(words in talk.lines([message])[0] for message in talk.told)


def test_the_director_corrects_a_letter_and_its_number_stays(world: World) -> None:
    application_id = issued(world)
    draw(world)
    (before,) = entries(world)
    director, applicant = Talk(world, DIRECTOR), Talk(world, APPLICANT)
    director.press(f"case:show:{application_id}")
    director.tap("Perbaiki surat")
    assert "Penerima: Kepala Dinas" in director.last and "Nomor suratnya tetap" in director.last
    director.tap("Ubah penerima")
    director.say("Bupati Jeneponto\nBontosunggu")
    director.tap("Lanjut")
    assert f"Surat {before.number} diperbaiki dengan nomor yang sama" in director.last
    assert len(all_of(world, Letter)) == 2, "nothing happens before it is confirmed"
    director.tap("Ya, perbaiki")
    draw(world)
    (after,) = entries(world)
    assert (after.number, after.code, after.state) == (before.number, before.code, "valid")
    assert after.letter_id != before.letter_id
    assert "Yth. Bupati Jeneponto" in words_of(world, after.letter_id) and before.number in words_of(
        world, after.letter_id
    )
    assert told(applicant, "sudah terbit") == 1 and told(applicant, "sudah kami perbaiki") == 1
    old = world.process.units.write_now(lambda s: s.get_one(Letter, before.letter_id).sha256)
    found = world.process.units.write_now(lambda s: register.by_drawing(s, old))
    assert found is not None and found[0].letter_id != found[1].id, "the old file is told from the new one"
    assert audit_faults(world) == []


def test_the_director_revokes_a_letter_with_a_reason(world: World) -> None:
    application_id = issued(world)
    draw(world)
    director, applicant = Talk(world, DIRECTOR), Talk(world, APPLICANT)
    assert in_catalogue(world) == [("V-26.7304.001", "rekomendasi_terbit")]
    director.press(f"case:show:{application_id}")
    director.tap("Cabut surat")
    director.say("Datanya keliru.")
    director.tap("Lanjut")
    sure = director.button("Ya, cabut surat").value
    assert "Datanya keliru." in director.last and entries(world)[0].state == "valid"
    director.press(sure)
    (entry,) = entries(world)
    assert (entry.state, entry.reason, entry.replaced_by_id) == ("revoked", "Datanya keliru.", None)
    assert in_catalogue(world) == [("V-26.7304.001", "dicabut")]
    assert told(applicant, "dicabut dan tidak berlaku lagi.") == 1
    assert any("tidak berlaku lagi" in subject for _, subject, _ in world.mails())
    applicant.press(f"status:show:{application_id}")
    assert "sudah dicabut. Alasan: Datanya keliru." in applicant.last
    assert "Kirim ulang surat" not in applicant.labels()
    applicant.press(f"status:letter:{application_id}")
    assert "sudah dicabut" in applicant.last and "disusun" not in applicant.last
    assert "Cabut surat" not in director.labels() and "Surat ini sudah dicabut" in director.last
    director.press(sure)
    assert len(entries(world)) == 1 and audit_faults(world) == []
    director.press(f"history:page:{application_id}")
    assert f"mencabut surat {entry.number}: “Datanya keliru.”" in director.last


def test_the_director_replaces_a_letter_with_one_that_has_another_number(world: World) -> None:
    application_id = issued(world)
    draw(world)
    director, applicant = Talk(world, DIRECTOR), Talk(world, APPLICANT)
    director.press(f"correction:replace:{application_id}")
    director.say("Judulnya salah.")
    director.tap("Lanjut")
    director.tap("Ya, ganti surat")
    draw(world)
    old, new = entries(world)
    assert (old.number, old.state, old.replaced_by_id) == ("B-1/7304/KS.200/2026", "replaced", new.id)
    assert (new.number, new.identity, new.state) == ("B-2/7304/KS.200/2026", "V-26.7304.002", "valid")
    assert sorted(in_catalogue(world)) == [("V-26.7304.001", "diganti"), ("V-26.7304.002", "rekomendasi_terbit")]
    assert told(applicant, "Penggantinya sedang disiapkan") == 1 and told(applicant, new.number) == 1
    assert audit_faults(world) == []


def test_a_letter_that_was_corrected_before_it_was_drawn_is_sent_once_as_corrected(world: World) -> None:
    application_id = issued(world)

    def amend(ctx: Context, case: Application) -> None:
        newest = letters.newest(ctx.session, case.id)
        assert newest is not None
        corrections.amend_letter(ctx, case, newest.id, LetterChanges(recipient="Bupati Jeneponto"))

    do(world, DIRECTOR, on(application_id, amend))
    draw(world)
    applicant = Talk(world, APPLICANT)
    assert told(applicant, "sudah terbit") == 1 and told(applicant, "perbaiki") == 0
    assert "Bupati" in words_of(world, entries(world)[0].letter_id)


def test_a_letter_that_was_revoked_before_it_was_drawn_is_not_sent(world: World) -> None:
    application_id = issued(world)
    do(world, DIRECTOR, on(application_id, lambda ctx, case: corrections.revoke_letter(ctx, case, 2, "Keliru.")))
    draw(world)
    applicant = Talk(world, APPLICANT)
    assert told(applicant, "sudah terbit") == 0 and told(applicant, "dicabut") == 1
    assert in_catalogue(world) == []


def test_what_the_director_has_not_seen_and_empty_reasons_are_refused(world: World) -> None:
    application_id, outside = issued(world), uploaded(world)
    draw(world)
    (inside, signed) = entries(world)
    for act, words in (
        (lambda ctx, case: corrections.revoke_letter(ctx, case, inside.letter_id + 99, "Keliru."), "sudah berubah"),
        (lambda ctx, case: corrections.revoke_letter(ctx, case, inside.letter_id, "  "), "Alasannya"),
        (lambda ctx, case: corrections.amend_letter(ctx, case, inside.letter_id, LetterChanges(())), "satu alasan"),
    ):
        with pytest.raises(ActionRefused) as refused:
            do(world, DIRECTOR, on(application_id, act))
        assert words in str(refused.value)
    with pytest.raises(ActionRefused, match="ditandatangani di luar"):
        amend = LetterChanges(recipient="Bupati")
        do(world, DIRECTOR, on(outside, lambda ctx, case: corrections.amend_letter(ctx, case, signed.letter_id, amend)))
    with pytest.raises(ActionRefused, match="tidak berwenang"):
        reason = "Keliru."
        do(
            world,
            OFFICER,
            on(application_id, lambda ctx, case: corrections.revoke_letter(ctx, case, inside.letter_id, reason)),
        )
    assert {entry.state for entry in entries(world)} == {"valid"}
