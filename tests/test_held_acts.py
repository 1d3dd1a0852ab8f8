"""What waits 30 seconds before anybody is told is undone, done once, or dropped with its actor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.service import cases, held_acts, officers, remarks
from bot.service.access import ActionRefused
from storage import jobs
from storage.tables import Application, HeldAct, Letter, Officer, RegisterEntry
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    FORM,
    HEAD,
    OFFICER,
    OTHER_OFFICER,
    audit_faults,
    audited,
    awaiting_issue,
    do,
    join,
    on,
    staffed,
    status,
    under_review,
    withdraw,
)
from tests.talk import Talk, World

HELD = {"undo_seconds": 30}
AFTER = timedelta(seconds=31)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = staffed(World(tmp_path / "data", settings=HELD))
    yield world
    world.stop()


def asked_to_revise(world: World) -> tuple[int, Talk]:
    application_id = under_review(world, "tujuan")
    talk = Talk(world, OFFICER)
    talk.press(f"case:revision:{application_id}")
    talk.tap("Ya, minta perbaikan")
    return application_id, talk


def decided(world: World) -> tuple[int, Talk]:
    application_id = under_review(world)
    talk = Talk(world, OFFICER)
    talk.press(f"verdict:fine:{application_id}")
    talk.tap("Ya, putuskan")
    return application_id, talk


def issued(world: World) -> tuple[int, Talk]:
    application_id = awaiting_issue(world)
    talk = Talk(world, DIRECTOR)
    talk.press(f"verdict:issue:{application_id}")
    talk.tap("Ya, terbitkan")
    return application_id, talk


def sent_back(world: World) -> tuple[int, Talk]:
    application_id = awaiting_issue(world)
    talk = Talk(world, DIRECTOR)
    talk.press(f"verdict:back:{application_id}")
    talk.say("Perbaiki ejaan.")
    talk.tap("Kirim")
    return application_id, talk


#: what is confirmed → status before, status afterwards, the act
CASES: dict[str, tuple[Callable[[World], tuple[int, Talk]], str, str]] = {
    "request_revision": (asked_to_revise, "under_review", "revision_requested"),
    "decide": (decided, "under_review", "letter_drafted"),
    "send_back": (sent_back, "awaiting_issue", "letter_drafted"),
    "issue": (issued, "awaiting_issue", "issued"),
}


def run_due(world: World) -> None:
    world.now += AFTER
    asyncio.run(world.work())


def count(world: World, table: type) -> int:
    return world.process.units.write_now(lambda s: s.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.parametrize("act", CASES)
def test_what_is_undone_was_told_to_nobody(world: World, act: str) -> None:
    confirm, before, _ = CASES[act]
    application_id, talk = confirm(world)
    mails, letters = len(world.mails()), count(world, Letter)
    assert "belum ada yang diberi tahu" in talk.last and talk.labels()[0] == "Batalkan"
    assert status(world, application_id) == before
    talk.tap("Batalkan")
    assert "✓ Dibatalkan." in talk.last and "Batalkan" not in talk.labels()
    talk.tap("Batalkan")
    assert "sudah dijalankan atau dibatalkan" in talk.last
    run_due(world)
    assert status(world, application_id) == before and count(world, HeldAct) == 0
    assert (len(world.mails()), count(world, Letter), count(world, RegisterEntry)) == (mails, letters, 0)
    assert audited(world, application_id)[-2:] == ["hold", "undo"] and audit_faults(world) == []


@pytest.mark.parametrize("act", CASES)
def test_what_is_not_undone_is_done_once_also_after_a_restart(world: World, act: str) -> None:
    confirm, before, after = CASES[act]
    application_id, talk = confirm(world)
    world.restart()
    asyncio.run(world.work())
    assert status(world, application_id) == before, "it is not due yet"
    run_due(world)
    assert status(world, application_id) == after and count(world, HeldAct) == 0
    run_due(world)
    assert audited(world, application_id).count(act) == 1
    talk.press(f"case:undone:{application_id}:1")
    assert "sudah dijalankan atau dibatalkan" in talk.last and status(world, application_id) == after
    assert any("REK-2026-0001" in mail[1] for mail in world.mails()) and audit_faults(world) == []


def test_every_later_act_is_done_as_well(world: World) -> None:
    """A number of a deleted row may be given again."""
    for act in ("request_revision", "decide", "issue"):
        confirm, _, after = CASES[act]
        application_id, _ = confirm(world)
        run_due(world)
        assert status(world, application_id) == after and count(world, HeldAct) == 0, act


def test_what_is_confirmed_again_after_an_undo_waits_its_own_time(world: World) -> None:
    application_id, talk = asked_to_revise(world)
    world.now += timedelta(seconds=20)
    talk.tap("Batalkan")
    talk.press(f"case:revision:{application_id}")
    talk.tap("Ya, minta perbaikan")
    world.now += timedelta(seconds=20)
    asyncio.run(world.work())
    assert status(world, application_id) == "under_review", "the time of the first one is over, not of this one"
    run_due(world)
    assert status(world, application_id) == "revision_requested" and audit_faults(world) == []


@pytest.mark.parametrize("act", CASES)
def test_a_crash_in_the_middle_neither_loses_nor_doubles_it(world: World, act: str) -> None:
    confirm, before, after = CASES[act]
    application_id, _ = confirm(world)
    held = world.process.units.write_now(lambda session: session.scalars(select(HeldAct.id)).one())
    mails = len(world.mails())

    def crash(session: Session) -> None:
        held_acts.run(session, world.process.app, world.now + AFTER, held)
        raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError):
        world.process.units.write_now(crash)
    assert (status(world, application_id), len(world.mails())) == (before, mails)
    run_due(world)
    assert status(world, application_id) == after
    world.process.units.write_now(lambda s: held_acts.run(s, world.process.app, world.now, held))
    assert audited(world, application_id).count(act) == 1


def test_an_act_that_fails_is_told_and_done_once_after_the_mistake_is_mended(world: World) -> None:
    application_id, talk = asked_to_revise(world)

    def change_form(name: str) -> None:
        do(world, OFFICER, lambda ctx: setattr(ctx.session.get_one(Application, application_id), "form", name))

    change_form("a deliberate fault")
    for _ in range(jobs.ATTEMPTS):
        run_due(world)
        world.now += timedelta(hours=1)
    for who in (talk, Talk(world, HEAD)):
        asyncio.run(who.news())
        told = [line for line in who.lines(who.told) if "REK-2026-0001 gagal dijalankan" in line]
        assert len(told) == 1, who.address
    assert (status(world, application_id), count(world, HeldAct)) == ("under_review", 1)
    change_form(FORM)
    world.process.units.write_now(lambda session: jobs.retry(session, world.now))
    run_due(world)
    assert (status(world, application_id), count(world, HeldAct)) == ("revision_requested", 0)
    assert audited(world, application_id).count("request_revision") == 1


def test_nothing_else_happens_to_the_case_meanwhile(world: World) -> None:
    application_id, talk = asked_to_revise(world)
    question = world.process.app.form("recommendation_request").questions["tujuan"]
    for who, act in (
        (OFFICER, cases.release),
        (HEAD, cases.take_over),
        (OFFICER, lambda ctx, case: remarks.add(ctx, case, question, "Satu lagi.")),
        (OFFICER, lambda ctx, case: remarks.close(ctx, case, 1, 1)),
    ):
        with pytest.raises(ActionRefused, match="menunggu dijalankan"):
            do(world, who, on(application_id, act))
    assert talk.labels() == ["Batalkan", "Baca blok 0 · Identitas Kegiatan", "Pemohon", "Riwayat", "Semua berkas"]
    talk.tap("Baca blok 0 · Identitas Kegiatan")
    assert "Blok 0 jelas" not in talk.labels() and "Semua baik" not in talk.labels()


def test_only_who_may_do_the_act_undoes_it(world: World) -> None:
    world.process.app.undo_seconds = 300  # every message takes ten seconds
    application_id, _ = asked_to_revise(world)
    held = world.process.units.write_now(lambda session: session.scalars(select(HeldAct.id)).one())
    for who in (OTHER_OFFICER, HEAD, DIRECTOR, APPLICANT):
        other = Talk(world, who)
        other.press(f"case:show:{application_id}")
        assert "Batalkan" not in other.labels() and "Anda dapat membatalkannya" not in other.last, who
        other.press(f"case:undone:{application_id}:{held}")
        assert "✓ Dibatalkan." not in other.last, who
    assert count(world, HeldAct) == 1


def test_an_act_that_its_applicant_overtakes_is_dropped_and_said(world: World) -> None:
    application_id, talk = asked_to_revise(world)
    assert do(world, APPLICANT, lambda ctx: withdraw(ctx, application_id))
    run_due(world)
    assert status(world, application_id) == "withdrawn"
    asyncio.run(talk.news())
    assert "Itu tidak jadi dilakukan." in talk.last and "drop_held" in audited(world, application_id)


def revoked(world: World, person_id: int) -> None:
    keys = world.process.app.keys
    world.process.units.write_now(lambda session: officers.revoke(session, keys, person_id, world.now))


def demoted(world: World, person_id: int) -> None:
    def write(session: Session) -> None:
        session.get_one(Officer, person_id).role = "admin"

    world.process.units.write_now(write)


@pytest.mark.parametrize("ended", [revoked, demoted])
@pytest.mark.parametrize("act", CASES)
def test_the_act_of_somebody_who_lost_the_role_does_not_happen(
    world: World, act: str, ended: Callable[[World, int], None]
) -> None:
    confirm, before, _ = CASES[act]
    application_id, talk = confirm(world)
    ended(world, do(world, talk.address, lambda ctx: ctx.actor.id))
    run_due(world)
    assert status(world, application_id) == before and count(world, HeldAct) == 0
    assert act not in audited(world, application_id) and count(world, RegisterEntry) == 0
    assert "drop_held" in audited(world, application_id)


@pytest.mark.postgres
def test_an_undo_and_the_act_at_the_same_moment_end_as_one_of_them(tmp_path: Path, postgres_database: str) -> None:
    world = staffed(World(tmp_path / "data", database_url=postgres_database, settings=HELD))
    application_id, _ = asked_to_revise(world)
    held = world.process.units.write_now(lambda session: session.scalars(select(HeldAct.id)).one())

    def undo() -> bool:
        return do(world, OFFICER, on(application_id, lambda ctx, case: held_acts.undo(ctx, case, held)))

    def run() -> bool:
        world.process.units.write_now(lambda s: held_acts.run(s, world.process.app, world.now + AFTER, held))
        return True

    with ThreadPoolExecutor(4) as threads:
        undone = [threads.submit(one) for one in (undo, run, undo, run)]
        undos = [undone[0].result(), undone[2].result()]
        assert undone[1].result() and undone[3].result()
    was_done = status(world, application_id) == "revision_requested"
    assert sum(undos) + was_done == 1 and audited(world, application_id).count("request_revision") == was_done
    two_directors_undo_at_once(world)
    world.stop()


def two_directors_undo_at_once(world: World) -> None:
    """One of them did it, and the other one is told so."""
    second = "direktur kedua"
    join(world, second, "director")
    application_id, _ = issued(world)
    held = world.process.units.write_now(lambda session: session.scalars(select(HeldAct.id)).one())
    together = Barrier(2)

    def press(who: str) -> bool:
        together.wait(10)
        return do(world, who, on(application_id, lambda ctx, case: held_acts.undo(ctx, case, held)))

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(press, (DIRECTOR, second))) == [False, True]
    assert audited(world, application_id).count("undo") == 1 and count(world, HeldAct) == 0
    run_due(world)
    assert status(world, application_id) == "awaiting_issue" and audit_faults(world) == []
