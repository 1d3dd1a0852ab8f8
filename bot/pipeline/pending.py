"""The messages that are stored before they are handled, and which of them this process has in hand.

Each row has a lease (`storage.inbox`), as a message on its way out has. A process renews those of its messages, and
takes those whose process has died. On SQLite one process handles everything, and nobody looks at leases.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial

import structlog

from bot.pipeline.loops import until_done
from bot.pipeline.payload import PendingMessage, open_message, seal_message
from storage import inbox
from storage.inbox import EndingLease
from storage.secrets import Keys
from storage.tables import InboxRow
from storage.unit import Session, Units

log = structlog.get_logger()


class PendingMessages:
    """Those of one process."""

    def __init__(self, units: Units, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._keys = keys
        self._clock = clock
        self._in_hand = set[tuple[str, str]]()  #: (channel, id)
        self._left = set[int]()  #: rows that only another process can handle
        self._is_taking = False

    async def store(self, message: PendingMessage) -> bool:
        """Stores the message as pending, before the units that wait. False when it was received before."""
        incoming, now = message.incoming, self._clock()
        payload = seal_message(self._keys, message)
        keep = partial(inbox.keep, channel=incoming.channel, external_id=incoming.id, address=incoming.address)
        is_new = await self._units.write(lambda s: keep(s, now=now, state="pending", payload=payload), first=True)
        if is_new:
            self._in_hand.add((incoming.channel, incoming.id))
        return is_new

    def are_done(self, messages: Sequence[PendingMessage]) -> None:
        """This process has handled them."""
        for message in messages:
            self._in_hand.discard((message.incoming.channel, message.incoming.id))

    def leave(self, row: InboxRow) -> None:
        """This process cannot handle it."""
        self._in_hand.discard((row.channel, row.external_id))
        self._left.add(row.id)

    async def rows(self, state: str) -> AsyncIterator[InboxRow]:
        """All of them, oldest first."""
        async for page in self._pages(state):
            for row in page:
                yield row

    async def taken(self) -> AsyncIterator[InboxRow]:
        """For the start of a process: all pending messages, which it has in hand from now on."""
        async for page in self._pages("pending"):
            await self._units.write(partial(inbox.renew, ids=[row.id for row in page], now=self._clock()))
            for row in page:
                self._in_hand.add((row.channel, row.external_id))
                yield row

    def opened(self, row: InboxRow) -> PendingMessage | None:
        """`None` for a damaged row: one never stops what is done for the others."""
        try:
            return open_message(self._keys, row)
        except Exception as error:
            log.error("a stored message cannot be read", channel=row.channel, inbox=row.id, exc_info=error)
            return None

    async def spooled(self) -> set[str]:
        """The spool files of all pending and failed messages."""
        return {
            upload.spooled
            for state in ("pending", "failed")
            async for row in self.rows(state)
            if not inbox.is_dead_letter(row) and (message := self.opened(row))
            for upload in message.uploads
        }

    def ending_leases(self, session: Session, now: datetime) -> Sequence[EndingLease]:
        """A look of `DatabaseWatch`: leases to renew, and messages whose process has died."""
        if self._is_taking:
            return []
        ending = inbox.ending_leases(session, now)
        return [row for row in ending if self._has(row) or (row.id not in self._left and row.has_run_out(now))]

    async def take(self, ending: Sequence[EndingLease]) -> Sequence[InboxRow]:
        """Renews the leases of this process, and returns the rows that it has in hand now besides, oldest first."""
        self._is_taking = True
        try:
            return await until_done("the leases of pending messages", lambda: self._take(ending))
        finally:
            self._is_taking = False

    async def _take(self, ending: Sequence[EndingLease]) -> Sequence[InboxRow]:
        mine = [row.id for row in ending if self._has(row)]
        others = [row.id for row in ending if not self._has(row)]
        now = self._clock()

        def unit(session: Session) -> Sequence[InboxRow]:
            if mine:
                inbox.renew(session, mine, now)
            return inbox.take(session, others, now) if others else ()

        taken = await self._units.write(unit)
        self._in_hand.update((row.channel, row.external_id) for row in taken)
        return taken

    async def close(self) -> None:
        """Another process need not wait for the end of the leases."""
        if self._in_hand:
            names = tuple(self._in_hand)
            await self._units.write(lambda session: inbox.put_back(session, names))

    async def _pages(self, state: str) -> AsyncIterator[Sequence[InboxRow]]:
        above = 0
        while page := await self._units.read(partial(inbox.waiting, state=state, above=above)):
            yield page
            above = page[-1].id

    def _has(self, row: EndingLease) -> bool:
        return (row.channel, row.external_id) in self._in_hand
