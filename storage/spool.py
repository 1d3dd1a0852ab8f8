"""The spool: encrypted files of uploads that are still arriving, or wait for their message, in the data folder.

A spool file is complete or absent, also after a crash.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from storage.disk_objects import PART, create, full_disk_named, is_older, make_folder
from storage.secrets import Keys, sync_folder

SPOOL = "spool"  #: folder of the spool, in `FILES`
SPOOL_MARK = b"pst-spool-1\n"
SPOOL_HEAD = len(SPOOL_MARK) + 16  #: the mark and a random id; each frame is bound to it, so it fits no other file
FRAME_LENGTH = 4  #: bytes of a frame's length


class StreamTooLarge(Exception):
    """A stream is longer than its limit. Nothing was stored."""


async def spool(root: Path, chunks: AsyncIterator[bytes], limit: int, keys: Keys) -> Path:
    """Writes a stream encrypted to `root/spool/` and returns the file, which the caller deletes later.

    When it returns, the file survives a power cut, so a message that names it may be acknowledged. Raises
    `StreamTooLarge` as soon as more than `limit` bytes have come, and `StorageFull`. Then, and when it is cancelled, no
    file is left.
    """
    folder = root / SPOOL
    with full_disk_named():
        make_folder(folder)
        path = folder / uuid4().hex
        try:
            with create(path) as out:
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


def clear_leftovers(root: Path, before: datetime, needed: Collection[str] = ()) -> int:
    """Deletes incomplete objects and spool files from before a moment; returns how many. `root`: of the files.

    `before` must be longer ago than an upload may wait for its message. `needed`: spool files that stay.
    """
    parts = [path for path in root.glob(f"*/*{PART}") if is_older(path, before)]
    spooled = [p for p in root.glob(f"{SPOOL}/*") if p.name not in needed and is_older(p, before)]
    for path in parts + spooled:
        path.unlink(missing_ok=True)
    return len(parts + spooled)
