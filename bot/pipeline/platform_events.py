"""What platforms report besides messages (blocks, delivery receipts, unreadable input), and what their receivers need
from the database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import uuid4

from bot.channel import Progress
from bot.pipeline.commit import DeliveryNotifier, write_and_notify
from bot.pipeline.payload import seal_raw
from bot.service import failures, identifiers
from bot.service.context import AppContext
from storage import continuations, inbox, installation, officers, people, progress
from storage.unit import Session, Units


class PlatformEventService:
    """Implements `bot.channel.PlatformEvents`."""

    def __init__(self, units: Units, app: AppContext, notify: DeliveryNotifier, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._app = app
        self._keys = app.keys
        self._notify = notify
        self._clock = clock
        self._holder = uuid4().hex  #: names this process in its leases

    async def blocked(self, channel: str, address: str, is_blocked: bool) -> None:
        now = self._clock()

        def mark_address(session: Session) -> None:
            row = people.find(session, channel, address)
            if row is not None:
                row.blocked_at = now if is_blocked else None

        await self._units.write(mark_address)

    async def identifier_changed(self, channel: str, message_id: str, previous: str, current: str) -> None:
        now = self._clock()

        def move(session: Session) -> None:
            if inbox.accept(session, channel, message_id, previous, now):
                identifiers.move(session, self._app, now, channel, previous, current)

        await write_and_notify(self._units, self._notify, move)

    async def progress(
        self, channel: str, remote_id: str, state: Progress, reason: str = "", *, needs_template: bool = False
    ) -> None:
        now = self._clock()

        def record(session: Session) -> None:
            progress.record(
                session,
                self._keys,
                channel,
                remote_id,
                state,
                now,
                failure=reason,
                needs_template=needs_template,
            )

        await write_and_notify(self._units, self._notify, record)

    async def dead_letter(self, channel: str, part: bytes, why: str) -> None:
        now, external_id = self._clock(), inbox.DEAD_LETTER + sha256(part).hexdigest()
        sealed = seal_raw(self._keys, channel, external_id, part)

        def keep(session: Session) -> None:
            if inbox.keep(session, channel, external_id, "", now, "failed", sealed, why):
                failures.tell_failed_messages(session, self._keys, now)

        await write_and_notify(self._units, self._notify, keep)

    async def announce(self, channel: str, link: str) -> None:
        await self._units.write(partial(continuations.save_link, channel=channel, link=link))

    async def staff(self, channel: str) -> list[tuple[str, str]]:
        async with self._units.reading() as session:
            return await officers.read_on_channel(session, channel)

    async def lease(self, name: str, seconds: float) -> bool:
        now, until = self._clock(), timedelta(seconds=seconds)
        return await self._units.write(
            lambda session: installation.acquire_lease(session, name, self._holder, now, now + until)
        )
