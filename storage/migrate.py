"""Migrates a database to the tables that this program expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, make_url, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage.sqlite_copy import sqlite_file
from storage.unit import DatabaseAway, DatabaseUnusable, Units

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

#: any number; it names the lock of PostgreSQL under which processes start
_LOCK = 7_305_071
_FOLDER = Path(__file__).parent / "migrations"


class DatabaseTooNew(Exception):
    """The database was migrated by a newer program. The message is one line that says what to do."""


class DatabaseTooOld(Exception):
    """The database lacks migrations. The message is one line that says what to do."""


def require_newest(engine: Engine) -> None:
    """Changes nothing. Raises `DatabaseTooOld` and `DatabaseUnusable`."""
    try:
        with engine.connect() as connection:
            current = _revision(connection)
    except OperationalError as error:
        raise DatabaseUnusable(f"The database cannot be opened ({error.orig}); check its address.") from None
    if current != newest_revision():
        raise DatabaseTooOld("The first database is not that of this program's version; run pst-bot migrate with it.")


def require_database(url: str) -> None:
    """Makes nothing. Raises `DatabaseUnusable` where there is no database with tables of ours."""
    file = sqlite_file(url)
    if file is None or file.exists():
        units = Units(url)
        try:
            with units.engine.connect() as connection:
                if _revision(connection) is not None:
                    return
        except OperationalError as error:
            raise _cannot_be_opened(error) from None
        finally:
            units.dispose()
    where = make_url(url).render_as_string(hide_password=True)
    raise DatabaseUnusable(
        f"There is no database at {where}; check PST_DATA_DIR and PST_DATABASE_URL, or make one with pst-bot migrate."
    )


@contextmanager
def one_start_at_a_time(engine: Engine) -> Iterator[None]:
    """Two first starts on PostgreSQL would make the same tables, index and key; the second one waits. SQLite has one
    writer anyway. Raises `DatabaseUnusable`.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    try:
        with engine.connect() as connection, connection.begin():
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield
    except OperationalError as error:
        raise _cannot_be_opened(error) from None


def upgrade(engine: Engine) -> None:
    """Runs the missing migrations. Raises `DatabaseTooNew` and `DatabaseUnusable`."""
    try:
        with engine.connect() as connection, connection.begin():
            _upgrade(connection)
    except OperationalError as error:
        raise _cannot_be_opened(error) from None


def _cannot_be_opened(error: OperationalError) -> DatabaseAway:
    return DatabaseAway(
        f"The database cannot be opened ({error.orig}); check PST_DATABASE_URL and that its server runs."
    )


def _upgrade(connection: Connection) -> None:
    current = _revision(connection)
    if current == newest_revision():  # Alembic is slow to import, and hardly any start needs it
        return
    from alembic import command

    if current is not None and current not in {script.revision for script in _scripts().walk_revisions()}:
        raise DatabaseTooNew(f"The database is newer (revision {current}) than this program; start the newer program.")
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """Of the database; `None` for an empty one."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def current_revision(session: Session) -> str | None:
    """Of the database; `None` for an empty one. Changes nothing."""
    return _revision(session.connection())


def newest_revision() -> str:
    """That of the last migration: the names of their files begin with their numbers."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


@cache
def _scripts() -> ScriptDirectory:
    """The migrations. They are the program's own files, so they are read once a process."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(configuration())


def configuration() -> Config:
    """The configuration of Alembic. Set `attributes["connection"]` before you run a command with it."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config


def connection_of(config: Config) -> Connection:
    connection = config.attributes["connection"]
    assert isinstance(connection, Connection)
    return connection
