"""The clock of the computer is set back: nothing happens twice, and nothing waits for the time that it had shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from bot.runtime import worker
from bot.service.held_acts import do_or_hold
from storage import jobs, outbox, people, sending
from storage.tables import Address, Job, OutboxRow
from storage.unit import Session
from tests.authenticator_app import set_up
from tests.casework import HEAD, OFFICER, audited, awaiting_issue, do, on, staffed, status, submitted, under_review
from tests.queue_rows import call, take, tickets
from tests.talk import START, Talk, World


def run_clock(world: World, at: datetime) -> None:
    world.now = at
    world.process.units.write_now(lambda session: jobs.add(session, "clock", f"clock {at} {id(at)}", at, {}))
    asyncio.run(world.work())


def notices(world: World, reason: str) -> int:
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.reason == reason)
    return world.process.units.write_now(lambda session: session.scalar(query) or 0)


def test_a_held_act_is_done_once_and_not_before_its_time(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data", settings={"undo_seconds": 30}))
    application_id = under_review(world, "tujuan")
    talk = Talk(world, OFFICER)
    talk.press(f"case:revision:{application_id}")
    talk.tap("Ya, minta perbaikan")
    confirmed_at = world.now
    for at, after in ((-7200, "under_review"), (10, "under_review"), (31, "revision_requested")):
        world.now = confirmed_at + timedelta(seconds=at)
        asyncio.run(world.work())
        assert status(world, application_id) == after, at
    world.now = confirmed_at - timedelta(hours=2)
    world.restart()
    asyncio.run(world.work())
    assert audited(world, application_id).count("request_revision") == 1
    world.stop()


def test_a_queue_that_was_closed_stays_closed_and_its_news_is_told_once(world: World) -> None:
    take(world, "satu")
    take(world, "dua")
    call(world)
    run_clock(world, START + timedelta(hours=6, minutes=45))
    told = notices(world, "queue")
    desk = Talk(world, OFFICER)
    world.now = START + timedelta(hours=3)
    desk.press("desk:next:1")
    assert "Antrean hari ini sudah ditutup." in desk.last
    run_clock(world, START + timedelta(hours=6, minutes=46))
    assert [ticket.state for ticket in tickets(world)] == ["called", "closed"] and notices(world, "queue") == told


def test_a_reminder_of_a_day_is_told_once(world: World) -> None:
    submitted(world)
    for days in (1, 2):
        run_clock(world, START + timedelta(days=days))
    told = notices(world, "digest")
    for days in (1, 2):
        run_clock(world, START + timedelta(days=days, minutes=1))
    assert told and notices(world, "digest") == told


def test_a_code_of_the_authenticator_is_not_taken_again(world: World) -> None:
    talk, application_id = Talk(world, HEAD), awaiting_issue(world)
    app = set_up(talk)
    talk.press(f"applicant:identity:{application_id}")
    code, before = app.code(), world.now
    talk.say(code)
    assert "✓ Kode benar." in talk.last
    world.now += timedelta(minutes=11)
    talk.press(f"applicant:identity:{application_id}")
    world.now = before - timedelta(seconds=20)
    talk.say(code)
    assert "Kode itu sudah dipakai." in talk.last


def due(world: World) -> Sequence[datetime]:
    waiting = select(Job.due_at).where(Job.key.in_(("clock", "spool", "forget", "failures")))
    return world.process.units.write_now(lambda session: session.scalars(waiting).all())


def queue_and_claim(session: Session, world: World) -> None:
    """A mail that a process has in hand when it dies, to an address whose rate limit is used up."""
    session.execute(delete(OutboxRow))
    address = people.get_or_create_address(session, "email", "a@example.go.id", "id", world.now)
    outbox.add(session, world.process.app.keys, address, {"text": ""}, world.now, reason="result", bulk=True)
    session.execute(update(OutboxRow).values(lease_until=world.now + sending.LEASE))
    address.rate_used_until = world.now


def outgoing(world: World) -> list[tuple[datetime, datetime | None, datetime | None]]:
    """When each message is due, until when it is leased, and its address used up."""
    query = select(OutboxRow.not_before, OutboxRow.lease_until, Address.rate_used_until).join(Address)
    return world.process.units.write_now(lambda session: [(a, b, c) for a, b, c in session.execute(query)])


def test_nothing_waits_for_the_time_that_the_clock_had_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither recurring jobs, nor what somebody has confirmed, nor a message."""
    monkeypatch.setattr(worker, "FORWARD_EVERY", 0.05)
    monkeypatch.setattr(worker, "FORWARD_SOON", 0.05)
    world = staffed(World(tmp_path / "data", settings={"undo_seconds": 30}))
    application_id, longest = under_review(world, "tujuan"), timedelta(hours=6)

    async def until(is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not await asyncio.to_thread(is_so):
                await asyncio.sleep(0.02)

    async def set_back() -> None:
        running = asyncio.create_task(world.worker.run())
        await until(lambda: len(due(world)) == 4 and min(due(world)) > world.now)
        await asyncio.to_thread(confirm)
        world.now -= timedelta(days=365)
        await until(lambda: max(due(world)) <= world.now + longest)
        await until(lambda: outgoing(world) == [(world.now, None, None)])
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def confirm() -> None:
        do(world, OFFICER, on(application_id, lambda ctx, case: do_or_hold(ctx, case, "request_revision", {})))
        world.process.units.write_now(lambda session: queue_and_claim(session, world))

    asyncio.run(set_back())
    asyncio.run(world.work())
    assert status(world, application_id) == "under_review", "it can still be undone"
    world.now += timedelta(seconds=31)
    asyncio.run(world.work())
    assert status(world, application_id) == "revision_requested"
    world.stop()


def test_a_document_does_not_wait_for_the_time_that_the_clock_had_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a letter that was issued while the clock of one of several processes was ahead. The second one is committed
    after it was noticed that the clock was set back.
    """
    monkeypatch.setattr(worker, "FORWARD_SOON", 0.5)
    world = World(tmp_path / "data")
    submitted(world)
    asyncio.run(world.work())
    drawn = select(Job.done_at).where(Job.kind == "receipt")
    queued_ahead = update(Job).where(Job.kind == "receipt").values(done_at=None, attempts=0, lease_until=None)

    async def set_back() -> None:
        units, running = world.process.units, [asyncio.create_task(world.worker.run())]
        running.append(asyncio.create_task(world.process.watch.run()))
        async with asyncio.timeout(20):
            while len(await asyncio.to_thread(due, world)) < 4:
                await asyncio.sleep(0.02)
            in_an_hour = queued_ahead.values(due_at=world.now + timedelta(hours=1))
            for back in (timedelta(minutes=1), timedelta(0)):
                await units.write(lambda session: session.execute(in_an_hour))
                world.now -= back
                while await units.read(lambda session: session.scalar(drawn)) is None:
                    await asyncio.sleep(0.05)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(set_back())
    world.stop()
