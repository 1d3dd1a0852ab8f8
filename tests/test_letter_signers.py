"""Who signs a letter, where, and to whom it goes: asked from the director before a number is used, corrected after."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from storage.tables import Application, Letter, NumberSeries, Officer
from tests import pdf_text
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    HEAD,
    OFFICER,
    audit_faults,
    awaiting_issue,
    do,
    issued,
    join,
    status,
)
from tests.letter_files import delivered
from tests.talk import Talk, World

NAME, POSITION, NIP = "Drs. H. Ahmad Yani, M.Si.", "Kepala BPS Kabupaten Jeneponto", "19700101 199501 2 001"
ASKED = "Siapa yang menandatangani surat ini?"


def words_of(content: bytes) -> str:
    return " ".join(pdf_text.text(content).split())


def is_number_used(world: World) -> bool:
    return world.process.units.write_now(lambda session: session.get(NumberSeries, "letter/2026")) is not None


def name_signer(director: Talk, *said: str) -> None:
    director.say("\n".join(said))
    director.tap("Simpan")


def test_what_a_letter_lacks_is_asked_in_the_act_which_then_goes_on(world: World) -> None:
    application_id, following = awaiting_issue(world), awaiting_issue(world)
    do(world, DIRECTOR, lambda ctx: setattr(ctx.session.get_one(Officer, ctx.actor.id), "name", ""))
    do(world, HEAD, lambda ctx: setattr(ctx.session.get_one(Application, application_id), "organiser", " "))
    director = Talk(world, DIRECTOR)
    director.press(f"verdict:issue:{application_id}")
    assert director.last.startswith(ASKED)
    name_signer(director, NAME, POSITION, "1970010119")
    assert "18 angka" in director.last and ASKED in director.last and not is_number_used(world)
    name_signer(director, NAME, POSITION, NIP)
    assert director.last.startswith("Tulis penerima surat")
    world.restart()
    name_signer(director, "Kepala Dinas Kesehatan", "Bontosunggu")
    assert f"Penanda tangan: {NAME}, {POSITION}, NIP {NIP}\nTempat surat: Jeneponto" in director.last
    assert director.told[-1].prompt.attachment is not None and not is_number_used(world)
    director.tap("Ya, terbitkan")
    printed = words_of(delivered(world))
    for part in (f"{POSITION}, {NAME} NIP {NIP}", "Yth. Kepala Dinas Kesehatan di – Bontosunggu"):
        assert part in printed, part
    director.press(f"verdict:issue:{following}")
    assert NAME in director.last and ASKED not in director.last, "the next letter names the same signer"
    director.press(f"history:page:{application_id}")
    said = "\n".join(line for message in director.told[-1:] for line in director.lines([message]))
    assert f"Penanda tangan: {NAME}, {POSITION}" in said and audit_faults(world) == []


def test_a_letter_without_a_nip_says_so_before_and_the_director_may_name_another_signer(world: World) -> None:
    application_id = awaiting_issue(world)
    director = Talk(world, DIRECTOR)
    director.press(f"verdict:issue:{application_id}")
    assert "NIP belum tercatat" in director.last
    old = director.button("Ya, terbitkan").value
    director.tap("Ubah penanda tangan")
    name_signer(director, NAME, NIP)
    assert f"{NAME}, Direktur Diseminasi Statistik, NIP {NIP}" in director.last, "the position stays"
    director.tap("Ubah tempat surat")
    name_signer(director, "Makassar")
    assert "Tempat surat: Makassar" in director.last
    director.press(old)
    assert "Suratnya sudah berubah" in director.last and status(world, application_id) == "awaiting_issue"
    director.tap("Ya, terbitkan")
    printed = words_of(delivered(world))
    assert "Makassar, 2 Maret 2026" in printed and f"{NAME} NIP {NIP}" in printed


def test_signer_and_place_of_an_issued_letter_are_corrected_and_stay_with_the_letter(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    join(world, "pengganti", "director")
    other, applicant = Talk(world, "pengganti"), Talk(world, APPLICANT)
    first = signers(world)[-1]
    assert first["name"] == DIRECTOR.title()
    other.press(f"correction:to:{application_id}")
    confirm(other, "Bupati Jeneponto")
    assert signers(world)[-1] == first, "whoever corrects a letter does not become its signer"
    other.press(f"correction:signer:{application_id}")
    other.say(f"{NAME}\n{POSITION}\n1970010119")
    other.tap("Lanjut")
    assert "18 angka" in other.last and "diperbaiki dengan nomor" not in other.last
    confirm(other, f"{NAME}\n{POSITION}\n{NIP}")
    other.press(f"correction:place:{application_id}")
    confirm(other, "Makassar")
    printed = words_of(delivered(world))
    assert f"{POSITION}, {NAME} NIP {NIP}" in printed and "Makassar, 2 Maret 2026" in printed
    said = [line for message in asyncio.run(applicant.news()) for line in applicant.lines([message])]
    assert sum("sudah kami perbaiki" in line for line in said) == 3 and audit_faults(world) == []


def confirm(director: Talk, words: str) -> None:
    director.say(words)
    director.tap("Lanjut")
    director.tap("Ya, perbaiki")


def signers(world: World) -> list[dict[str, object]]:
    query = select(Letter.facts).where(Letter.stage == "issued").order_by(Letter.id)
    return [facts["signer"] for facts in world.process.units.write_now(lambda s: list(s.scalars(query)))]  # type: ignore[misc]


@pytest.mark.parametrize("who", [APPLICANT, OFFICER, HEAD])
def test_nobody_but_the_director_names_the_signer(world: World, who: str) -> None:
    application_id = awaiting_issue(world)
    talk = Talk(world, who)
    talk.press(f"issuing:signer:{application_id}")
    assert ASKED not in talk.last
    talk.say(f"{NAME}\n{POSITION}")
    row = world.process.units.write_now(lambda session: session.get_one(Application, application_id))
    named = world.process.units.write_now(lambda session: list(session.scalars(select(Officer.letter_signer))))
    assert row.signer is None and not any(named)


def test_nothing_is_said_to_be_sent_before_it_was(world: World) -> None:
    application_id = issued(world)
    applicant = Talk(world, APPLICANT)
    number = world.process.units.write_now(lambda session: session.get_one(Application, application_id).number)
    told_before = [status_of(applicant, said) for said in ("/status", number)]
    assert all("kami kirim" in said for said in told_before), "the worker of the conversation has drawn it"
    do(world, HEAD, lambda ctx: setattr(newest(ctx, application_id), "state", "pending"))
    for said in ("/status", number):
        assert "Surat sedang disiapkan." in status_of(applicant, said)
    applicant.say("/mulai")
    assert "sudah kami kirim" not in status_of(applicant, number)


def status_of(applicant: Talk, words: str) -> str:
    return "\n".join(applicant.lines(applicant.say(words)))


def newest(ctx: object, application_id: int) -> Letter:
    query = select(Letter).where(Letter.application_id == application_id).order_by(Letter.id.desc()).limit(1)
    return ctx.session.scalars(query).one()  # type: ignore[attr-defined,no-any-return]
