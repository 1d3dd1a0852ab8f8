"""Stored files, encrypted: one object for each owner and content. It is complete or absent, also after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from storage.objects import NAME, Objects
from storage.secrets import Keys
from storage.spool import SPOOL_MARK

PURPOSE = "file"


class FileStore:
    """Files of up to about 20 MB, each sealed for one owner. Threads and processes may share one store.

    Where the objects lie in an object store, everything raises `StoreAway` while it is away.
    """

    def __init__(self, objects: Objects, keys: Keys) -> None:
        self._objects = objects
        self._keys = keys

    def put(self, source: Path | bytes, owner: str) -> str:
        """Stores a file for this owner and returns the object's name. When it returns, the file survives a power cut.

        Equal content of one owner is one object. It is written again, which repairs a damaged object and makes it
        young for `names`. Raises `StorageFull`.
        """
        content = source if isinstance(source, bytes) else source.read_bytes()
        if content.startswith(SPOOL_MARK):
            raise ValueError("a spool file is not its content: unspool it first")
        name = self._keys.name(PURPOSE, f"{len(owner)}:{owner}:".encode() + content)
        self._objects.put(name, self._keys.seal(PURPOSE, content, _bound(name, owner)))
        return name

    def read(self, name: str, owner: str) -> bytes:
        """Raises `FileNotFoundError`, and `SealBroken` for a damaged object or another owner's."""
        return self._keys.open(PURPOSE, self._objects.get(_checked(name)), _bound(name, owner))

    def delete(self, name: str, before: datetime | None = None) -> None:
        """Deletes an object for good, unless it was stored since that moment. A missing object is no error."""
        self._objects.delete(_checked(name), before)

    def exists(self, name: str) -> bool:
        return self._objects.exists(_checked(name))

    @property
    def away(self) -> str:
        """Why the object store failed last; empty when it worked, and for the disk."""
        return self._objects.away

    def mark(self) -> str:
        """Says whose files lie here, see `file_place`."""
        return self._objects.mark()

    def names(self, before: datetime | None = None) -> Iterator[str]:
        """The names of all objects, or of those that were last stored before a moment.

        An object is stored before the row that names it is committed: who looks for unused objects must leave out the
        young ones.
        """
        return self._objects.names(before)


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError("not the name of a stored file")
    return name


def _bound(name: str, owner: str) -> str:
    return f"{name}/{owner}"
