"""Gathers the parts of albums: each arrives as a message of its own, together they are one answer."""

from __future__ import annotations

import asyncio

from bot.chat import Incoming
from bot.pipeline.payload import PendingMessage

#: seconds without a new part after which an album is complete
ALBUM_WAIT = 1.0
#: After a crash, wait this many times longer for the rest of an album: the next process may receive only when the
#: lease of the dead one has run out.
ALBUM_WAIT_AFTER_CRASH = 12
#: the most parts that one album is waited for
ALBUM_PARTS = 10

AlbumKey = tuple[str, str, str]  #: channel, address, the platform's id of the album


class Albums:
    """The albums of one process that still wait for parts."""

    def __init__(self) -> None:
        self._parts: dict[AlbumKey, list[PendingMessage]] = {}

    def add(self, part: PendingMessage) -> bool:
        """Adds one part. True for the first part of an album: then the caller must `collect` it."""
        parts = self._parts.setdefault(_key(part.incoming), [])
        parts.append(part)
        return len(parts) == 1

    async def collect(self, first: Incoming, *, after_crash: bool = False) -> list[PendingMessage]:
        """Waits until no new part comes; returns all parts in the order of the platform."""
        key = _key(first)
        waits = ALBUM_WAIT_AFTER_CRASH if after_crash else 1
        for _ in range(ALBUM_PARTS + waits):
            before = len(self._parts[key])
            await asyncio.sleep(ALBUM_WAIT)
            waits = waits - 1 if len(self._parts[key]) == before else 1
            if not waits:
                break
        return sorted(self._parts.pop(key), key=lambda part: (part.incoming.sequence or 0, part.incoming.id))


def _key(incoming: Incoming) -> AlbumKey:
    return incoming.channel, incoming.address, incoming.group
