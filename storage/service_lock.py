"""Whether a service runs on a data folder. The lock ends with its process, also when that is killed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.private_files import FILE_MODE

FILE = "service.lock"


class FolderInUse(Exception):
    """A service runs here, or its key is being changed."""


@contextmanager
def held(folder: Path, *, alone: bool) -> Iterator[None]:
    """Services hold it together; `alone`: nobody else. Raises `FolderInUse`."""
    lock = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise FolderInUse from None
    finally:
        os.close(lock)
