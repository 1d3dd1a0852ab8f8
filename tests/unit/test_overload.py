"""Many people at once: replies in the order of arrival, messages stored before they are handled; and nobody at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.channel import Capabilities, Delivered, Outgoing, RateLimit
from bot.chat import Incoming
from bot.pipeline import inbound, rate_limiter, watch
from storage import installation
from storage.tables import InboxRow, Message, OutboxRow
from storage.unit import Session
from storage.unit_queue import SLICE
from tests.talk import World

PEOPLE = 30


class SlowChannel:
    """Takes fifty messages a second."""

    name = "console"
    capabilities = Capabilities(None, RateLimit(1, 0.02))

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> Delivered:
        self.sent.append(outgoing)
        return Delivered((str(outgoing.id),))


@pytest.fixture
def channel() -> SlowChannel:
    return SlowChannel()


@pytest.fixture
def world(tmp_path: Path, channel: SlowChannel) -> Iterator[World]:
    world = World(tmp_path / "data", channels=lambda *_: {channel.name: channel})
    yield world
    world.stop()


def said(world: World, who: int, what: int = 0) -> Incoming:
    return Incoming(f"{who}/{what}", SlowChannel.name, f"person {who}", world.now, "text", text=f"pesan {what}")


def states(session: Session) -> dict[str, int]:
    return {state: count for state, count in session.execute(select(InboxRow.state, func.count()).group_by("state"))}


async def all_sent(world: World, channel: SlowChannel, count: int) -> None:
    """Lets the watch find what waits, as it does every second."""
    while len(channel.sent) < count:
        await world.process.watch.look()
        await world.process.deliverer.idle()


def test_replies_leave_in_the_order_of_arrival_when_the_budget_is_spent(
    world: World, channel: SlowChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limiter, "TURN_TIMEOUT", rate_limiter.MARGIN + 0.1)  # room for five
    # On a busy machine one may not begin in time: it is stored first, and the next one overtakes it.
    monkeypatch.setattr(inbound, "KEEP_FIRST_AFTER", 60.0)

    async def everybody_writes() -> None:
        for who in range(PEOPLE):
            await world.process.inbound.receive(said(world, who))
        await all_sent(world, channel, PEOPLE)

    asyncio.run(everybody_writes())
    assert [outgoing.address for outgoing in channel.sent] == [f"person {who}" for who in range(PEOPLE)]
    tries = world.process.units.write_now(lambda session: {*session.scalars(select(OutboxRow.attempts))})
    assert tries == {1}, "what could not leave yet was not claimed"


def test_messages_are_stored_before_they_are_handled_when_many_wait(
    world: World, channel: SlowChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "KEEP_FIRST_AFTER", 0.0)
    messages = [said(world, who, what) for what in range(3) for who in range(PEOPLE)]

    async def everybody_writes() -> dict[str, int]:
        receiving = [asyncio.create_task(world.process.inbound.receive(message)) for message in messages]
        assert all(await asyncio.gather(*receiving))
        stored = await world.process.units.read(states)
        await world.process.inbound.idle()
        await all_sent(world, channel, len(messages))
        return stored

    stored = asyncio.run(everybody_writes())
    assert sum(stored.values()) == len(messages) and stored["pending"], "acknowledged before they are handled"
    assert world.process.units.write_now(states) == {"done": len(messages)}
    query = select(Message.external_id).where(Message.direction == "in").order_by(Message.address_id, Message.id)
    handled = world.process.units.write_now(lambda session: session.scalars(query).all())
    assert [int(id.partition("/")[2]) for id in handled] == [0, 1, 2] * PEOPLE, "in the order of each person"
    assert sorted(handled) == sorted(message.id for message in messages), "and once"


def test_a_message_that_waits_longer_than_expected_is_stored_and_keeps_its_place(
    world: World, channel: SlowChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "KEEP_FIRST_AFTER", 0.03)
    ended: list[str] = []

    def work(_session: Session, name: str) -> None:
        time.sleep(SLICE)
        ended.append(name)

    async def receive(what: int) -> None:
        await world.process.inbound.receive(said(world, 0, what))
        ended.append(f"message {what}")

    async def one_person_writes_while_much_is_done() -> None:
        running = [asyncio.create_task(world.process.units.write(partial(work, name="before")))]
        await asyncio.sleep(0.01)
        running += [asyncio.create_task(receive(what)) for what in range(3)]
        await asyncio.sleep(0)
        running += [asyncio.create_task(world.process.units.write(partial(work, name=f"{n}"))) for n in range(4)]
        await asyncio.gather(*running)
        await world.process.inbound.idle()
        await all_sent(world, channel, 3)

    asyncio.run(one_person_writes_while_much_is_done())
    assert ended.index("message 0") < ended.index("3"), "its platform is answered before what came after it is done"
    query = select(Message.external_id).where(Message.direction == "in").order_by(Message.id)
    assert world.process.units.write_now(lambda session: session.scalars(query).all()) == ["0/0", "0/1", "0/2"]
    assert world.process.units.write_now(states) == {"done": 3}


def test_a_message_whose_failure_cannot_be_kept_either_holds_up_no_later_one(
    world: World, channel: SlowChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "KEEP_FIRST_AFTER", -1.0)  # every message is stored before it is handled
    fault = "CREATE TRIGGER fault BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'forced'); END"

    async def write_twice() -> None:
        world.process.units.write_now(lambda session: session.execute(text(fault)))
        await world.process.inbound.receive(said(world, 0, 0))
        await world.process.inbound.idle()
        world.process.units.write_now(lambda session: session.execute(text("DROP TRIGGER fault")))
        await world.process.inbound.receive(said(world, 0, 1))
        await world.process.inbound.idle()
        assert world.process.units.write_now(states) == {"pending": 1, "done": 1}
        await world.process.inbound.resume()  # as the next start does
        await world.process.inbound.idle()
        await all_sent(world, channel, 2)

    asyncio.run(asyncio.wait_for(write_twice(), 20))
    assert world.process.units.write_now(states) == {"done": 2}


def test_an_idle_service_writes_nothing_and_looks_again_when_somebody_has_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY", 0.05)
    looks: list[datetime] = []
    told: list[str] = []

    def look(_session: Session, now: datetime) -> None:
        looks.append(now)

    async def idle() -> None:
        connection = world.process.units.engine.raw_connection()
        driver = connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(told.append)
        connection.close()
        world.process.watch.add(look, lambda _nothing: None)
        loops = [asyncio.create_task(loop) for loop in (world.process.watch.run(), world.worker.run())]
        quiet, has_looked = 0, False
        while quiet < 3 or not has_looked:  # the worker does what is due when it starts, with pauses on a busy machine
            told.clear()
            looks.clear()
            await asyncio.sleep(0.2)
            has_looked = has_looked or bool(looks)
            quiet = 0 if told or looks else quiet + 1
        await asyncio.sleep(0.2)
        assert (told, looks) == ([], []), "nobody has written, and nothing will be due soon"
        await world.process.units.write(partial(installation.write_probe, now=world.now))
        await asyncio.sleep(0.2)
        assert looks == [world.now, world.now + watch.AHEAD[0]]
        for loop in loops:
            assert not loop.done(), "a loop ended by itself"
            loop.cancel()
        ends = await asyncio.gather(*loops, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends)

    asyncio.run(idle())


def test_what_becomes_due_with_time_alone_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY", 0.02)
    due_at, found = world.now + timedelta(seconds=15), asyncio.Event()

    async def until_found() -> None:
        process = world.process
        process.watch.add(lambda _session, now: now >= due_at, lambda _found: found.set())
        running = asyncio.create_task(process.watch.run())
        await asyncio.sleep(0.1)
        assert not found.is_set()
        for _ in range(4):
            world.now += timedelta(seconds=4)  # nobody writes
            await asyncio.sleep(0.06)
        running.cancel()

    asyncio.run(until_found())
    assert found.is_set()
