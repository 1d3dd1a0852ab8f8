"""One's own data: people see what is kept, and after its deletion nothing of them is left in any table or file."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.chat import IncomingFile
from bot.runtime import retention
from bot.service import (
    applicants,
    attachments,
    cases,
    complaint_desk,
    complaints,
    consultations,
    drafts,
    erasure,
    live_chats,
    ratings,
    surveys,
)
from bot.service import people as accounts
from bot.service.access import ActionRefused
from bot.service.complaints import FiledComplaint
from bot.service.context import Context
from bot.service.queue import take
from domain.satisfaction import ELEMENTS
from domain.text import Json
from storage import jobs, people
from storage.complaints import entries
from storage.tables import Application, Draft, Letter, Person, RegisterEntry, SatisfactionSurvey, UnknownPhrase
from storage.unit import Session
from tests.casework import APPLICANT, OFFICER, audit_faults, do, half_filled, issued, on, submitted
from tests.guest_rows import NAME, sign
from tests.planted_data import places_of
from tests.talk import Talk, World

#: what the applicant leaves behind, each at another place
PLANTED = {
    "name": "Pemohon Rahasia",
    "position": "Jabatan Rahasia",
    "phone": "+6281290001111",
    "email": "rahasia@contoh.go.id",
    "identity_last4": "Z9Q7",
    "contact": "Kontak Teknis Rahasia",
    "contact_place": "Jl. Kontak Rahasia No. 9",
    "contact_fax": "+62419777666",
    "file_name": "lampiran-rahasia.pdf",
    "file": "%PDF-1.7 isi lampiran rahasia",
    "draft": "Judul isian yang rahasia sekali",
    "said": "kata-kata yang rahasia",
    "comment": "komentar rahasia",
    "complaint": "pengaduan rahasia",
    "complaint_file_name": "foto-rahasia.pdf",
    "complaint_file": "%PDF-1.7 isi foto rahasia",
    "reopening": "masih belum selesai bagi saya",
    "talk": "yang saya katakan kepada petugas",
    "question": "yang ingin saya tanyakan",
    "question_comment": "komentar tentang konsultasi",
    "guest": NAME,
    "chat": "alamat-percakapan-rahasia",
}


_PHOTO = PLANTED["complaint_file"].encode()


def leave_traces(world: World) -> tuple[Talk, int]:
    """Somebody who has used everything. Their application is closed, with its letter."""
    application_id = _closed(world)
    do(world, APPLICANT, _fill_person)
    do(world, APPLICANT, sign)
    do(world, APPLICANT, lambda ctx: take(ctx, "rekomendasi", date(2026, 3, 3)))
    filed = do(world, APPLICANT, partial(_complain, object=world.process.store.put(_PHOTO, "person/1")))
    photo = world.process.units.write_now(lambda session: entries(session, filed.complaint.id))[0].file_id or 0
    assert do(world, OFFICER, lambda ctx: complaint_desk.open_file(ctx, filed.complaint.id, photo))
    answer = partial(complaint_desk.answer, complaint_id=filed.complaint.id, words="Terima kasih.")
    assert do(world, OFFICER, answer)
    assert do(world, APPLICANT, lambda ctx: complaints.reopen(ctx, filed.complaint.id, "", PLANTED["reopening"]))
    assert do(world, OFFICER, answer)
    do(world, APPLICANT, lambda ctx: live_chats.begin(ctx, PLANTED["talk"], ()).id)
    do(world, APPLICANT, _consult)
    half_filled(world)
    do(world, APPLICANT, lambda ctx: _retitle(ctx, PLANTED["draft"]))
    do(world, OFFICER, on(application_id, applicants.read))
    talk = Talk(world, APPLICANT)
    talk.say(PLANTED["said"])
    talk.say(f"qwxz {PLANTED['name']} vbnq {PLANTED['phone']} plmk")  # is kept as what was not understood, masked
    do(world, APPLICANT, _add_chat)
    return talk, application_id


def _complain(ctx: Context, object: str) -> FiledComplaint:
    photo = IncomingFile(PLANTED["complaint_file_name"], len(_PHOTO), "pdf", object, "person/1")
    filed = complaints.file(ctx, PLANTED["complaint"], file_ids=[attachments.keep(ctx, photo).id])
    assert filed is not None
    return filed


def _consult(ctx: Context) -> None:
    asked = consultations.ask(ctx, PLANTED["question"]).consultation
    consultations.close(ctx, asked)
    assert consultations.rate(ctx, asked.id, 5) and consultations.comment(ctx, asked.id, PLANTED["question_comment"])


def _closed(world: World) -> int:
    uploaded = world.process.store.put(PLANTED["file"].encode(), "person/1")

    def upload(ctx: Context) -> dict[str, Json]:
        file = drafts.add_file(ctx, PLANTED["file_name"], "pdf", 28, uploaded, "person/1")
        return {"id": file.id, "name": file.name, "kind": "pdf", "size": 28}

    contact = {
        "pj_teknis_nama": PLANTED["contact"],
        "pj_teknis_alamat": PLANTED["contact_place"],
        "pj_teknis_faksimile": PLANTED["contact_fax"],
    }
    application_id = issued(world, {**contact, "kak": [do(world, APPLICANT, upload)]})
    asyncio.run(world.work())
    assert do(world, APPLICANT, lambda ctx: ratings.rate(ctx, application_id, 4))
    assert do(world, APPLICANT, lambda ctx: ratings.comment(ctx, application_id, PLANTED["comment"]))
    for element in ELEMENTS:
        do(world, APPLICANT, partial(surveys.record, service="letter", row_id=application_id, element=element, score=3))
    return application_id


def _fill_person(ctx: Context) -> None:
    person = ctx.actor
    person.name, person.position, person.phone = PLANTED["name"], PLANTED["position"], PLANTED["phone"]
    person.email = person.mailbox = PLANTED["email"]
    person.identity_kind, person.identity_last4 = "ktp", PLANTED["identity_last4"]


def _retitle(ctx: Context, title: str) -> None:
    draft = ctx.session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()
    draft.answers = {**draft.answers, "judul_kegiatan": title}


def _add_chat(ctx: Context) -> None:
    """A second conversation of the same person."""
    added = people.get_or_create_address(ctx.session, "console", PLANTED["chat"], "id", ctx.now)
    added.person_id = ctx.actor.id


def erase_by_code(world: World, talk: Talk) -> None:
    talk.say("hapus data saya")
    talk.tap("Kirim kode ke e-mail saya")
    talk.say(world.code())


def settle(world: World, *talks: Talk) -> None:
    """The last messages reach their readers, and the jobs after them are done."""
    for talk in talks:
        asyncio.run(world.process.history.acknowledge(talk.channel, talk.address, 10**6))
    for _ in range(3):
        world.now += timedelta(hours=9)
        asyncio.run(world.work())


def test_after_the_deletion_nothing_is_left_in_any_table_or_file(world: World) -> None:
    talk, application_id = leave_traces(world)
    before = places_of(world, list(PLANTED.values()))
    assert before.keys() == set(PLANTED.values()), "the test has to find what it has planted"
    assert world.process.units.write_now(lambda session: session.scalars(select(UnknownPhrase)).all())
    erase_by_code(world, talk)
    assert "Data Anda sudah dihapus" in talk.last
    settle(world, talk)
    kept = places_of(world, list(PLANTED.values()))
    assert {where for places in kept.values() for where in places} <= {"messages.body"}, "of the staff, for 30 days"
    world.now += timedelta(days=31)
    asyncio.run(retention.run(world.process, world.now))
    settle(world)
    assert places_of(world, list(PLANTED.values())) == {}
    assert audit_faults(world) == []
    _check_what_stays(world, application_id)


def _check_what_stays(world: World, application_id: int) -> None:
    def check(ctx: Context) -> None:
        application = ctx.session.get_one(Application, application_id)
        survey = ctx.session.scalars(select(SatisfactionSurvey)).one()
        assert survey.scores["U9"] == 3 and survey.application_id is None, "it counts, and names nobody"
        entry = ctx.session.scalars(select(RegisterEntry).where(RegisterEntry.application_id == application_id)).one()
        letter = ctx.session.get_one(Letter, entry.letter_id)
        assert application.status == "closed" and entry.state == "valid" and letter.file_id is not None
        assert str(applicants.name_of(ctx, application).msgid) == "(datanya sudah dihapus)"

    do(world, OFFICER, check)


def test_what_is_kept_is_shown_with_purpose_end_and_who_read_it(world: World) -> None:
    talk, _ = leave_traces(world)
    talk.say("data saya")
    for words in ("Data diri", "Isian yang belum dikirim: 1", "Permohonan: 1", "30 hari setelah permohonan selesai"):
        assert words in talk.last
    assert "petugas melihat kontak Anda" in talk.last and "365 hari" in talk.last


def test_an_open_case_or_a_role_must_end_before(world: World) -> None:
    submitted(world)
    talk = Talk(world, APPLICANT)
    talk.say("hapus data saya")
    assert "REK-2026-0001 masih diproses" in talk.last and "Kirim kode ke e-mail saya" not in talk.labels()
    staff = Talk(world, OFFICER)
    staff.say("tarik persetujuan")
    assert "Mintalah admin mengakhiri peran Anda" in staff.last
    with pytest.raises(ActionRefused):
        do(world, APPLICANT, lambda ctx: erasure.erase_unproven(ctx, ctx.person_id))


def test_a_case_that_is_sent_while_the_code_is_out_stops_the_deletion(world: World) -> None:
    half_filled(world)
    talk = Talk(world, APPLICANT)
    talk.say("hapus data saya")
    talk.tap("Kirim kode ke e-mail saya")
    submitted(world)
    talk.say(world.code())
    assert "masih diproses" in talk.last
    assert erased(world) == 0


def test_only_the_code_that_was_mailed_for_it_deletes(world: World) -> None:
    half_filled(world)
    talk = Talk(world, APPLICANT)
    talk.say("hapus data saya")
    talk.tap("Kirim kode ke e-mail saya")
    talk.say("00000000")
    assert "Kode itu tidak cocok" in talk.last
    world.now += timedelta(minutes=2)
    do(world, APPLICANT, lambda ctx: accounts.send_code(ctx, ctx.actor.email))
    talk.say(world.code())
    assert "Kode itu tidak cocok" in talk.last, "a code that proves the mailbox deletes nothing"
    assert erased(world) == 0


def test_somebody_unregistered_deletes_by_a_button_that_is_about_them_alone(world: World) -> None:
    talk = Talk(world, "tamu")
    talk.say("hapus data saya")
    pressed = talk.button("Ya, hapus data saya").value
    other = Talk(world, "lain")
    other.press(pressed)
    assert "sudah berubah" in other.last and erased(world) == 0
    talk.press(pressed)
    assert "Data Anda sudah dihapus" in talk.last and erased(world) == 1
    talk.say("halo")
    settle(world, talk)
    found = world.process.units.write_now(lambda session: people.find(session, "console", "tamu"))
    assert found is not None, "who writes again is known again"


def test_a_deleted_upload_is_said_to_be_gone(world: World) -> None:
    talk, application_id = leave_traces(world)
    erase_by_code(world, talk)
    with pytest.raises(ActionRefused):
        do(world, OFFICER, on(application_id, lambda ctx, case: cases.open_file(ctx, case, "1")))


def erased(world: World) -> int:
    """How many people have deleted their data."""
    count = select(func.count()).select_from(Person).where(Person.erased_at.is_not(None))
    return world.process.units.write_now(lambda session: session.scalar(count) or 0)


def press_in_both(world: World, first: Talk, second: Talk, code: str) -> None:
    """Two devices of one person press the same button at once."""

    async def both() -> None:
        presses = (talk.incoming_tap(code) for talk in (first, second))
        await asyncio.gather(*map(world.process.inbound.receive, presses))
        await world.process.inbound.idle()
        await world.work()
        await first.news()
        await second.news()

    asyncio.run(both())


@pytest.mark.postgres
def test_of_two_devices_that_delete_at_once_one_does(postgres_database: str, tmp_path: Path) -> None:
    world = World(tmp_path / "data", database_url=postgres_database)
    first, second = Talk(world, "ponsel"), Talk(world, PLANTED["chat"])
    first.say("halo")
    second.say("halo")

    def become_one(session: Session) -> int:
        mine, other = (people.find(session, "console", name) for name in ("ponsel", PLANTED["chat"]))
        assert mine is not None and other is not None
        other.person_id = mine.person_id
        return mine.person_id

    person_id = world.process.units.write_now(become_one)
    press_in_both(world, first, second, f"own_data:erase:{person_id}")
    assert erased(world) == 1
    assert all("Data Anda" in talk.last for talk in (first, second))
    world.stop()


def test_an_address_whose_last_message_never_left_is_forgotten_after_a_day(world: World) -> None:
    talk = Talk(world, "tamu")
    talk.say("hapus data saya")
    talk.tap("Ya, hapus data saya")
    assert "addresses.external_id" in places_of(world, ["tamu"])["tamu"], "nobody has seen the last message yet"
    settle(world)
    settle(world)
    assert places_of(world, ["tamu"])["tamu"] == {"inbox.external_id"}, "ids of messages, against redelivery"
    world.now += timedelta(days=9)
    world.process.units.write_now(lambda session: jobs.add(session, "forget", "forget", world.now, {}))
    asyncio.run(world.work())
    assert places_of(world, ["tamu"]) == {}
