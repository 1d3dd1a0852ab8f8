"""The migrations create exactly the tables that the code expects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from storage import migrate
from storage.tables import Base
from storage.unit import Units


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Units]:
    units = Units(f"sqlite+aiosqlite:///{tmp_path / 'pst.db'}")
    yield units
    units.dispose()


def differences(units: Units) -> list[object]:
    migrate.upgrade(units.engine)
    with units.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_a_migrated_sqlite_database_has_the_tables_of_the_code(units: Units) -> None:
    assert differences(units) == []


@pytest.mark.postgres
def test_a_migrated_postgresql_database_has_the_tables_of_the_code(postgres_database: str) -> None:
    units = Units(postgres_database)
    assert differences(units) == []
    units.dispose()


def test_migrating_twice_changes_nothing(units: Units) -> None:
    migrate.upgrade(units.engine)
    migrate.upgrade(units.engine)


def test_a_database_of_a_newer_program_is_refused_in_one_line(units: Units) -> None:
    migrate.upgrade(units.engine)
    with units.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.DatabaseTooNew, match="newer"):
        migrate.upgrade(units.engine)
