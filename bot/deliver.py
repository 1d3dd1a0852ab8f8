"""From the outbox to the channels: claim, send, settle, retry, give up. One loop an address, woken after each
commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import structlog

from bot.conversations.types import prompt_from_json
from bot.handlers.base import Channel, Outgoing, SendFailed
from storage import outbox
from storage.outbox import Claimed
from storage.secrets import Keys
from storage.unit import Units

log = structlog.get_logger()

#: seconds; how long a sweep waits when nothing wakes it
SWEEP_EVERY = 1.0


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

    def wake(self, addresses: Iterable[int]) -> None:
        """Starts the loops of these addresses; one that runs looks once more before it ends."""
        for address in addresses:
            if address in self._lanes:
                self._again.add(address)
            else:
                self._lanes[address] = asyncio.create_task(self._lane(address))

    async def run(self) -> None:
        """Sweeps for ever: what a crash, a pause or another process left behind."""
        while True:
            self.wake(await self._units.write(lambda session: outbox.due(session, self._channels, self._clock())))
            await asyncio.sleep(SWEEP_EVERY)

    async def idle(self) -> None:
        """Waits until no loop runs."""
        while self._lanes:
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def _lane(self, address: int) -> None:
        try:
            while True:
                self._again.discard(address)
                while await self._next(address):
                    pass
                if address not in self._again:
                    return
        finally:
            del self._lanes[address]

    async def _next(self, address: int) -> bool:
        now = self._clock()
        claimed = await self._units.write(
            lambda session: outbox.claim(session, self._keys, address, now, tuple(self._channels))
        )
        if claimed is None:
            return False
        await self._send(claimed)
        return True

    async def _send(self, claimed: Claimed) -> None:
        outgoing = Outgoing(claimed.id, claimed.external_id, claimed.locale, prompt_from_json(claimed.body), claimed.at)
        try:
            delivered = await self._channels[claimed.channel].send(outgoing)
        except SendFailed as failure:
            await self._failed(claimed, failure)
            return
        except (
            Exception
        ) as error:  # a bug in a channel must neither lose the message nor stop the lane: tried again later
            log.exception("sending broke", outbox=claimed.id, channel=claimed.channel)
            await self._failed(claimed, SendFailed("unreachable", type(error).__name__))
            return
        now = self._clock()
        await self._units.write(lambda session: outbox.settle(session, claimed.id, now, delivered.remote_ids))

    async def _failed(self, claimed: Claimed, failure: SendFailed) -> None:
        now = self._clock()
        log.warning(
            "send failed", outbox=claimed.id, channel=claimed.channel, kind=failure.kind, attempt=claimed.attempts
        )
        if failure.kind in {"throttled", "unreachable"}:
            await self._units.write(lambda s: outbox.retry(s, claimed, now, str(failure), failure.retry_after))
        else:
            await self._units.write(lambda s: outbox.give_up(s, claimed.id, now, str(failure)))
