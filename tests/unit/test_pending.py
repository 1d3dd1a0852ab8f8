"""Which process has a pending message in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.chat import Incoming
from bot.pipeline.payload import PendingMessage
from bot.pipeline.pending import PendingMessages
from storage import inbox
from storage.inbox import LEASE, EndingLease
from tests.talk import World


class TwoProcesses:
    def __init__(self, world: World) -> None:
        self.now = world.now
        process = world.process
        self.units = process.units
        self.first, self.second = (PendingMessages(process.units, process.app.keys, lambda: self.now) for _ in "12")

    async def stored(self, number: int) -> PendingMessage:
        """By the first one."""
        message = PendingMessage(Incoming(f"m{number}", "webchat", "budi", self.now, "text", text="halo"), ())
        assert await self.first.store(message)
        return message

    def ending(self, pending: PendingMessages) -> Sequence[EndingLease]:
        return self.units.write_now(lambda session: pending.ending_leases(session, self.now))

    async def takes(self, pending: PendingMessages) -> list[str]:
        return [row.external_id for row in await pending.take(self.ending(pending))]


@pytest.fixture
def two(new_world: World) -> TwoProcesses:
    return TwoProcesses(new_world)


async def test_a_process_that_lives_keeps_its_message_and_another_takes_that_of_a_dead_one_once(
    two: TwoProcesses,
) -> None:
    await two.stored(1)
    assert two.ending(two.first) == two.ending(two.second) == []
    for _ in range(4):
        two.now += LEASE * 0.6
        assert await two.takes(two.second) == [] == await two.takes(two.first), "the first one renews its lease"
    two.now += LEASE
    await two.stored(2)
    assert await two.takes(two.second) == ["m1"]
    assert await two.takes(two.second) == []
    two.now += LEASE * 0.9
    assert await two.takes(two.second) == [], "it has renewed the lease of what it took"


async def test_what_was_handled_is_nobodys_and_a_process_that_ends_lets_go_at_once(two: TwoProcesses) -> None:
    done, _open = await two.stored(1), await two.stored(2)
    two.first.are_done([done])
    two.now += LEASE * 0.6
    assert [row.external_id for row in two.ending(two.first)] == ["m2"]
    await two.first.close()
    assert await two.takes(two.second) == ["m2"]


async def test_a_message_that_this_process_cannot_handle_is_left_to_others(two: TwoProcesses) -> None:
    await two.stored(1)
    two.now += LEASE + timedelta(seconds=1)
    (row,) = await two.second.take(two.ending(two.second))
    two.second.leave(row)
    two.now += LEASE + timedelta(seconds=1)
    assert two.ending(two.second) == []
    assert [row.external_id for row in two.ending(two.first)] == ["m1"]


async def test_a_failed_message_that_comes_again_is_not_taken_from_the_process_that_has_it_now(
    two: TwoProcesses,
) -> None:
    message = await two.stored(1)
    row = two.units.write_now(lambda session: inbox.waiting(session, "pending")[0])
    two.units.write_now(lambda session: inbox.fail(session, row.id, "an error", two.now))
    two.first.are_done([message])
    two.now += LEASE * 2
    await two.stored(1)
    assert await two.takes(two.second) == []
