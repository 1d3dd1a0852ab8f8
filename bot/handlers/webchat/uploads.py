"""Uploaded files whose message is still to come: each file has a request of its own, then one frame completes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channel import Upload
from bot.limits import WAITING_FILES, WAITING_FILES_OF_ADDRESS

#: How long uploads wait for their message, and how long a repetition of the message is recognised.
UPLOAD_TTL = timedelta(minutes=15)


@dataclass(slots=True)
class _Batch:
    expires_at: datetime
    files: dict[int, Upload] = field(default_factory=dict)
    is_accepted: bool = False


class PendingUploads:
    """Uploads by address and message. They are kept in memory: after a restart the page uploads them again."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._batches: dict[tuple[str, str], _Batch] = {}

    def has_room(self, address: str) -> bool:
        self._remove_expired()
        waiting = [(owner, len(batch.files)) for (owner, _), batch in self._batches.items() if not batch.is_accepted]
        own = sum(files for owner, files in waiting if owner == address)
        return own < WAITING_FILES_OF_ADDRESS and sum(files for _, files in waiting) < WAITING_FILES

    def put(self, address: str, client: str, index: int, upload: Upload) -> None:
        """Keeps one file. A file that is uploaded again replaces the first copy."""
        expires_at = self._clock() + UPLOAD_TTL
        batch = self._batches.setdefault((address, client), _Batch(expires_at))
        batch.expires_at, batch.is_accepted = expires_at, False
        batch.files[index] = upload

    def complete(self, address: str, client: str, count: int) -> tuple[Upload, ...] | None:
        """The message's files in the order in which the person picked them; `None` when one is missing."""
        self._remove_expired()
        batch = self._batches.get((address, client))
        if batch is None or sorted(batch.files) != list(range(count)):
            return None
        return tuple(batch.files[index] for index in range(count))

    def accept(self, address: str, client: str) -> None:
        """The message is stored: its files wait no longer. A repetition of the message still finds them."""
        if batch := self._batches.get((address, client)):
            batch.is_accepted = True

    def _remove_expired(self) -> None:
        now = self._clock()
        self._batches = {key: batch for key, batch in self._batches.items() if batch.expires_at > now}
