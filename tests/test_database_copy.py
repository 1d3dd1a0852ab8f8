"""The database moves between SQLite and PostgreSQL with every row of every table, also after the move was stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Engine,
    Integer,
    LargeBinary,
    String,
    Table,
    create_engine,
    event,
    insert,
    make_url,
    select,
)

from bot.cli import main
from bot.runtime import database_copy
from storage.tables import Base, Moment
from storage.unit import Units
from tests import fresh
from tests.talk import Talk, World

NOW = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
#: more rows than one page
ROWS = 3
MANY, COUNT = "messages", 1203
#: type of a column → its value in a row
VALUES: dict[type, Callable[[int], Any]] = {
    Moment: lambda n: NOW + timedelta(microseconds=n),
    JSON: lambda n: {"b": n, "a": ["é", None, 1.5]},
    Boolean: lambda n: bool(n % 2),
    Integer: lambda n: n,
    Date: lambda n: date(2026, 3, 2) + timedelta(days=n),
    LargeBinary: lambda n: bytes([n % 256, 0, 255]),
    String: lambda n: f"w{n}",
}


def value(column: Column[Any], n: int) -> Any:
    """Row `n` of a table points to row `n` of others; to another row of its own table that follows it."""
    own = [key for key in column.foreign_keys if key.column.table is column.table]
    if own:
        return n + 1 if n < ROWS else None
    if column.nullable and n == 2 and not column.foreign_keys:
        return None
    [made] = [made for kind, made in VALUES.items() if isinstance(column.type, kind)]
    found = made(min(n, ROWS) if column.foreign_keys else n)
    return found[: column.type.length] if isinstance(column.type, String) else found


def rows_of(table: Table) -> list[dict[str, Any]]:
    count = COUNT if table.name == MANY else ROWS
    return [{column.name: value(column, n) for column in table.columns} for n in range(1, count + 1)]


def fill(url: str) -> None:
    """Every table, also with rows that point to later ones."""
    fresh.lay(Path(str(make_url(url).database)))
    with create_engine(
        make_url(url).set(drivername="sqlite")
    ).begin() as connection:  # it does not check what rows name
        for table in Base.metadata.sorted_tables:
            connection.execute(table.delete())
            connection.execute(insert(table), rows_of(table))


def content(url: str) -> dict[str, list[tuple[Any, ...]]]:
    units = Units(url)
    try:
        with units.engine.connect() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }
    finally:
        units.dispose()


@pytest.fixture
def filled(tmp_path: Path) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'from.db'}"
    fill(url)
    return url


def silent(table: str, rows: int) -> None:
    assert rows >= ROWS, f"{table} is not filled"


@pytest.mark.postgres
def test_every_row_of_every_table_goes_to_postgresql_and_back(
    filled: str, postgres_database: str, tmp_path: Path
) -> None:
    back = f"sqlite+aiosqlite:///{tmp_path / 'back.db'}"
    fresh.lay(tmp_path / "back.db")
    count = database_copy.copy(filled, postgres_database, silent)
    assert count == ROWS * (len(Base.metadata.sorted_tables) - 1) + COUNT
    assert database_copy.copy(postgres_database, back, silent) == count
    assert content(filled) == content(postgres_database) == content(back)
    units = Units(postgres_database)
    people = Base.metadata.tables["people"]
    with units.engine.begin() as connection:  # numbers go on behind the copied ones
        made = connection.execute(insert(people).values(created_at=NOW, **dict.fromkeys(EMPTY, "")))
        assert made.inserted_primary_key == (ROWS + 1,)
    units.dispose()


EMPTY = ("name", "institution", "position", "phone", "email", "identity_kind", "identity_last4", "eligibility")


def test_a_copy_that_was_stopped_goes_on_and_no_service_starts_on_it_before(filled: str, tmp_path: Path) -> None:
    target = f"sqlite+aiosqlite:///{tmp_path / 'to' / 'pst.db'}"
    fresh.lay(tmp_path / "to" / "pst.db")

    def stop(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith(f"INSERT INTO {MANY} ") and next(pages) == 2:
            raise KeyboardInterrupt

    pages = iter(range(1, 100))
    event.listen(Engine, "before_cursor_execute", stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            database_copy.copy(filled, target, silent)
    finally:
        event.remove(Engine, "before_cursor_execute", stop)
    refused = CliRunner(env={"PST_DATA_DIR": str(tmp_path / "to")}).invoke(main, ["officer", "list"])
    assert refused.exit_code == 2 and "copy-database again" in refused.output
    database_copy.copy(filled, target, silent)
    assert content(filled) == content(target)


def test_a_service_goes_on_with_the_copy(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    Talk(world).say("halo")
    world.stop()
    copied = CliRunner().invoke(
        main,
        ["copy-database", f"sqlite:///{tmp_path / 'data' / 'pst.db'}", f"sqlite:///{tmp_path / 'new' / 'pst.db'}"],
    )
    assert copied.exit_code == 0 and "are the same in both" in copied.output, copied.output
    (tmp_path / "new" / "secret.key").write_bytes((tmp_path / "data" / "secret.key").read_bytes())
    again = World(tmp_path / "new")
    talk = Talk(again)
    talk.say("/data")
    assert "Data Anda di layanan ini" in talk.last
    again.stop()


def test_mistakes_are_named_in_one_line(filled: str, tmp_path: Path) -> None:
    used = World(tmp_path / "used")
    Talk(used).say("halo")
    used.stop()
    cases = {
        "is not empty": (filled, f"sqlite:///{tmp_path / 'used' / 'pst.db'}"),
        "there is no database": (f"sqlite:///{tmp_path / 'nowhere.db'}", filled),
        "the same database": (filled, filled),
        "not a database address": ("nonsense", filled),
    }
    for words, addresses in cases.items():
        refused = CliRunner().invoke(main, ["copy-database", *addresses])
        assert refused.exit_code == 2 and refused.output.count("\n") == 1 and words in refused.output, refused.output
    assert not (tmp_path / "nowhere.db").exists()


@pytest.mark.postgres
def test_a_row_that_does_not_fit_is_named_by_its_table(filled: str, postgres_database: str) -> None:
    units = Units(filled)
    with units.engine.begin() as connection:
        messages = Base.metadata.tables[MANY]
        connection.execute(messages.update().where(messages.c.id == 1).values(direction="longer"))
    units.dispose()
    refused = CliRunner().invoke(main, ["copy-database", filled, postgres_database])
    assert refused.exit_code == 2 and "a row of the table messages does not fit" in refused.output
