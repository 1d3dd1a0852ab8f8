"""Two accounts of one person become one: its rows move, and the office is told which role moved."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.chat import prompt_from_json
from bot.service import (
    cases,
    complaint_desk,
    complaints,
    consultation_desk,
    consultations,
    corrections,
    decisions,
    drafts,
    examination,
    guest_book,
    officers,
    queue,
    queue_desk,
    remarks,
)
from bot.service import people as service
from bot.service.access import ActionRefused
from bot.service.complaint_subjects import Subject
from bot.service.context import Context
from domain.permissions import Role
from domain.signer import Signer
from locales import say
from storage import authenticators, copy_requests, cover_letter_signers, letters, messages, people, threads
from storage.tables import (
    Application,
    AuditLine,
    Base,
    Continuation,
    CounterRecord,
    GuestVisit,
    Inquiry,
    LiveChat,
    Message,
    Person,
    RegisterEntry,
)
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    FORM,
    HEAD,
    OFFICER,
    audit_faults,
    context_of,
    do,
    issued,
    join,
    on,
    staffed,
    submitted,
    under_review,
)
from tests.talk import Talk, World

MERGED, REMAINING = "lama", "baru"
#: columns that still name the merged person: the revoked row of their role, and the people who were merged into them
STAY = {"officers.person_id", "people.merged_into_id"}


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def id_of(world: World, who: str) -> int:
    return do(world, who, lambda ctx: ctx.address.person_id)


def merge(world: World, who: str, into: str) -> None:
    """What a right code does."""
    do(
        world,
        who,
        lambda ctx: service.merge_into_owner(
            ctx, service.ProvenMailbox(context_of(world, ctx.session, into).actor.email)
        ),
    )


#: the columns of all tables that name a person
KEYS = {
    f"{table.name}.{column.name}": column
    for table in Base.metadata.tables.values()
    for column in table.columns
    if any(key.column is Person.__table__.columns["id"] for key in column.foreign_keys)
}


def naming(session: Session, person: int) -> set[str]:
    """The columns in which a row names this person."""
    count = select(func.count())
    return {name for name, key in KEYS.items() if session.scalar(count.select_from(key.table).where(key == person))}


def everything(world: World, who: str) -> int:
    """Makes a row of every kind that can name `who`; the office has its staff. Returns the id of an application that is
    assigned to `who`.
    """
    join(world, who, "officer")
    application_id = submitted(world)
    do(world, who, on(application_id, cases.claim))

    def act(ctx: Context, case: Application) -> None:
        remarks.add(ctx, case, ctx.app.form(case.form).questions["tujuan"], "Mohon diperjelas.")
        remarks.add_note(ctx, case, "Untuk rekan.")
        examination.open_section(ctx, case, "blok_0")
        drafts.add_file(ctx, "a.pdf", "pdf", 1, "a" * 64, f"person/{ctx.actor.id}")
        cover_letter_signers.remember(ctx.session, ctx.actor.id, "Dinas Contoh", Signer("Nama Contoh"))
        authenticators.lock_or_add(ctx.session, ctx.actor.id).secret = b"rahasia"
        authenticators.grant(ctx.session, ctx.address.id, ctx.actor.id, ctx.now)
        copy_requests.add(ctx.session, ctx.actor.id, "REK-2026-0001", None, ctx.now)
        asked = Inquiry(
            application_id=case.id,
            question="",
            text="Kapan?",
            author_id=ctx.actor.id,
            created_at=ctx.now,
            state="answered",
            answer="Mei.",
            answered_by_id=ctx.actor.id,
            answered_at=ctx.now,
        )
        ctx.session.add(asked)
        talk = LiveChat(person_id=ctx.actor.id, address_id=ctx.address.id, officer_id=ctx.actor.id, state="ended")
        talk.created_at = talk.last_at = ctx.now
        ctx.session.add(talk)
        ctx.session.flush()
        threads.add_message(ctx.session, ctx.app.keys, talk, ctx.actor.id, ctx.now, "Halo.", None)
        ctx.session.add(Continuation(person_id=ctx.actor.id, code="c" * 64, expires_at=ctx.now))

    do(world, who, on(application_id, act))
    filed = do(world, APPLICANT, lambda ctx: complaints.file(ctx, "Lama sekali."))
    assert filed is not None
    assert do(world, who, lambda ctx: complaint_desk.answer(ctx, filed.complaint.id, "Sedang kami kerjakan."))
    do(world, who, lambda ctx: complaints.file(ctx, "Saya juga mengadu."))
    asked = do(world, APPLICANT, lambda ctx: consultations.ask(ctx, "Berapa sampel?")).consultation
    do(world, who, lambda ctx: consultation_desk.answer(ctx, asked.id, "Tiga puluh."))
    do(world, who, lambda ctx: consultations.ask(ctx, "Saya juga bertanya."))
    do(world, APPLICANT, lambda ctx: complaints.file(ctx, "Kurang ramah.", subject=Subject(words=who)))
    do(world, who, lambda ctx: guest_book.record(ctx, drafts.create(ctx, guest_book.FORM, {"layanan": "konsultasi"})))
    do(world, who, guest_book_visit)
    do(world, who, counter_record)
    do(world, who, lambda ctx: queue_desk.give_number(ctx, "konsultasi"))
    do(world, who, serve_next)
    do(world, who, lambda ctx: queue.take(ctx, "konsultasi", ctx.today))
    submitted(world, who)
    do(world, who, on(revoked_letter(world), revoked_as_director))
    return application_id


def revoked_letter(world: World) -> int:
    """The id of the application."""
    application_id = issued(world)

    def revoke(ctx: Context, application: Application) -> None:
        letter = letters.newest(ctx.session, application.id)
        assert letter is not None
        corrections.revoke_letter(ctx, application, letter.id, "Salah ketik.")

    do(world, DIRECTOR, on(application_id, revoke))
    return application_id


def revoked_as_director(ctx: Context, application: Application) -> None:
    """From before this person became an officer."""
    entries = update(RegisterEntry).where(RegisterEntry.application_id == application.id)
    ctx.session.execute(entries.values(changed_by_id=ctx.actor.id))


def serve_next(ctx: Context) -> None:
    """A number that is still called would be given back when the role ends."""
    called = queue_desk.call_next(ctx, 0)
    assert called is not None
    queue_desk.serve(ctx, called.id)


def guest_book_visit(ctx: Context) -> None:
    """From before this person joined the staff."""
    visit = GuestVisit(day=ctx.today, at=ctx.now, person_id=ctx.actor.id, service="konsultasi", answers=b"")
    ctx.session.add(visit)


def counter_record(ctx: Context) -> None:
    """A form that this person recorded, and one that was recorded for them before."""
    draft = drafts.create(ctx, FORM, {})
    record = CounterRecord(
        officer_id=ctx.actor.id, person_id=ctx.actor.id, draft_id=draft.id, no_email_reason="", created_at=ctx.now
    )
    ctx.session.add(record)


def notices_to(world: World, who: str) -> list[str]:
    """The notices to `who` in chat, the oldest first."""

    def read(session: Session) -> list[str]:
        address = people.find(session, "console", who)
        assert address is not None
        rows = session.scalars(
            select(Message).where(Message.address_id == address.id, Message.direction == "out").order_by(Message.id)
        )
        keys = world.process.app.keys
        return [say(prompt_from_json(messages.unseal_body(keys, row.body, row.address_id)).text, "id") for row in rows]

    return world.process.units.write_now(read)


def test_no_row_names_the_merged_person_any_more(world: World) -> None:
    staffed(world)
    application_id = everything(world, MERGED)
    merged, remaining = id_of(world, MERGED), id_of(world, REMAINING)
    read = world.process.units.write_now
    assert read(lambda session: naming(session, merged)) == KEYS.keys() - {"people.merged_into_id"}, (
        "a column is missing"
    )
    merge(world, MERGED, REMAINING)
    assert read(lambda session: naming(session, merged)) <= STAY
    assert read(lambda session: naming(session, remaining)) == KEYS.keys() - {
        "authenticators.person_id",
        "continuations.person_id",
        "copy_requests.person_id",
        "cover_letter_signers.person_id",
        "officers.person_id",
        "section_reviews.officer_id",
        "step_up_grants.person_id",
    }
    assert read(lambda session: session.get_one(Application, application_id).officer_id) == remaining
    assert audit_faults(world) == []


def test_only_the_rows_of_the_merged_person_move(world: World) -> None:
    staffed(world)
    application_id = under_review(world, "tujuan")
    everything(world, MERGED)
    read = world.process.units.write_now
    before = read(lambda session: naming(session, id_of_now(session, OFFICER)))
    merge(world, MERGED, REMAINING)
    assert read(lambda session: naming(session, id_of_now(session, OFFICER))) == before
    assert read(lambda session: session.get_one(Application, application_id).officer_id) == id_of(world, OFFICER)


def id_of_now(session: Session, who: str) -> int:
    address = people.find(session, "console", who)
    assert address is not None
    return address.person_id


HeldRole = tuple[Role, bool]  #: role, whether it is not revoked
NONE: HeldRole = ("applicant", False)


@pytest.mark.parametrize(
    ("merged", "remaining", "kept"),
    [
        (NONE, NONE, "applicant"),
        (("officer", True), NONE, "applicant"),
        (("director", True), NONE, "applicant"),
        (("officer", False), NONE, "applicant"),
        (NONE, ("director", True), "director"),
        (("head", True), ("officer", True), "officer"),
        (("officer", True), ("head", False), "applicant"),
        (("director", True), ("director", True), "director"),
    ],
)
def test_a_role_stays_only_where_an_invitation_was_used(
    world: World, merged: HeldRole, remaining: HeldRole, kept: Role
) -> None:
    for who, (role, is_held) in ((MERGED, merged), (REMAINING, remaining)):
        if role != "applicant":
            join(world, who, role)
        if role != "applicant" and not is_held:
            do(world, who, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    merge(world, MERGED, REMAINING)
    assert id_of(world, MERGED) == id_of(world, REMAINING)
    assert (do(world, MERGED, officers.role), do(world, REMAINING, officers.role)) == ("applicant", kept)
    listed = world.process.units.write_now(
        lambda session: [(o.person_id, o.role) for o in officers.list_active(session)]
    )
    assert listed == ([] if kept == "applicant" else [(id_of(world, REMAINING), kept)])

    def lines(session: Session) -> list[tuple[object, object]]:
        query = select(AuditLine).where(AuditLine.act == "merge", AuditLine.case.startswith("officer/"))
        return [(line.before["role"], line.after["role"]) for line in session.scalars(query)]

    assert world.process.units.write_now(lines) == ([(merged[0], "applicant")] if merged[1] else [])


def test_a_new_invitation_gives_the_role_back(world: World) -> None:
    join(world, MERGED, "officer")
    merge(world, MERGED, REMAINING)
    join(world, MERGED, "officer")
    assert (do(world, MERGED, officers.role), do(world, REMAINING, officers.role)) == ("officer", "applicant")


def test_the_head_is_told_that_the_role_ended_and_which_cases_wait(world: World) -> None:
    join(world, HEAD, "head")
    join(world, MERGED, "officer")
    application_id = submitted(world)
    do(world, MERGED, on(application_id, cases.claim))
    merge(world, MERGED, REMAINING)
    assert notices_to(world, HEAD)[-1] == (
        "Lama membuktikan alamat baru@example.go.id, jadi akunnya digabungkan. "
        "Perannya sebagai petugas berakhir sampai ada undangan baru.\n\n"
        "Permohonan yang dipegangnya menunggu petugas lain:"
    )
    assert notices_to(world, MERGED)[1:] == [
        "Akun Anda digabungkan, jadi peran Anda sebagai petugas berakhir. "
        "Untuk bertugas lagi, mintalah undangan baru kepada admin."
    ]
    head = Talk(world, HEAD)
    head.press(f"case:show:{application_id}")
    head.tap("Ambil alih")
    do(world, HEAD, on(application_id, lambda ctx, case: remarks.add_note(ctx, case, "Saya lanjutkan.")))


def test_notices_of_the_office_do_not_reach_a_device_that_was_added_by_mail(world: World) -> None:
    join(world, REMAINING, "officer")
    merge(world, MERGED, REMAINING)
    submitted(world)
    assert any("Permohonan baru" in said or "REK-2026" in said for said in notices_to(world, REMAINING))
    assert not any("REK-2026" in said for said in notices_to(world, MERGED))
    device = Talk(world, MERGED)
    device.press("inbox:start")
    assert "REK-2026" not in device.last and "hanya untuk petugas" in device.last


def test_a_case_that_is_assigned_to_its_own_applicant_is_for_others(world: World) -> None:
    join(world, OFFICER, "officer")
    join(world, HEAD, "head")
    application_id = under_review(world)
    merge(world, OFFICER, APPLICANT)
    with pytest.raises(ActionRefused):
        do(
            world,
            OFFICER,
            on(
                application_id, lambda ctx, case: decisions.decide(ctx, case, case.round, cases.FEASIBLE, ["Baik."], [])
            ),
        )
    assert any("dipegang oleh pemohonnya sendiri" in said for said in notices_to(world, HEAD))
    do(world, HEAD, on(application_id, cases.take_over))
    do(
        world,
        HEAD,
        on(application_id, lambda ctx, case: decisions.decide(ctx, case, case.round, cases.FEASIBLE, ["Baik."], [])),
    )


def test_a_code_moves_no_role(world: World) -> None:
    join(world, MERGED, "officer")
    id_of(world, REMAINING)
    device = Talk(world, MERGED)
    for words in ("halo", "menu"):
        device.say(words)
    device.press("account:move")  # an old or a forged button: the officer's own account does not offer it
    device.say(f"{REMAINING}@example.go.id")
    code = world.code()
    device.say("00000000" if code != "00000000" else "11111111")
    assert do(world, REMAINING, officers.role) == "applicant" and do(world, MERGED, officers.role) == "officer"
    device.say(code)
    assert id_of(world, MERGED) == id_of(world, REMAINING)
    assert do(world, REMAINING, officers.role) == do(world, MERGED, officers.role) == "applicant"
