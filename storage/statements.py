"""The statements on the way of every message: built once, turned into SQL once, run without the ORM.

Building an expression, looking it up in the cache and loading entities costs fifteen times what the database itself
takes. So what every message runs is a `Statement` at the end of its module: an expression of SQLAlchemy Core whose
values are `bindparam`s, and the record that a row becomes. Everything else may use the ORM.

On SQLite a statement goes to the driver directly, with the converters of its columns. On PostgreSQL, where the way to
the server costs more than Core, Core runs it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeEngine

Record = TypeVar("Record")
Entity = TypeVar("Entity")

#: key of `Session.info`: its connection
_KEPT = "connection"

Expression = Select[*tuple[Any, ...]] | Insert | Update | Delete
Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as SQLite's driver takes it."""

    sql: str
    binds: tuple[tuple[str, Convert], ...]  #: in the order of the question marks
    fixed: dict[str, Any]  #: values that the statement itself has
    columns: tuple[tuple[int, Callable[[Any], Any]], ...]  #: position and converter of the columns that need one


class Statement(Generic[Record]):
    """`record` makes something of the columns of a row, in their order. Parameters are named as the `bindparam`s."""

    def __init__(self, expression: Expression, record: Callable[..., Record]) -> None:
        self._expression = expression
        self._record = record
        self._prepared: _Prepared | None = None

    def first(self, session: Session, **parameters: object) -> Record | None:
        """The first row. What the session holds back is written before."""
        connection = _connection(session)
        if connection.dialect.name != "sqlite":
            found = connection.execute(self._expression, parameters).first()
            return None if found is None else self._record(*found)
        rows = self._run(connection, parameters).fetchall()  # all of them, so that the statement is at its end
        return self._of(rows[0]) if rows else None

    def all(self, session: Session, **parameters: object) -> list[Record]:
        connection = _connection(session)
        if connection.dialect.name != "sqlite":
            return [self._record(*row) for row in connection.execute(self._expression, parameters)]
        return [self._of(row) for row in self._run(connection, parameters).fetchall()]

    def count(self, session: Session, **parameters: object) -> int:
        """How many rows were changed."""
        connection = _connection(session)
        if connection.dialect.name != "sqlite":
            return connection.execute(self._expression, parameters).rowcount
        return self._run(connection, parameters).rowcount

    def _run(self, connection: Connection, parameters: dict[str, object]) -> sqlite3.Cursor:
        prepared = self._prepared = self._prepared or _prepare(self._expression, connection.dialect)
        given = prepared.fixed | parameters if prepared.fixed else parameters
        values = [convert(given[name]) if convert else given[name] for name, convert in prepared.binds]
        return execute(connection, prepared.sql, values)

    def _of(self, row: tuple[Any, ...]) -> Record:
        assert self._prepared is not None
        values = list(row)
        for position, convert in self._prepared.columns:
            values[position] = convert(values[position])
        return self._record(*values)


def entity(session: Session, kind: type[Entity], row: Mapping[str, Any]) -> Entity:
    """A row as an entity of the session, as if the ORM had loaded it, which takes 0.1 ms longer. `row`: all columns by
    their names. As with the ORM, what the session has loaded before stays as it is.
    """
    key = identity_key(kind, row["id"])
    known: Entity | None = session.identity_map.get(key)
    if known is not None:
        return known
    loaded = kind(**row)
    make_transient_to_detached(loaded)
    session.add(loaded)
    return loaded


def execute(connection: Connection, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
    """Gives a statement to SQLite's driver. Raises what SQLAlchemy would raise, without the values, which are what
    people wrote.
    """
    driver: Any = connection.connection.dbapi_connection
    try:
        cursor: sqlite3.Cursor = driver.execute(sql, values)
    except sqlite3.Error as error:
        dialect = connection.dialect
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True, dialect=dialect) from error
    return cursor


def _connection(session: Session) -> Connection:
    """What the session holds back is written before. Its connection is kept beside it: asking it for each statement
    takes longer than a short statement.
    """
    session.flush()
    kept: Connection | None = session.info.get(_KEPT)
    if kept is None or kept.closed:
        kept = session.info[_KEPT] = session.connection()
    return kept


def _prepare(expression: Expression, dialect: Dialect) -> _Prepared:
    compiled: Any = expression.compile(dialect=dialect)
    names = list(compiled.positiontup or ())
    fixed = {name: compiled.binds[name].value for name in names if not compiled.binds[name].required}
    assert not compiled.insert_prefetch, (
        f"name every column: {compiled.insert_prefetch} would get its default from Core"
    )
    binds = tuple((name, _writer(compiled.binds[name].type, dialect)) for name in names)
    return _Prepared(str(compiled), binds, fixed, tuple(_readers(expression, dialect)))


def _writer(type_: TypeEngine[Any], dialect: Dialect) -> Convert:
    convert: Convert = type_.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _readers(expression: Any, dialect: Dialect) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    columns = expression.exported_columns if isinstance(expression, Insert | Update | Delete | Select) else ()
    for position, column in enumerate(columns):
        convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            yield position, convert
