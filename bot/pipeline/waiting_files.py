"""Uploaded files whose message is still to come: each file has a request of its own, then the message names them.

They stand in the database, because a proxy may lead each request to another process.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.channel import Upload
from bot.limits import WAITING_FILES, WAITING_FILES_OF_ADDRESS
from domain import json_bytes
from storage import waiting_files
from storage.secrets import Keys
from storage.unit import Units
from storage.waiting_files import PURPOSE, ComingMessage

#: how long files wait for their message, since the last of them came
WAITING_TIME = timedelta(minutes=15)


class WaitingFileService:
    """Implements `bot.channel.WaitingFiles`."""

    def __init__(self, units: Units, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._keys = keys
        self._clock = clock

    async def has_room(self, channel: str, address: str) -> bool:
        async with self._units.reading() as session:
            counts = await waiting_files.read_counts(session, channel, address, self._clock())
        return counts.of_address < WAITING_FILES_OF_ADDRESS and counts.all < WAITING_FILES

    async def put(self, channel: str, address: str, message_id: str, place: int, upload: Upload) -> None:
        message = ComingMessage(channel, address, message_id)
        document = json_bytes.dump([upload.name, upload.spooled])
        payload = self._keys.seal(PURPOSE, document, message.sealed_for(place))
        now = self._clock()
        keep = partial(waiting_files.put, message=message, place=place, payload=payload)
        await self._units.write(lambda session: keep(session, now=now, expires_at=now + WAITING_TIME))

    async def complete(self, channel: str, address: str, message_id: str, count: int) -> tuple[Upload, ...] | None:
        message = ComingMessage(channel, address, message_id)
        async with self._units.reading() as session:
            rows = await waiting_files.read(session, message, self._clock())
        if [place for place, _ in rows] != list(range(count)):
            return None
        return tuple(self._opened(message, place, payload) for place, payload in rows)

    async def forget(self, channel: str, address: str, message_id: str) -> None:
        message = ComingMessage(channel, address, message_id)
        await self._units.write(partial(waiting_files.remove, message=message))

    async def spooled(self) -> set[str]:
        """The spool files of all."""
        rows = await self._units.read(partial(waiting_files.waiting, now=self._clock()))
        return {self._opened(*row).spooled for row in rows}

    def _opened(self, message: ComingMessage, place: int, payload: bytes) -> Upload:
        name, spooled = json_bytes.load(self._keys.open(PURPOSE, payload, message.sealed_for(place)))
        return Upload(name, spooled)
