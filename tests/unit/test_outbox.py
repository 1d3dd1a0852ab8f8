"""The outbox of an address: one message in flight, replies before notices, no message lost or blocking for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from domain.text import Json
from storage import outbox, people, sending
from storage.sending import LEASE, ORDERED_RETRIES, PAUSES, ClaimedMessage, RateLimited
from storage.tables import OutboxRow
from tests.talk import World

CHANNELS = ("test",)
Result = TypeVar("Result")


class AddressOutbox:
    """The outbox of one address, in a real database."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.address = self._unit(
            lambda s: people.get_or_create_address(s, "test", f"a{world.now.timestamp()}", "id", world.now)
        )

    def add(self, text: str, *, bulk: bool = False, expires_at: datetime | None = None) -> None:
        keys, now = self.world.process.app.keys, self.world.now
        body: Json = {"text": {"m": text}}
        self._unit(lambda s: outbox.add(s, keys, self.address, body, now, reason="r", bulk=bulk, expires_at=expires_at))

    def claim(self) -> ClaimedMessage | None:
        keys, now = self.world.process.app.keys, self.world.now
        claimed = self._unit(lambda s: sending.claim(s, keys, self.address.id, now, CHANNELS))
        assert not isinstance(claimed, RateLimited)
        return claimed

    def claimed(self, text: str) -> ClaimedMessage:
        claimed = self.claim()
        assert claimed is not None and said(claimed) == text
        return claimed

    def settle(self, claimed: ClaimedMessage) -> None:
        self._unit(lambda s: sending.settle(s, claimed, self.world.now))

    def retry(self, claimed: ClaimedMessage, retry_after: float = 0) -> None:
        keys = self.world.process.app.keys
        self._unit(lambda s: sending.retry(s, keys, claimed, self.world.now, "unreachable", retry_after))

    def row(self, claimed: ClaimedMessage) -> OutboxRow:
        return self._unit(lambda s: s.get_one(OutboxRow, claimed.id))

    def drained(self) -> list[str]:
        """Sends everything that is due. Returns the texts in the order of sending."""
        sent = []
        while claimed := self.claim():
            sent.append(said(claimed))
            self.settle(claimed)
        return sent

    def _unit(self, work: Callable[[Session], Result]) -> Result:
        return self.world.process.units.write_now(work)


def said(claimed: ClaimedMessage | None) -> str:
    assert claimed is not None
    assert isinstance(claimed.body, dict) and isinstance(claimed.body["text"], dict)
    return str(claimed.body["text"]["m"])


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[AddressOutbox]:
    world = World(tmp_path / "data")
    yield AddressOutbox(world)
    world.stop()


def test_replies_leave_before_notices_and_each_in_its_order(queue: AddressOutbox) -> None:
    for text, bulk in (("notice 1", True), ("reply 1", False), ("notice 2", True), ("reply 2", False)):
        queue.add(text, bulk=bulk)
    assert queue.drained() == ["reply 1", "reply 2", "notice 1", "notice 2"]


def test_one_message_is_in_flight_until_its_lease_ends(queue: AddressOutbox) -> None:
    queue.add("first")
    queue.add("second")
    assert said(queue.claim()) == "first"
    assert queue.claim() is None
    queue.world.now += LEASE + timedelta(seconds=1)
    assert said(queue.claim()) == "first"


def test_a_reply_waits_for_the_notice_that_is_in_flight(queue: AddressOutbox) -> None:
    queue.add("notice", bulk=True)
    notice = queue.claim()
    assert notice is not None
    queue.add("reply")
    assert queue.claim() is None
    queue.settle(notice)
    assert queue.drained() == ["reply"]


def test_an_expired_message_never_leaves_and_blocks_nobody(queue: AddressOutbox) -> None:
    queue.add("code", expires_at=queue.world.now + timedelta(minutes=10))
    queue.add("later")
    queue.world.now += timedelta(minutes=11)
    assert queue.drained() == ["later"]


def test_a_failed_message_keeps_its_place_for_some_attempts_and_then_lets_the_next_one_pass(
    queue: AddressOutbox,
) -> None:
    queue.add("first")
    queue.add("second")
    for pause in PAUSES[:ORDERED_RETRIES]:
        queue.retry(queue.claimed("first"))
        assert queue.claim() is None, "the newest message on the screen would not be the one whose question is open"
        queue.world.now += pause
    queue.retry(queue.claimed("first"))
    assert queue.drained() == ["second"]
    queue.world.now += PAUSES[ORDERED_RETRIES]
    assert queue.drained() == ["first"]


def test_a_failed_notice_holds_up_notices_and_no_reply(queue: AddressOutbox) -> None:
    queue.add("notice 1", bulk=True)
    queue.add("notice 2", bulk=True)
    queue.retry(queue.claimed("notice 1"))
    queue.add("reply")
    assert queue.drained() == ["reply"]
    queue.world.now += PAUSES[0]
    assert queue.drained() == ["notice 1", "notice 2"]


def test_the_pause_that_a_platform_demands_is_kept(queue: AddressOutbox) -> None:
    queue.add("throttled")
    claimed = queue.claim()
    assert claimed is not None
    queue.retry(claimed, retry_after=3600)
    queue.world.now += timedelta(seconds=3599)
    assert queue.claim() is None
    queue.world.now += timedelta(seconds=1)
    assert queue.drained() == ["throttled"]


def test_after_the_last_pause_it_is_given_up_and_blocks_nobody(queue: AddressOutbox) -> None:
    queue.add("never")
    claimed = last = queue.claim()
    for _ in range(len(PAUSES) + 1):
        assert claimed is not None
        last = claimed
        queue.retry(claimed)
        queue.world.now += timedelta(days=1)
        claimed = queue.claim()
    assert claimed is None and last is not None
    assert queue.row(last).gave_up_at is not None
    queue.add("next")
    assert queue.drained() == ["next"]


def test_what_was_sent_stays_sent(queue: AddressOutbox) -> None:
    queue.add("once")
    claimed = queue.claim()
    assert claimed is not None
    queue.settle(claimed)
    queue.retry(claimed)
    queue.world.now += timedelta(days=1)
    assert queue.claim() is None
    assert queue.row(claimed).failure == ""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=1, max_size=8))
def test_whatever_fails_everything_leaves_once_and_nothing_is_lost(
    queue: AddressOutbox, plan: list[tuple[bool, int]]
) -> None:
    """`plan`: for each message whether it is a notice, and how often it fails before it is sent."""
    queue = AddressOutbox(queue.world)
    failures = {}
    for number, (bulk, times) in enumerate(plan):
        failures[str(number)] = times
        queue.add(str(number), bulk=bulk)
    sent: list[str] = []
    for _ in range(200):
        claimed = queue.claim()
        if claimed is None:
            queue.world.now += timedelta(minutes=1)
            if len(sent) == len(plan):
                break
            continue
        if failures[said(claimed)]:
            failures[said(claimed)] -= 1
            queue.retry(claimed)
        else:
            sent.append(said(claimed))
            queue.settle(claimed)
    assert sorted(sent) == sorted(failures)
