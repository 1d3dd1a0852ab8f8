"""Files on disk: one encrypted object per owner and content, and a spool for what is still arriving.

An object is complete or absent, whatever crashes in between; without the key it is noise.
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

from storage.secrets import Keys, sync_folder

PURPOSE = "file"
NAME = re.compile(r"[0-9a-f]{64}")
SHARD = re.compile(r"[0-9a-f]{2}")
PART = ".part"  #: ending of an object that is still being written
SPOOL = "spool"  #: folder of uploads that are still arriving
SPOOL_MARK = b"pst-spool-1\n"
SPOOL_HEAD = len(SPOOL_MARK) + 16  #: the mark and a random id, bound into each frame: none fits into another file
FRAME_LENGTH = 4  #: bytes of a frame's length
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageFull(Exception):
    """The disk or the quota has no room; nothing was kept of what was being written."""


class StreamTooLarge(Exception):
    """A stream went beyond its limit; nothing was kept of it."""


class FileStore:
    """Whole files of up to about 20 MB, each sealed for one owner. Safe to share between threads and processes."""

    def __init__(self, root: Path, keys: Keys) -> None:
        self._root = root
        self._keys = keys
        _make_folder(root)

    def put(self, source: Path | bytes, owner: str) -> str:
        """Store for this owner and return the object's name; on disk for good when it returns.

        Equal content of one owner is one object, written anew (which heals a damaged one and makes it young for
        `names`); another owner's equal content is another object. A spool file is given as `unspool(path)`.
        Raises `StorageFull`.
        """
        content = source if isinstance(source, bytes) else source.read_bytes()
        if content.startswith(SPOOL_MARK):
            raise ValueError("a spool file is not what it carries: unspool it first")
        name = self._keys.name(PURPOSE, f"{len(owner)}:{owner}:".encode() + content)
        _write_whole(self._path(name), self._keys.seal(PURPOSE, content, _bound(name, owner)))
        return name

    def read(self, name: str, owner: str) -> bytes:
        """Raises `FileNotFoundError`, or `SealBroken` for another owner's, a damaged or an exchanged object."""
        return self._keys.open(PURPOSE, self._path(name).read_bytes(), _bound(name, owner))

    def delete(self, name: str) -> None:
        """Gone for good when it returns; a name that is not there is no error, so a job may ask again."""
        path = self._path(name)
        if path.exists():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    def names(self, before: datetime | None = None) -> Iterator[str]:
        """All objects, or those last put before a moment: a sweep for orphans must leave out the young ones,
        because an object is written before the row that names it is committed."""
        for shard in sorted(self._root.iterdir()):
            if SHARD.fullmatch(shard.name):
                yield from (path.name for path in sorted(shard.iterdir()) if _is_object(path) and _older(path, before))

    def clear_leftovers(self, before: datetime, needed: Collection[str] = ()) -> int:
        """Remove what was left half written or spooled before a moment, and say how many.

        The moment must be longer ago than any upload may wait for its message; `needed` are the spool files of messages
        that are still to be handled.
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
    """Write a stream to `root/spool/`, never in clear, and return the file, which the caller removes.

    On disk for good when it returns, so a message that names it may be acknowledged. Raises `StreamTooLarge` with the
    first chunk that goes beyond `limit` bytes (the rest is not asked for) and `StorageFull`; then, as when cancelled,
    none is left.
    """
    folder = root / SPOOL
    with _no_room_named():
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
    """The whole stream. Raises `SealBroken` when it is damaged, cut short or written with another key."""
    framed = path.read_bytes()
    head, at = framed[:SPOOL_HEAD], SPOOL_HEAD
    plain: list[bytes] = []
    for number in count():
        length = int.from_bytes(framed[at : at + FRAME_LENGTH])
        frame = framed[at + FRAME_LENGTH : at + FRAME_LENGTH + length]
        at += FRAME_LENGTH + length
        # The last frame in the file opens only if it was sealed as the last one.
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
    """Complete under its name or not there at all, also after a power cut."""
    part = path.with_name(f".{uuid4().hex}{PART}")
    with _no_room_named():
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
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)


@contextmanager
def _no_room_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull("no room left on the disk of the file store: free some space or enlarge it") from error
        raise


def _bound(name: str, owner: str) -> str:
    return f"{name}/{owner}"


def _is_object(path: Path) -> bool:
    return NAME.fullmatch(path.name) is not None and path.name.startswith(path.parent.name)


def _older(path: Path, before: datetime | None) -> bool:
    """False also for what has gone meanwhile. A naive `before` raises: times are aware."""
    if before is None:
        return True
    if before.tzinfo is None:
        raise ValueError("a moment without a time zone")
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
