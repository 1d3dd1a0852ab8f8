"""Files on their way: each comes in a request of its own, then one frame says that the message is complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channel import Upload
from bot.handlers.webchat.frames import MAX_FILES

#: how long uploaded files wait for their message, and how long its repetition after a lost connection is understood
KEPT = timedelta(minutes=15)
#: files of one address that may wait
PER_ADDRESS = 3 * MAX_FILES
#: files that may wait in all: this bounds what strangers can put into the spool
IN_ALL = 1000


@dataclass(slots=True)
class _Batch:
    until: datetime
    files: dict[int, Upload] = field(default_factory=dict)


class Waiting:
    """Uploads by address and message. Kept in memory: after a restart the page uploads again."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._batches: dict[tuple[str, str], _Batch] = {}

    def has_room(self, address: str) -> bool:
        self._forget_old()
        own = sum(len(batch.files) for (owner, _), batch in self._batches.items() if owner == address)
        return own < PER_ADDRESS and sum(len(batch.files) for batch in self._batches.values()) < IN_ALL

    def put(self, address: str, client: str, index: int, upload: Upload) -> None:
        """A file that comes again, after a broken connection, takes its own place."""
        until = self._clock() + KEPT
        batch = self._batches.setdefault((address, client), _Batch(until))
        batch.until = until
        batch.files[index] = upload

    def complete(self, address: str, client: str, count: int) -> tuple[Upload, ...] | None:
        """The message's files in the order in which they were picked; `None` when one is missing."""
        self._forget_old()
        batch = self._batches.get((address, client))
        if batch is None or sorted(batch.files) != list(range(count)):
            return None
        return tuple(batch.files[index] for index in range(count))

    def _forget_old(self) -> None:
        now = self._clock()
        self._batches = {key: batch for key, batch in self._batches.items() if batch.until > now}
