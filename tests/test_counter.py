"""The counter: what officers record for a visitor is the visitor's, and they take it over with a code."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

import locales
from bot.actions import code
from bot.actions.counter import OpenCounter, OpenRecord, RateForVisitor, RecordStep, VisitorAgrees
from bot.service import (
    cases,
    counter,
    decisions,
    devices,
    guest_book,
    officers,
    people,
    queue,
    remarks,
    revisions,
    slips,
)
from bot.service.access import ActionRefused
from bot.service.code_attempts import LIMIT
from bot.service.context import Context
from bot.service.counter_takeover import CODE_LIFETIME
from storage import counter as counter_rows
from storage import jobs
from storage.people import MAIL
from storage.tables import Address, Application, AuditLine, CounterRecord, Draft, GuestVisit
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    FORM,
    OFFICER,
    OTHER_OFFICER,
    address_of,
    audit_faults,
    do,
    is_forbidden,
    issue,
    join,
    on,
    remark,
    send,
    staffed,
    status,
)
from tests.counter_records import filled, recorded, sent
from tests.guest_rows import sign
from tests.talk import AMBIL, Talk, World


def code_for(talk: Talk) -> str:
    talk.tap("Kode untuk pengunjung")
    found = AMBIL.search(talk.last)
    assert found
    return found[0]


def test_a_visitor_without_phone_and_mailbox_goes_from_the_counter_to_a_rated_letter(world: World) -> None:
    talk = recorded(world)
    application_id = sent(world)
    do(world, OFFICER, on(application_id, cases.claim))
    remark(world, application_id, "judul_kegiatan")
    do(world, OFFICER, on(application_id, revisions.request_revision))
    talk.say("/loket")
    told = [locales.say(message.prompt.text, "id") for message in talk.told]
    assert any("sampaikan kabar ini melalui telepon +6281334567890" in text for text in told)
    talk.tap("Budi Contoh")
    talk.tap("Isi perbaikan")
    talk.say("Survei Kepuasan Penerima Bantuan Sosial Kabupaten Jeneponto")
    while "Kirim sekarang" not in talk.labels():
        talk.tap("Lewati")
    talk.tap("Kirim sekarang")
    assert "Perbaikan permohonan REK-2026-0001 sudah dikirim" in talk.last

    def decide(ctx: Context, case: Application) -> None:
        [written] = remarks.list_remarks(ctx, case)
        remarks.close(ctx, case, written.id, case.round)
        decisions.decide(ctx, case, case.round, "layak", ["Memadai."], [])

    do(world, OFFICER, on(application_id, decide))
    do(world, OFFICER, on(application_id, send))
    do(world, DIRECTOR, on(application_id, issue))
    talk.say("/loket")
    talk.tap("Budi Contoh")
    talk.tap("Penilaian")
    talk.tap("★★★★★ 5 bintang")
    assert "✓ Pengunjung memberi ★★★★★" in talk.last
    assert status(world, application_id) == "closed"
    assert audit_faults(world) == []


@pytest.mark.parametrize("who", [APPLICANT, DIRECTOR, "admin", "bekas"])
def test_only_the_desk_records_for_visitors(world: World, who: str) -> None:
    join(world, "admin", "admin")
    join(world, "bekas", "officer")
    do(world, "bekas", lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    recorded(world)
    talk, before = Talk(world, who), draft_rows(world)
    buttons = (OpenCounter(), VisitorAgrees(), OpenRecord(1), RecordStep("fill", 1), RecordStep("code", 1))
    for button in (*buttons, RecordStep("print", 1), RateForVisitor(1, 5)):
        talk.press(code(button))
        assert is_forbidden(talk) and "Budi" not in talk.last
    assert draft_rows(world) == before


def draft_rows(world: World) -> list[tuple[object, ...]]:
    query = select(Draft.id, Draft.revision, Draft.state).order_by(Draft.id)
    return world.process.units.write_now(lambda session: [tuple(row) for row in session.execute(query)])


def test_the_audit_says_who_recorded_for_whom_and_the_recorder_may_examine(world: World) -> None:
    recorded(world, "budi@contoh.go.id")
    application_id = sent(world)
    query = select(AuditLine).where(AuditLine.case == f"application/{application_id}")
    [line] = world.process.units.write_now(lambda session: list(session.scalars(query)))
    officer_id = do(world, OFFICER, lambda ctx: ctx.person_id)
    visitor_id = do(world, OFFICER, lambda ctx: ctx.session.get_one(Application, application_id).person_id)
    assert (line.act, line.actor, line.after["for"]) == ("submit", f"person/{officer_id}", visitor_id)
    assert officer_id != visitor_id
    do(world, OFFICER, on(application_id, cases.claim))
    decide = on(application_id, lambda ctx, case: decisions.decide(ctx, case, 1, "layak", ["Memadai."], []))
    do(world, OFFICER, decide)
    assert status(world, application_id) == "letter_drafted"


def test_a_form_of_ones_own_is_not_recorded_at_the_counter(world: World) -> None:
    talk = recorded(world, f"{OFFICER}@example.go.id")
    assert "Itu e-mail Anda sendiri" in talk.last
    assert do(world, OFFICER, lambda ctx: list(ctx.session.scalars(select(CounterRecord)))) == []


def test_who_has_registered_before_stays_the_same_person_with_their_own_data(world: World) -> None:
    do(world, APPLICANT, lambda ctx: None)
    recorded(world, f"{APPLICANT}@example.go.id")
    owner = do(world, OFFICER, lambda ctx: ctx.session.scalars(select(CounterRecord.person_id)).one())
    assert do(world, APPLICANT, lambda ctx: (ctx.person_id, ctx.actor.name)) == (owner, APPLICANT.title())


def test_the_code_that_a_visitor_reads_out_opens_no_account_for_the_officer(world: World) -> None:
    do(world, APPLICANT, lambda ctx: None)
    email = f"{APPLICANT}@example.go.id"
    assert do(world, OFFICER, lambda ctx: people.send_code(ctx, email, proof="mailbox of a visitor")).wait == 0
    read_out = world.code()
    assert do(world, OFFICER, lambda ctx: people.check_code(ctx, email, read_out)) == "wrong"


def test_a_code_of_the_counter_works_once_for_a_week_and_for_visitors_only(world: World) -> None:
    talk = recorded(world)
    first, code_now = code_for(talk), code_for(talk)
    colleague = Talk(world, OTHER_OFFICER)
    colleague.say(code_now)
    assert "Kode itu untuk pengunjung" in colleague.last
    world.now += CODE_LIFETIME
    visitor = Talk(world, "budi")
    for words in (first, code_now):
        visitor.say(words)
        assert "Kode itu tidak berlaku" in visitor.last
    talk.say("/loket")
    talk.tap("Budi Contoh")
    words = code_for(talk)
    visitor.say(words)
    assert "Isian dari loket sekarang ada di sini" in visitor.last
    stranger = Talk(world, "orang lain")
    for _ in range(LIMIT):
        stranger.say(words)
        assert "Kode itu tidak berlaku" in stranger.last
    stranger.say(words)
    assert "Terlalu banyak kode" in stranger.last


def test_after_taking_over_only_the_visitor_changes_the_form(world: World) -> None:
    talk = recorded(world)
    talk.tap("Isi formulir")
    old_button = talk.button("Daftar isian").value
    page = select(Draft.person_id).where(Draft.form == FORM)
    visitor = Talk(world, "budi")
    talk.say("/loket")
    talk.tap("Budi Contoh")
    visitor.say(code_for(talk))
    owner = do(world, OFFICER, lambda ctx: ctx.session.scalars(page).one())
    assert owner == do(world, OFFICER, lambda ctx: people_id(ctx, "budi"))
    talk.press(old_button)
    assert "sudah tidak terbuka" in talk.last
    with pytest.raises(ActionRefused):
        do(world, OFFICER, lambda ctx: counter.open_record(ctx, 1))


def test_a_visitor_without_a_mailbox_is_promised_nothing_by_mail(world: World) -> None:
    talk, visitor = recorded(world), Talk(world, "budi")
    application_id = sent(world)
    talk.say("/loket")
    talk.tap("Budi Contoh")
    visitor.say(code_for(talk))
    visitor.say("status")
    assert "paling lambat" in visitor.last and "e-mail" not in visitor.last
    do(world, OFFICER, on(application_id, cases.claim))
    do(
        world,
        OFFICER,
        on(application_id, lambda ctx, case: decisions.decide(ctx, case, case.round, "layak", ["Ya."], [])),
    )
    do(world, OFFICER, on(application_id, send))
    do(world, DIRECTOR, on(application_id, issue))
    asyncio.run(world.work())
    visitor.say("status")
    assert "Surat sudah kami kirim di percakapan ini." in visitor.last and "e-mail" not in visitor.last


@pytest.mark.parametrize(
    ("url", "told"), [("smtp://127.0.0.1", "melalui e-mail paling lambat"), ("", "melalui telepon paling lambat")]
)
def test_a_mail_is_promised_at_the_counter_only_where_mails_are_sent(url: str, told: str, tmp_path: Path) -> None:
    world = World(tmp_path, settings={"smtp_url": url})
    staffed(world)
    talk = recorded(world, "budi@example.go.id")
    filled(world)
    talk.say("/loket")
    talk.tap("Budi Contoh")
    talk.tap("Isi formulir")
    talk.tap("Kirim sekarang")
    assert told in talk.last
    world.stop()


def test_a_visitor_without_a_mailbox_withdraws_and_no_mail_is_queued(world: World) -> None:
    talk, visitor = recorded(world), Talk(world, "budi")
    application_id = sent(world)
    talk.say("/loket")
    talk.tap("Budi Contoh")
    visitor.say(code_for(talk))
    visitor.say("status")
    visitor.tap("Tarik permohonan")
    visitor.tap("Ya, tarik")
    assert status(world, application_id) == "withdrawn"
    mailboxes = select(Address.external_id).where(Address.channel == MAIL)
    assert do(world, OFFICER, lambda ctx: list(ctx.session.scalars(mailboxes.where(Address.external_id == "")))) == []


def test_the_daily_jobs_go_on_for_a_visitor_whose_officer_has_signed_out(world: World) -> None:
    recorded(world)
    application_id = sent(world)
    do(world, OTHER_OFFICER, on(application_id, cases.claim))
    assert do(world, OFFICER, lambda ctx: devices.sign_out(ctx, ctx.person_id))
    world.now += timedelta(days=3)
    world.process.units.write_now(lambda session: jobs.add(session, "clock", "clock", world.now, {}))
    asyncio.run(world.work())
    assert status(world, application_id) == "submitted"


def test_a_slip_of_a_record_that_was_taken_over_meanwhile_is_not_tried_again(world: World) -> None:
    recorded(world)

    def taken_over(ctx: Context) -> None:
        assert slips.order(ctx, "record", 1)
        counter_rows.end(ctx.session, ctx.session.get_one(CounterRecord, 1).person_id, ctx.now)

    do(world, OFFICER, taken_over)
    asyncio.run(world.work())
    assert do(world, OFFICER, lambda ctx: list(jobs.failing(ctx.session))) == []


def test_a_slip_says_when_the_promised_day_is_an_estimate(world: World) -> None:
    recorded(world)
    application_id = sent(world)

    def printed(ctx: Context, certain: bool) -> str:
        ctx.session.get_one(Application, application_id).due_certain = certain
        slip = slips.facts_of(ctx, "record", 1)
        assert slip is not None
        return "\n".join(slip.lines)

    assert "(perkiraan)" not in do(world, OFFICER, lambda ctx: printed(ctx, True))
    assert "(perkiraan)" in do(world, OFFICER, lambda ctx: printed(ctx, False))


def people_id(ctx: Context, who: str) -> int:
    return address_of(ctx.session, who).person_id


def test_a_proven_mailbox_is_asked_for_besides_the_code(world: World) -> None:
    words = code_for(recorded(world, "budi@contoh.go.id"))
    finder = Talk(world, "orang lain")
    finder.say(words)
    assert "b•••@contoh.go.id" in finder.last
    finder.say("status")
    assert "belum mempunyai permohonan" in finder.last


def test_every_reading_of_a_visitor_is_recorded(world: World) -> None:
    talk = recorded(world)
    talk.press(code(OpenRecord(1)))
    query = select(AuditLine.actor, AuditLine.case).where(AuditLine.act == "read_record")
    lines = do(world, OTHER_OFFICER, lambda ctx: [tuple(row) for row in ctx.session.execute(query)])
    officer_id = do(world, OFFICER, lambda ctx: ctx.person_id)
    visitor_id = do(world, OFFICER, lambda ctx: ctx.session.scalars(select(CounterRecord.person_id)).one())
    assert lines == [(f"person/{officer_id}", f"person/{visitor_id}")] * 2
    talk.say("/loket")
    listed = select(AuditLine.after).where(AuditLine.act == "list_records", AuditLine.actor == f"person/{officer_id}")
    assert do(world, OTHER_OFFICER, lambda ctx: list(ctx.session.scalars(listed)))[-1] == {"records": [1]}


def test_two_presses_of_the_last_button_record_one_visitor(world: World) -> None:
    talk = recorded(world)
    talk.tap("Kirim")
    assert len(do(world, OFFICER, lambda ctx: list(ctx.session.scalars(select(CounterRecord.id))))) == 1


def test_a_visitor_of_the_guest_book_is_taken_over_with_their_data(world: World) -> None:
    do(world, APPLICANT, sign)
    do(world, OFFICER, lambda ctx: ctx.session.execute(update(GuestVisit).values(service="rekomendasi")))
    talk = Talk(world, OFFICER)
    talk.say("/loket")
    talk.tap("Dari buku tamu")
    talk.press(talk.told[-1].prompt.choices[0].value)
    talk.tap("Pengunjung setuju")
    answers = do(world, OFFICER, lambda ctx: ctx.session.scalars(select(Draft).order_by(Draft.id.desc())).first())
    assert answers is not None and {"nama", "instansi"} <= set(answers.answers)


def test_the_list_of_guests_does_not_lose_one_behind_guests_of_other_services(world: World) -> None:
    do(world, APPLICANT, sign)
    do(world, OFFICER, lambda ctx: ctx.session.execute(update(GuestVisit).values(service="rekomendasi")))
    for _ in range(guest_book.SHOWN):
        do(world, OFFICER, sign)
    talk = Talk(world, OFFICER)
    talk.say("/loket")
    talk.tap("Dari buku tamu")
    assert "Tamu hari ini yang memerlukan rekomendasi" in talk.last


def test_a_visitor_whose_number_is_served_is_taken_over_with_their_data(world: World) -> None:
    do(world, APPLICANT, lambda ctx: queue.take(ctx, "rekomendasi", ctx.today))
    talk, colleague = Talk(world, OFFICER), Talk(world, OTHER_OFFICER)
    talk.say("antrean")
    talk.tap("Panggil berikutnya")
    talk.tap("Catat permohonan")
    talk.tap("Pengunjung setuju")
    draft = do(world, OFFICER, lambda ctx: ctx.session.scalars(select(Draft)).one())
    assert (draft.answers["nama"], draft.answers["email"]) == (APPLICANT.title(), f"{APPLICANT}@example.go.id")
    colleague.press(code(VisitorAgrees("number", 1)))
    assert "tidak sedang Anda layani" in colleague.last


def test_what_was_begun_about_a_visitor_is_dropped(world: World) -> None:
    talk = Talk(world, OFFICER)
    talk.say("/loket")
    talk.tap("Catat pengunjung")
    talk.tap("Pengunjung setuju")
    talk.say("Budi Contoh")
    talk.press(code(VisitorAgrees()))
    held = do(world, OFFICER, lambda ctx: [d.answers for d in ctx.session.scalars(select(Draft))])
    assert held == [{}, {}]
