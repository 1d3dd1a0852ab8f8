"""What an outage is, and who is told when one begins and ends."""

from __future__ import annotations

import errno
from typing import Protocol

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from storage.objects import StoreAway

#: what the operating system says when the disk is full or broken
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


class SignalsAway(Exception):
    """PostgreSQL carries no signals between processes. The same work may succeed later."""


class Trouble(Protocol):
    """Is told when something fails, and when it works. Threads may call it."""

    def failed(self, why: str) -> None: ...

    def worked(self) -> None: ...


class Told:
    """Work at the database is done `with` it, and its `trouble` is told how that ends. Threads may share it."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None

    def __enter__(self) -> None: ...

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if self.trouble is None:
            return
        if error is None:
            self.trouble.worked()
        elif _is_database_away(error):
            self.trouble.failed(type(error).__name__)


def is_outage(error: BaseException) -> bool:
    """Whether the same work may succeed later: the database or the object store is away, or the disk is full."""
    is_full = isinstance(error, OSError) and error.errno in _DISK_ERRORS
    return is_full or isinstance(error, SignalsAway) or is_away(error)


def is_away(error: BaseException) -> bool:
    """Whether the database or the object store is away, or takes nothing. Their `Trouble` says so once."""
    return isinstance(error, StoreAway) or _is_database_away(error)


def _is_database_away(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, NoConnection)
