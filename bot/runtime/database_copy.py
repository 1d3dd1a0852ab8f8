"""Moves the service from SQLite to PostgreSQL, or back: for the operator, while the service stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.errors import OperatorError
from storage import migrate
from storage.database_copy import CopyDiffers, RowRefused, TargetNotEmpty, copy_database, hold_still
from storage.sqlite_copy import sqlite_file
from storage.unit import DatabaseUnusable, Units, is_outage


def copy(source_url: str, target_url: str, told: Callable[[str, int], None]) -> int:
    """Returns how many rows both have. Raises `OperatorError`; called again, it goes on."""
    with _named():
        _require_file(source_url)
    with _named(), _opened(source_url) as source, _opened(target_url) as target:
        if source.url == target.url:
            raise OperatorError("both addresses are the same database")
        migrate.require_newest(source.engine)
        migrate.upgrade(target.engine)
        with source.engine.connect() as connection, hold_still(connection):
            return copy_database(connection, target.engine, told)


def _require_file(url: str) -> None:
    """So that a mistyped name makes no empty database."""
    file = sqlite_file(url)
    if file is not None and not file.is_file():
        raise OperatorError(f"{file}: there is no database")


@contextmanager
def _opened(url: str) -> Iterator[Units]:
    units = Units(url)
    try:
        yield units
    finally:
        units.dispose()


@contextmanager
def _named() -> Iterator[None]:
    """What is wrong, as one line that says what to do."""
    try:
        yield
    except (DatabaseUnusable, migrate.DatabaseTooNew, migrate.DatabaseTooOld) as error:
        raise OperatorError(str(error)) from None
    except TargetNotEmpty:
        raise OperatorError("the second database is not empty; create a new one") from None
    except RowRefused as refused:
        raise OperatorError(f"a row of the table {refused} does not fit the second database") from None
    except CopyDiffers as differs:
        raise OperatorError(f"the table {differs} is not the same in both; begin anew with an empty database") from None
    except Exception as error:
        if not is_outage(error):
            raise
        raise OperatorError("a database went away, or is in use; run the command again, it goes on") from None
