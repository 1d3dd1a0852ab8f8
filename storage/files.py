"""Encrypted files on disk: one object for each owner and content, and a spool for uploads that are still arriving.

An object is complete or absent, also after a crash.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from storage.private_files import make_private_folder
from storage.secrets import Keys, sync_folder

PURPOSE = "file"
NAME = re.compile(r"[0-9a-f]{64}")
SHARD = re.compile(r"[0-9a-f]{2}")
PART = ".part"  #: ending of an object that is being written
SPOOL = "spool"  #: folder of uploads that are still arriving
SPOOL_MARK = b"pst-spool-1\n"
SPOOL_HEAD = len(SPOOL_MARK) + 16  #: the mark and a random id; each frame is bound to it, so it fits no other file
FRAME_LENGTH = 4  #: bytes of a frame's length
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageFull(OSError):
    """The disk is full. Nothing was stored. The same work may succeed later."""


class StreamTooLarge(Exception):
    """A stream is longer than its limit. Nothing was stored."""


class FileStore:
    """Files of up to about 20 MB, each sealed for one owner. Threads and processes may share one store."""

    def __init__(self, root: Path, keys: Keys) -> None:
        self._root = root
        self._keys = keys
        _make_folder(root)

    def put(self, source: Path | bytes, owner: str) -> str:
        """Stores a file for this owner and returns the object's name. When it returns, the file survives a power cut.

        Equal content of one owner is one object. It is written again, which repairs a damaged object and makes it
        young for `names`. Raises `StorageFull`.
        """
        content = source if isinstance(source, bytes) else source.read_bytes()
        if content.startswith(SPOOL_MARK):
            raise ValueError("a spool file is not its content: unspool it first")
        name = self._keys.name(PURPOSE, f"{len(owner)}:{owner}:".encode() + content)
        _write_whole(self._path(name), self._keys.seal(PURPOSE, content, _bound(name, owner)))
        return name

    def read(self, name: str, owner: str) -> bytes:
        """Raises `FileNotFoundError`, and `SealBroken` for a damaged object or another owner's."""
        return self._keys.open(PURPOSE, self._path(name).read_bytes(), _bound(name, owner))

    def delete(self, name: str) -> None:
        """Deletes an object for good. A missing object is no error."""
        path = self._path(name)
        if path.exists():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    def names(self, before: datetime | None = None) -> Iterator[str]:
        """The names of all objects, or of those that were last stored before a moment.

        An object is stored before the row that names it is committed: who looks for unused objects must leave out the
        young ones.
        """
        for shard in sorted(self._root.iterdir()):
            if SHARD.fullmatch(shard.name):
                yield from (path.name for path in sorted(shard.iterdir()) if _is_object(path) and _older(path, before))

    def clear_leftovers(self, before: datetime, needed: Collection[str] = ()) -> int:
        """Deletes incomplete objects and spool files from before a moment; returns how many.

        `before` must be longer ago than an upload may wait for its message. `needed`: spool files that stay.
        """
        parts = [path for path in self._root.glob(f"*/*{PART}") if _older(path, before)]
        spooled = [p for p in self._root.glob(f"{SPOOL}/*") if p.name not in needed and _older(p, before)]
        for path in parts + spooled:
            path.unlink(missing_ok=True)
        return len(parts + spooled)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("not the name of a stored file")
        return self._root / name[:2] / name


async def spool(root: Path, chunks: AsyncIterator[bytes], limit: int, keys: Keys) -> Path:
    """Writes a stream encrypted to `root/spool/` and returns the file, which the caller deletes later.

    When it returns, the file survives a power cut, so a message that names it may be acknowledged. Raises
    `StreamTooLarge` as soon as more than `limit` bytes have come, and `StorageFull`. Then, and when it is cancelled, no
    file is left.
    """
    folder = root / SPOOL
    with _full_disk_named():
        _make_folder(folder)
        path = folder / uuid4().hex
        try:
            with _create(path) as out:
                await _write_frames(out, chunks, limit, keys)
                out.flush()
                os.fsync(out.fileno())
            sync_folder(folder)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path


def unspool(path: Path, keys: Keys) -> bytes:
    """Decrypts a spool file. Raises `SealBroken` when it is damaged, incomplete or written with another key."""
    framed = path.read_bytes()
    head, at = framed[:SPOOL_HEAD], SPOOL_HEAD
    plain: list[bytes] = []
    for number in count():
        length = int.from_bytes(framed[at : at + FRAME_LENGTH])
        frame = framed[at + FRAME_LENGTH : at + FRAME_LENGTH + length]
        at += FRAME_LENGTH + length
        # The last frame opens only when it was sealed as the last one: this detects a file that was cut short.
        final = at == len(framed)
        plain.append(keys.open(SPOOL, frame, _frame_place(head, number, final)))
        if final:
            break
    return b"".join(plain)


async def _write_frames(out: BinaryIO, chunks: AsyncIterator[bytes], limit: int, keys: Keys) -> None:
    head = SPOOL_MARK + os.urandom(SPOOL_HEAD - len(SPOOL_MARK))
    out.write(head)
    number = total = 0
    async for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise StreamTooLarge(f"more than {limit} bytes")
        out.write(_frame(keys.seal(SPOOL, chunk, _frame_place(head, number, final=False))))
        number += 1
    out.write(_frame(keys.seal(SPOOL, b"", _frame_place(head, number, final=True))))


def _frame_place(head: bytes, number: int, final: bool) -> str:
    return f"{head.hex()}/{number}/{'last' if final else 'more'}"


def _frame(sealed: bytes) -> bytes:
    return len(sealed).to_bytes(FRAME_LENGTH) + sealed


def _write_whole(path: Path, content: bytes) -> None:
    """The file is complete or absent, also after a power cut."""
    part = path.with_name(f".{uuid4().hex}{PART}")
    with _full_disk_named():
        _make_folder(path.parent)
        try:
            with _create(part) as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _make_folder(folder: Path) -> None:
    if make_private_folder(folder):
        sync_folder(folder.parent)


@contextmanager
def _full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            remedy = "no room left on the disk of the file store: free some space or enlarge it"
            raise StorageFull(error.errno, remedy) from error
        raise


def _bound(name: str, owner: str) -> str:
    return f"{name}/{owner}"


def _is_object(path: Path) -> bool:
    return NAME.fullmatch(path.name) is not None and path.name.startswith(path.parent.name)


def _older(path: Path, before: datetime | None) -> bool:
    """False also for a file that was deleted meanwhile. Raises `ValueError` for a time without a zone."""
    if before is None:
        return True
    if before.tzinfo is None:
        raise ValueError("a moment without a time zone")
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
