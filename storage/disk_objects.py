"""Objects of the file store as files in the data folder. An object is complete or absent, also after a crash."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from storage.objects import NAME
from storage.private_files import make_private_folder
from storage.secrets import sync_folder

#: folder of the objects and of the spool, in the data folder
FILES = "files"
SHARD = re.compile(r"[0-9a-f]{2}")
PART = ".part"  #: ending of an object that is being written
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageFull(OSError):
    """The disk is full. Nothing was stored. The same work may succeed later."""


class DiskObjects:
    """Implements `storage.objects.Objects`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        make_folder(root)

    def put(self, name: str, content: bytes) -> None:
        """When it returns, the object survives a power cut. Raises `StorageFull`."""
        _write_whole(self._path(name), content)

    def get(self, name: str) -> bytes:
        return self._path(name).read_bytes()

    def delete(self, name: str, before: datetime | None = None) -> None:
        path = self._path(name)
        if path.exists() and is_older(path, before):
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    @property
    def away(self) -> str:
        return ""

    def mark(self) -> str:
        return ""

    def names(self, before: datetime | None = None) -> Iterator[str]:
        for shard in sorted(self._root.iterdir()):
            if SHARD.fullmatch(shard.name):
                yield from (
                    path.name for path in sorted(shard.iterdir()) if _is_object(path) and is_older(path, before)
                )

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / name


def _write_whole(path: Path, content: bytes) -> None:
    """The file is complete or absent, also after a power cut."""
    part = path.with_name(f".{uuid4().hex}{PART}")
    with full_disk_named():
        make_folder(path.parent)
        try:
            with create(part) as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def make_folder(folder: Path) -> None:
    if make_private_folder(folder):
        sync_folder(folder.parent)


@contextmanager
def full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            remedy = "no room left on the disk of the file store: free some space or enlarge it"
            raise StorageFull(error.errno, remedy) from error
        raise


def _is_object(path: Path) -> bool:
    return NAME.fullmatch(path.name) is not None and path.name.startswith(path.parent.name)


def is_older(path: Path, before: datetime | None) -> bool:
    """False also for a file that was deleted meanwhile. Raises `ValueError` for a time without a zone."""
    if before is None:
        return True
    if before.tzinfo is None:
        raise ValueError("a moment without a time zone")
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
