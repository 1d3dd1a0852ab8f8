"""Where the sealed bytes of stored files lie: on the disk (`disk_objects`), or in an object store (`s3_objects`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

NAME = re.compile(r"[0-9a-f]{64}")


class StoreAway(Exception):
    """The object store does not answer, or refuses us. The same work may succeed later."""


class StoreRefused(StoreAway):
    """It refuses what the settings say: the same work succeeds after somebody has changed something."""


class Objects(Protocol):
    """Whole objects of up to about 50 MB by name. Threads and processes may share them. An object store that is away
    raises `StoreAway`.
    """

    def put(self, name: str, content: bytes) -> None:
        """Stores an object, or replaces it. When it returns, the object is there to stay."""

    def get(self, name: str) -> bytes:
        """Raises `FileNotFoundError`."""

    def delete(self, name: str, before: datetime | None = None) -> None:
        """Deletes an object for good, unless it was stored since. A missing object is no error."""

    def exists(self, name: str) -> bool: ...

    @property
    def away(self) -> str:
        """Why the last request failed; empty when it worked."""

    def mark(self) -> str:
        """Says whose files lie here, see `file_place`; empty in the data folder, and where nobody's lie yet."""

    def names(self, before: datetime | None = None) -> Iterator[str]:
        """The names of all objects, or of those that were last stored before a moment. Raises `ValueError` for a moment
        without a zone.
        """
