"""Migrates a database to the tables that this program expects."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from storage.unit import DatabaseUnusable


class DatabaseTooNew(Exception):
    """The database was migrated by a newer program. The message is one line that says what to do."""


def upgrade(engine: Engine) -> None:
    """Runs the missing migrations. Raises `DatabaseTooNew` and `DatabaseUnusable`."""
    try:
        with engine.connect() as connection, connection.begin():
            _upgrade(connection)
    except OperationalError as error:
        raise DatabaseUnusable(
            f"The database cannot be opened ({error.orig}); check PST_DATABASE_URL and that its server runs."
        ) from None


def _upgrade(connection: Connection) -> None:
    scripts = _scripts()
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseTooNew(f"The database is newer (revision {current}) than this program; start the newer program.")
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@cache
def _scripts() -> ScriptDirectory:
    """The migrations. They are the program's own files, so they are read once a process."""
    return ScriptDirectory.from_config(configuration())


def configuration() -> Config:
    """The configuration of Alembic. Set `attributes["connection"]` before you run a command with it."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def connection_of(config: Config) -> Connection:
    connection = config.attributes["connection"]
    assert isinstance(connection, Connection)
    return connection
