"""Nothing hangs on one person: handing over, sharing out, what is left alone, and what an admin does in chat."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.actions import code
from bot.actions.staff import (
    AskRevoke,
    ConfirmRevoke,
    HandOver,
    HandOverAll,
    HandOverSilently,
    InviteAs,
    ListStaff,
    OpenColleague,
    RetryJobs,
    ShowFailures,
)
from bot.chat import Prompt, prompt_to_json
from bot.runtime.jobs import JOBS
from bot.service import assignments, cases, idle_claims, officers, queue_desk, staff
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text
from storage import jobs, outbox, people
from storage.tables import Application, Job, OutboxRow, QueueTicket
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    HEAD,
    OFFICER,
    OTHER_OFFICER,
    answer_again,
    audit_faults,
    audited,
    do,
    is_forbidden,
    join,
    letter_drafted,
    on,
    resubmit,
    revision_requested,
    status,
    submitted,
    under_review,
)
from tests.talk import Talk, World

ADMIN = "admin"


@pytest.fixture
def world(world: World) -> World:
    join(world, ADMIN, "admin")
    return world


def id_of(world: World, who: str) -> int:
    return do(world, who, lambda ctx: ctx.person_id)


def holder(world: World, application_id: int) -> int | None:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id).officer_id)


def idle(ctx: Context, application_id: int) -> bool:
    return idle_claims.release_if_idle(ctx, ctx.session.get_one(Application, application_id))


def give(ctx: Context, application: Application, to_id: int) -> str:
    return assignments.hand_over(ctx, application, to_id)


def test_an_officer_hands_a_case_over_with_a_message(world: World) -> None:
    application_id = under_review(world)
    talk, colleague = Talk(world, OFFICER), Talk(world, OTHER_OFFICER)
    talk.say("REK-2026-0001")
    talk.tap("Serahkan ke rekan")
    talk.tap("Rahmat")
    talk.say("Blok 3 belum saya baca.")
    talk.tap("Kirim")
    assert "✓ Permohonan diserahkan kepada Rahmat." in talk.last
    assert holder(world, application_id) == id_of(world, OTHER_OFFICER)
    colleague.say("REK-2026-0001")
    told = " ".join(str(message.prompt.text) for message in colleague.told)
    assert "menyerahkan permohonan" in told and "Blok 3 belum saya baca." in told
    assert "Catatan internal" in colleague.last
    talk.press(code(HandOverSilently(application_id, id_of(world, HEAD))))
    assert "Hanya pemegangnya atau kepala" in talk.last
    assert audit_faults(world) == []


@pytest.mark.parametrize("make", [under_review, revision_requested, letter_drafted])
def test_the_head_gives_away_what_an_absent_officer_holds(world: World, make: object) -> None:
    application_id = make(world)  # type: ignore[operator]
    before = status(world, application_id)
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    talk = Talk(world, HEAD)
    talk.say("/petugas")
    assert "1. Direktur" not in talk.last or "akses dicabut" in talk.last
    talk.tap("Siti")
    talk.tap("Serahkan semuanya")
    talk.tap("Rahmat")
    assert "✓ 1 permohonan diserahkan kepada Rahmat." in talk.last
    assert (holder(world, application_id), status(world, application_id)) == (id_of(world, OTHER_OFFICER), before)


def test_the_head_shares_out_evenly_what_an_absent_officer_holds(world: World) -> None:
    held = [under_review(world) for _ in range(4)]
    join(world, "tuti", "officer")
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    talk = Talk(world, HEAD)
    talk.say("/petugas")
    talk.tap("Siti")
    talk.tap("Serahkan semuanya")
    shared = talk.button("Bagi rata").value
    talk.tap("Bagi rata")
    assert "✓ 4 permohonan dibagi:" in talk.last and "Rahmat: 1" in talk.last
    holders = [holder(world, application_id) for application_id in held]
    counts = sorted(holders.count(each) for each in set(holders))
    assert counts == [1, 1, 2] and id_of(world, OFFICER) not in holders
    talk.press(shared)
    assert "Permohonan yang dipegang rekan itu sudah berubah" in talk.last, "a second press gives nothing away"
    Talk(world, DIRECTOR).press(shared)
    assert [holder(world, application_id) for application_id in held] == holders
    assert audit_faults(world) == []


@pytest.mark.parametrize(
    ("who", "refused"), [(OTHER_OFFICER, True), (DIRECTOR, True), (APPLICANT, True), (HEAD, False)]
)
def test_only_the_holder_and_the_head_give_a_case_away(world: World, who: str, refused: bool) -> None:
    application_id, to_id = under_review(world), id_of(world, OTHER_OFFICER)
    try:
        do(world, who, on(application_id, lambda ctx, case: give(ctx, case, to_id)))
    except ActionRefused:
        assert refused
    assert (holder(world, application_id) == to_id) is not refused


def test_nobody_is_given_a_case_of_their_own_or_without_a_role(world: World) -> None:
    application_id = submitted(world, OTHER_OFFICER)
    do(world, OFFICER, on(application_id, cases.claim))
    for to in (OTHER_OFFICER, DIRECTOR, APPLICANT, OFFICER):
        with pytest.raises(ActionRefused):
            do(world, OFFICER, on(application_id, partial(give, to_id=id_of(world, to))))
    assert holder(world, application_id) == id_of(world, OFFICER)


def test_no_message_is_asked_for_whoever_cannot_take_the_case(world: World) -> None:
    application_id = under_review(world)
    talk = Talk(world, OFFICER)
    talk.press(code(HandOver(application_id, id_of(world, DIRECTOR))))
    assert "Rekan itu sekarang tidak dapat menerima permohonan ini." in talk.last


def test_a_list_that_has_changed_is_shown_again_before_it_is_given_away(world: World) -> None:
    application_id = under_review(world)
    talk = Talk(world, HEAD)
    talk.press(code(HandOverAll(id_of(world, OFFICER), id_of(world, OTHER_OFFICER), 2)))
    assert "sudah berubah" in talk.last
    assert holder(world, application_id) == id_of(world, OFFICER)


def test_a_claim_without_activity_goes_back_after_two_working_days(world: World) -> None:
    """Claimed on Monday: Tuesday and Wednesday pass."""
    application_id = under_review(world)

    def left_alone(days: int) -> bool:
        now = world.now + timedelta(days=days)
        return do(world, APPLICANT, lambda ctx: idle(ctx, application_id), now)

    assert [left_alone(days) for days in (1, 2, 3, 3)] == [False, False, True, False]
    assert (status(world, application_id), holder(world, application_id)) == ("submitted", None)
    assert "release" in audited(world, application_id)
    talk = Talk(world, OFFICER)
    talk.say("menu")
    assert any("kembali ke daftar semua petugas" in str(message.prompt.text) for message in talk.told)


def test_an_answer_of_the_applicant_gives_the_officer_two_days_again(world: World) -> None:
    application_id = revision_requested(world)
    world.now += timedelta(days=21)
    answer_again(world, application_id)
    resubmit(world, application_id)
    assert not do(world, APPLICANT, lambda ctx: idle(ctx, application_id))
    assert status(world, application_id) == "under_review"


def test_an_admin_invites_and_revokes_in_chat(world: World) -> None:
    talk, new = Talk(world, ADMIN), Talk(world, "baru")
    talk.say("/petugas")
    talk.tap("Undang petugas")
    talk.tap("petugas")
    invitation = re.search(r"/gabung [A-Z2-9]{10}", talk.last)
    assert invitation
    new.say(invitation[0])
    new.say("Baru Contoh, S.ST.")
    assert do(world, "baru", officers.role) == "officer"
    talk.say("/petugas")
    talk.tap("Baru Contoh, S.ST.")
    talk.tap("Ya, cabut")
    assert "✓ Akses Baru Contoh, S.ST. sudah dicabut." in talk.last
    assert do(world, "baru", officers.role) == "applicant"
    talk.press(code(ConfirmRevoke(id_of(world, "baru"))))
    assert "Akses itu sudah dicabut" in talk.last
    talk.press(code(ConfirmRevoke(id_of(world, ADMIN))))
    assert do(world, ADMIN, officers.role) == "admin"
    assert audit_faults(world) == []


@pytest.mark.postgres
def test_of_two_admins_who_revoke_each_other_at_once_one_remains(tmp_path: Path, postgres_database: str) -> None:
    world = World(tmp_path / "data", database_url=postgres_database)
    pair = ("admin satu", "admin dua")
    for who in pair:
        join(world, who, "admin")
    ids = {who: id_of(world, who) for who in pair}
    both_looked = Barrier(2)

    def revoke(who: str, other: str) -> str:
        def act(ctx: Context) -> str:
            staff.find(ctx, ids[other])
            both_looked.wait()
            return staff.revoke(ctx, ids[other])

        try:
            return do(world, who, act)
        except ActionRefused:
            return "refused"

    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(revoke, pair, reversed(pair)))
    assert results.count("refused") == 1
    assert sorted(do(world, who, officers.role) for who in pair) == ["admin", "applicant"]
    world.stop()


def test_an_admin_reads_in_words_what_fails_and_what_did_not_arrive_and_runs_jobs_again(world: World) -> None:
    """And nobody's name."""
    kinds = {*JOBS, "forget", "clock", "spool", "failures"}
    reasons = {"queue": "kabar tentang antrean", "letter": "kabar tentang surat", "digest": "kabar untuk petugas"}

    def fail(session: Session) -> None:
        for kind in kinds:
            jobs.add(session, kind, f"{kind}/1", world.now + timedelta(days=1), {})
        session.execute(update(Job).values(failure="ValueError", attempts=3))
        address = people.get_or_create_address(session, "console", "tamu", "id", world.now)
        for reason in reasons:
            prompt = prompt_to_json(Prompt(Text("Selamat pagi."), reason=reason))
            outbox.add(session, world.process.app.keys, address, prompt, world.now, reason=reason, bulk=True)
        session.execute(update(OutboxRow).where(OutboxRow.reason.in_(reasons)).values(gave_up_at=world.now))

    world.process.units.write_now(fail)
    talk = Talk(world, ADMIN)
    talk.say("/petugas")
    talk.tap("Gangguan")
    assert "• tanda terima, dicoba 3 kali" in talk.last and "pekerjaan lain" not in talk.last
    assert talk.last.count(", dicoba 3 kali") == len(kinds) and not re.search("[a-z]_[a-z]", talk.last)
    assert all(words in talk.last for words in reasons.values())
    talk.tap("Jalankan lagi")
    assert "pekerjaan dijalankan lagi" in talk.last


@pytest.mark.parametrize("who", [OFFICER, HEAD, DIRECTOR, APPLICANT])
def test_only_an_admin_manages_the_staff(world: World, who: str) -> None:
    talk, other = Talk(world, who), id_of(world, OTHER_OFFICER)
    for button in (InviteAs("admin"), AskRevoke(other), ConfirmRevoke(other), ShowFailures(), RetryJobs()):
        talk.press(code(button))
        assert is_forbidden(talk) and "/gabung" not in talk.last
    assert do(world, OTHER_OFFICER, officers.role) == "officer"


@pytest.mark.parametrize("who", [OFFICER, DIRECTOR, APPLICANT, ADMIN])
def test_only_the_head_shares_out(world: World, who: str) -> None:
    application_id = under_review(world)
    talk = Talk(world, who)
    for button in (OpenColleague(id_of(world, OFFICER)), HandOverAll(id_of(world, OFFICER), id_of(world, HEAD), 1)):
        talk.press(code(button))
        assert "REK-2026-0001" not in talk.last or who == OFFICER
    assert holder(world, application_id) == id_of(world, OFFICER)
    if who in {OFFICER, DIRECTOR, APPLICANT}:
        talk.press(code(ListStaff()))
        assert is_forbidden(talk)


@pytest.mark.parametrize("leaves", ["revoked", "signs out"])
def test_a_number_called_by_an_officer_who_leaves_waits_again(world: World, leaves: str) -> None:
    do(world, OFFICER, lambda ctx: queue_desk.give_number(ctx, "konsultasi"))
    do(world, OFFICER, lambda ctx: queue_desk.call_next(ctx, 0))
    if leaves == "revoked":
        do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    else:
        talk = Talk(world, OFFICER)
        talk.say("keluar akun")
        talk.tap("Ya, keluar")
    found = world.process.units.write_now(
        lambda session: session.execute(select(QueueTicket.state, QueueTicket.officer_id)).one()
    )
    assert tuple(found) == ("waiting", None)
