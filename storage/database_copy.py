"""Copies one database into another one, SQLite or PostgreSQL, and compares them row by row.

The rows go table by table in pages of the primary key, each page in a transaction of its own, so that a copy which was
stopped goes on. A row of the installation marks the target until both are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import DataError

from storage.tables import Base, Person, Setting

#: rows of one page
PAGE = 500
#: setting of a target that is not complete
MARK = "copying"


class TargetNotEmpty(Exception):
    """The target has rows of another origin."""


class CopyDiffers(Exception):
    """A table of the target is not as that of the source. The message is its name."""


class RowRefused(Exception):
    """The target does not take a row, such as a text that is too long for it. The message is the name of its table."""


def copy_database(source: Connection, target: Engine, told: Callable[[str, int], None]) -> int:
    """`source`: one transaction in which nobody else writes. `target`: migrated. Calls `told` with each table and its
    rows. Returns how many rows there are. Raises `TargetNotEmpty`, `RowRefused` and `CopyDiffers`.
    """
    _begin(target)
    for table in _tables():
        for page in _pages(source, table):
            _insert(target, table, page)
        _link(source, target, table)
    total = 0
    for table in _tables():
        count = _compare(source, target, table)
        told(table.name, count)
        total += count
    _end(target)
    return total


@contextmanager
def hold_still(connection: Connection) -> Iterator[None]:
    """Until it ends nobody else writes, and everything is read as of one moment."""
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            names = ", ".join(table.name for table in _tables())
            connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
        yield


@cache
def _tables() -> tuple[Table, ...]:
    """Those of the program, each after those that it points to. A missing JSON document stays a missing one."""
    copied = MetaData()
    for table in Base.metadata.sorted_tables:
        for column in table.to_metadata(copied).columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return tuple(copied.sorted_tables)


def is_incomplete(engine: Engine) -> bool:
    """Whether the database is a copy that was stopped."""
    with engine.connect() as connection:
        return _has_mark(connection)


def _has_mark(connection: Connection) -> bool:
    return connection.scalar(select(Setting.value).where(Setting.name == MARK)) is not None


def _begin(target: Engine) -> None:
    """Marks the target. One that has people, and no mark, is somebody's database."""
    with target.begin() as connection:
        if _has_mark(connection):
            return
        if connection.scalar(select(Person.id).limit(1)) is not None:
            raise TargetNotEmpty
        for table in reversed(_tables()):  # what a first start has written
            connection.execute(table.delete())
        connection.execute(insert(Setting).values(name=MARK, value="1"))


def _end(target: Engine) -> None:
    """Numbers go on behind the copied ones, and the mark goes."""
    with target.begin() as connection:
        if connection.dialect.name == "postgresql":
            for table in _tables():
                _set_sequence(connection, table)
        connection.execute(delete(Setting).where(Setting.name == MARK))


def _set_sequence(connection: Connection, table: Table) -> None:
    if "id" not in table.columns:
        return
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    newest = connection.scalar(select(func.max(table.c.id)))
    if sequence is not None and newest is not None:
        connection.execute(text("SELECT setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest})


def _pages(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    """All rows along the primary key."""
    keys, after = list(table.primary_key.columns), None
    while True:
        query = select(table).order_by(*keys).limit(PAGE)
        if after is not None:
            query = query.where(tuple_(*keys) > tuple_(*after))
        page = connection.execute(query).mappings().all()
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = [page[-1][key.name] for key in keys]


def _insert(target: Engine, table: Table, page: Sequence[RowMapping]) -> None:
    """Rows that are there already stay. What points to its own table is filled in later: the other row may follow."""
    own = {column.name for column in _own_links(table)}
    rows = [{name: None if name in own else value for name, value in row.items()} for row in page]
    dialect = postgresql if target.dialect.name == "postgresql" else sqlite
    try:
        with target.begin() as connection:
            connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
    except DataError:
        raise RowRefused(table.name) from None


def _link(source: Connection, target: Engine, table: Table) -> None:
    links = _own_links(table)
    if not links:
        return
    for page in _pages(source, table):
        with target.begin() as connection:
            for row in page:
                named = {column.name: row[column.name] for column in links if row[column.name] is not None}
                if named:
                    connection.execute(table.update().where(_is(table, row)).values(named))


def _own_links(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]


def _compare(source: Connection, target: Engine, table: Table) -> int:
    """How many rows both have. Raises `CopyDiffers`."""
    count = 0
    with target.connect() as connection:
        for page in _pages(source, table):
            count += len(page)
            found = connection.execute(select(table).where(_are(table, page))).mappings()
            there = {_key(table, row): dict(row) for row in found}
            if any(there.get(_key(table, row)) != dict(row) for row in page):
                raise CopyDiffers(table.name)
        marks = int(table.name == Setting.__tablename__)
        if connection.scalar(select(func.count()).select_from(table)) != count + marks:
            raise CopyDiffers(table.name)
    return count


def _are(table: Table, page: Sequence[RowMapping]) -> ColumnElement[bool]:
    keys = list(table.primary_key.columns)
    if len(keys) == 1:
        return keys[0].in_([row[keys[0].name] for row in page])
    return tuple_(*keys).in_([_key(table, row) for row in page])


def _is(table: Table, row: RowMapping) -> ColumnElement[bool]:
    return and_(*(key == row[key.name] for key in table.primary_key.columns))


def _key(table: Table, row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[key.name] for key in table.primary_key.columns)
