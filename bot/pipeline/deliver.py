"""From the outbox to the channels: claim, send, settle, retry, give up. One loop an address, woken after each
commit; the budgets that a platform sets for one address and for all of them.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

import structlog

from bot.channel import Channel, Delivered, Outgoing, RateLimit, SendFailed
from bot.chat import prompt_from_json
from storage import outbox
from storage.outbox import AddressRateLimit, ClaimedMessage, RateLimited
from storage.secrets import Keys
from storage.unit import Session, Units

log = structlog.get_logger()

#: seconds; how long a sweep waits when nothing wakes it
SWEEP_EVERY = 1.0
#: seconds that a claimed row waits for its turn among all messages of a channel: with the sending itself less than
#: its lease, or it goes out twice
TURN_WITHIN = 5.0
#: after that it waits in the outbox
TRY_AGAIN = timedelta(seconds=2)


class RateLimiter:
    """Who may send next, so that no more than a rate leave in all. Replies go before notices."""

    def __init__(self, rate: RateLimit) -> None:
        self._rate = rate
        self._spent = 0.0  #: the loop's time up to which the rate is used up
        self._queue: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._order = count()
        self._clerk: asyncio.Task[None] | None = None

    async def wait(self, *, bulk: bool) -> bool:
        """Whether the turn came in time."""
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (bulk, next(self._order), turn))
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.create_task(self._call())
        with suppress(TimeoutError):
            await asyncio.wait_for(turn, TURN_WITHIN)
            return True
        return False

    async def _call(self) -> None:
        """Gives the turns, until nobody waits."""
        loop = asyncio.get_running_loop()
        while self._queue:
            late = self._spent - loop.time() - self._rate.every * (self._rate.burst - 1)
            if late > 0:
                await asyncio.sleep(late)
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():
                self._spent = max(self._spent, loop.time()) + self._rate.every
                turn.set_result(None)


class Deliverer:
    """Sends what is due on the channels of this process."""

    def __init__(
        self, units: Units, keys: Keys, channels: Mapping[str, Channel], clock: Callable[[], datetime]
    ) -> None:
        self._units = units
        self._keys = keys
        self._channels = channels
        self._clock = clock
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._numbers: dict[tuple[str, str], int] = {}  #: of the addresses that were woken
        can = {name: channel.capabilities for name, channel in channels.items()}
        self._limiters = {name: RateLimiter(of.total) for name, of in can.items() if of.total}
        self._address_limits = {
            name: AddressRateLimit(of.each.burst, timedelta(seconds=of.each.every))
            for name, of in can.items()
            if of.each
        }

    def notify(self, queued: Mapping[int, tuple[str, str]]) -> None:
        """Starts the loops of these addresses (by their number: channel and address); one that runs looks once more
        before it ends.
        """
        for number, name in queued.items():
            if name[0] in self._channels:
                self._notify(number)
                self._numbers[name] = number

    async def run(self) -> None:
        """Sweeps for ever: what a crash, a pause or another process left behind."""
        while True:
            for number in await self._due():
                self._notify(number)
            await asyncio.sleep(SWEEP_EVERY)

    async def wait_until_sent(self, channel: str, address: str, within: float) -> None:
        """Waits until what was queued for an address has left, but no longer than `within` seconds."""
        lane = self._lanes.get(self._numbers.get((channel, address), 0))
        if lane is not None:
            await asyncio.wait({lane}, timeout=within)

    async def idle(self) -> None:
        """Waits until no loop runs."""
        while self._lanes:
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def _due(self) -> Iterable[int]:
        return await self._units.write(lambda session: outbox.due_addresses(session, self._channels, self._clock()))

    def _notify(self, number: int) -> None:
        if number in self._lanes:
            self._again.add(number)
        else:
            self._lanes[number] = asyncio.create_task(self._lane(number))

    async def _lane(self, number: int) -> None:
        try:
            while True:
                self._again.discard(number)
                while await self._next(number):
                    pass
                if number not in self._again:
                    return
        finally:
            del self._lanes[number]

    async def _next(self, number: int) -> bool:
        now = self._clock()
        claimed = await self._units.write(
            lambda session: outbox.claim(session, self._keys, number, now, tuple(self._channels), self._address_limits)
        )
        match claimed:
            case None:
                return False
            case RateLimited(until):
                await asyncio.sleep((until - now).total_seconds())
            case ClaimedMessage():
                await self._in_turn(claimed)
        return True

    async def _in_turn(self, claimed: ClaimedMessage) -> None:
        limiter = self._limiters.get(claimed.channel)
        if limiter is None or await limiter.wait(bulk=claimed.bulk):
            await self._send(claimed)
        else:
            later = self._clock() + TRY_AGAIN
            await self._units.write(lambda session: outbox.put_back(session, claimed, later))

    async def _send(self, claimed: ClaimedMessage) -> None:
        try:
            delivered = await self._channels[claimed.channel].send(self._outgoing(claimed))
        except SendFailed as failure:
            await self._failed(claimed, failure)
            return
        except (
            Exception
        ) as error:  # a bug in a channel must neither lose the message nor stop the lane: tried again later
            log.exception("sending broke", outbox=claimed.id, channel=claimed.channel)
            await self._failed(claimed, SendFailed("unreachable", type(error).__name__))
            return
        await self._settle(claimed, delivered)

    def _outgoing(self, claimed: ClaimedMessage) -> Outgoing:
        life = self._channels[claimed.channel].capabilities.upload_life
        is_kept = life is None or (claimed.remote_at is not None and self._clock() - claimed.remote_at < life)
        return Outgoing(
            claimed.id,
            claimed.external_id,
            claimed.locale,
            prompt_from_json(claimed.body),
            claimed.at,
            attempt=claimed.attempts,
            alternate_address=claimed.alternate_address,
            last_incoming_at=claimed.last_incoming_at,
            edits_message_id=claimed.edits_message_id,
            remote_file=claimed.remote_file if is_kept else "",
            template_sent_at=claimed.template_sent_at,
        )

    async def _settle(self, claimed: ClaimedMessage, delivered: Delivered) -> None:
        now = self._clock()
        if delivered.template_sent:
            await self._units.write(
                lambda session: outbox.hold_for_template(session, claimed, now, delivered.remote_ids)
            )
            return
        limit = self._address_limits.get(claimed.channel)
        await self._units.write(
            lambda session: outbox.settle(session, claimed, now, delivered.remote_ids, delivered.remote_file, limit)
        )

    async def _failed(self, claimed: ClaimedMessage, failure: SendFailed) -> None:
        now = self._clock()
        log.warning(
            "send failed", outbox=claimed.id, channel=claimed.channel, kind=failure.kind, attempt=claimed.attempts
        )

        def note(session: Session) -> dict[int, tuple[str, str]]:
            outbox.fail(
                session, self._keys, claimed, now, failure.kind, str(failure), failure.retry_after, failure.new_address
            )
            return outbox.queued_addresses(session)

        self.notify(await self._units.write(note))
