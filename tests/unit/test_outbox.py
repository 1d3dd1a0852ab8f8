"""The lane of an address: one message in flight, replies before notices, nothing lost, nothing that blocks for ever."""

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
from storage import outbox, people
from storage.outbox import LEASE, ORDERED_RETRIES, PAUSES, ClaimedMessage, RateLimited
from storage.tables import OutboxRow
from tests.talk import World

CHANNELS = ("test",)
Result = TypeVar("Result")


class Lane:
    """One address's outbox in a real database."""

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
        claimed = self._unit(lambda s: outbox.claim(s, keys, self.address.id, now, CHANNELS))
        assert not isinstance(claimed, RateLimited)
        return claimed

    def claimed(self, text: str) -> ClaimedMessage:
        claimed = self.claim()
        assert claimed is not None and said(claimed) == text
        return claimed

    def settle(self, claimed: ClaimedMessage) -> None:
        self._unit(lambda s: outbox.settle(s, claimed, self.world.now))

    def retry(self, claimed: ClaimedMessage, retry_after: float = 0) -> None:
        keys = self.world.process.app.keys
        self._unit(lambda s: outbox.retry(s, keys, claimed, self.world.now, "unreachable", retry_after))

    def row(self, claimed: ClaimedMessage) -> OutboxRow:
        return self._unit(lambda s: s.get_one(OutboxRow, claimed.id))

    def drained(self) -> list[str]:
        """Sends all that is due; the texts in the order in which they left."""
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
def lane(tmp_path: Path) -> Iterator[Lane]:
    world = World(tmp_path / "data")
    yield Lane(world)
    world.stop()


def test_replies_leave_before_notices_and_each_in_its_order(lane: Lane) -> None:
    for text, bulk in (("notice 1", True), ("reply 1", False), ("notice 2", True), ("reply 2", False)):
        lane.add(text, bulk=bulk)
    assert lane.drained() == ["reply 1", "reply 2", "notice 1", "notice 2"]


def test_one_message_is_in_flight_until_its_lease_ends(lane: Lane) -> None:
    lane.add("first")
    lane.add("second")
    assert said(lane.claim()) == "first"
    assert lane.claim() is None
    lane.world.now += LEASE + timedelta(seconds=1)
    assert said(lane.claim()) == "first"


def test_a_reply_waits_for_the_notice_that_is_in_flight(lane: Lane) -> None:
    lane.add("notice", bulk=True)
    notice = lane.claim()
    assert notice is not None
    lane.add("reply")
    assert lane.claim() is None
    lane.settle(notice)
    assert lane.drained() == ["reply"]


def test_an_expired_message_never_leaves_and_blocks_nobody(lane: Lane) -> None:
    lane.add("code", expires_at=lane.world.now + timedelta(minutes=10))
    lane.add("later")
    lane.world.now += timedelta(minutes=11)
    assert lane.drained() == ["later"]


def test_a_failed_message_keeps_its_place_for_some_tries_and_then_lets_the_next_one_pass(lane: Lane) -> None:
    lane.add("first")
    lane.add("second")
    for pause in PAUSES[:ORDERED_RETRIES]:
        lane.retry(lane.claimed("first"))
        assert lane.claim() is None, "the newest message on the screen would not be the one whose question is open"
        lane.world.now += pause
    lane.retry(lane.claimed("first"))
    assert lane.drained() == ["second"]
    lane.world.now += PAUSES[ORDERED_RETRIES]
    assert lane.drained() == ["first"]


def test_a_failed_notice_holds_up_notices_and_no_reply(lane: Lane) -> None:
    lane.add("notice 1", bulk=True)
    lane.add("notice 2", bulk=True)
    lane.retry(lane.claimed("notice 1"))
    lane.add("reply")
    assert lane.drained() == ["reply"]
    lane.world.now += PAUSES[0]
    assert lane.drained() == ["notice 1", "notice 2"]


def test_the_platforms_own_pause_is_honoured(lane: Lane) -> None:
    lane.add("throttled")
    claimed = lane.claim()
    assert claimed is not None
    lane.retry(claimed, retry_after=3600)
    lane.world.now += timedelta(seconds=3599)
    assert lane.claim() is None
    lane.world.now += timedelta(seconds=1)
    assert lane.drained() == ["throttled"]


def test_after_the_last_pause_it_is_given_up_and_blocks_nobody(lane: Lane) -> None:
    lane.add("never")
    claimed = last = lane.claim()
    for _ in range(len(PAUSES) + 1):
        assert claimed is not None
        last = claimed
        lane.retry(claimed)
        lane.world.now += timedelta(days=1)
        claimed = lane.claim()
    assert claimed is None and last is not None
    assert lane.row(last).gave_up_at is not None
    lane.add("next")
    assert lane.drained() == ["next"]


def test_what_was_sent_stays_sent(lane: Lane) -> None:
    lane.add("once")
    claimed = lane.claim()
    assert claimed is not None
    lane.settle(claimed)
    lane.retry(claimed)
    lane.world.now += timedelta(days=1)
    assert lane.claim() is None
    assert lane.row(claimed).failure == ""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=1, max_size=8))
def test_whatever_fails_everything_leaves_once_and_nothing_is_lost(lane: Lane, plan: list[tuple[bool, int]]) -> None:
    """Each message is a notice or a reply, and fails so many times before it goes."""
    lane = Lane(lane.world)
    failures = {}
    for number, (bulk, times) in enumerate(plan):
        failures[str(number)] = times
        lane.add(str(number), bulk=bulk)
    sent: list[str] = []
    for _ in range(200):
        claimed = lane.claim()
        if claimed is None:
            lane.world.now += timedelta(minutes=1)
            if len(sent) == len(plan):
                break
            continue
        if failures[said(claimed)]:
            failures[said(claimed)] -= 1
            lane.retry(claimed)
        else:
            sent.append(said(claimed))
            lane.settle(claimed)
    assert sorted(sent) == sorted(failures)
