"""The statements on the way of every message: built once, turned into SQL once, run without the ORM.

Building an expression, looking it up in the cache and loading entities costs fifteen times what the database itself
takes. So what every message runs is a `Statement` at the end of its module: an expression of SQLAlchemy Core whose
values are `bindparam`s, and the record that a row becomes. Everything else may use the ORM.

A statement goes to the driver directly, with the converters of its values and columns. On PostgreSQL, Core would take
0.1 ms for each, and more for those that it cannot keep, such as an insert of two rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, Connection, Delete, Insert, Select, Update, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import NullType, TypeEngine

Record = TypeVar("Record")
Entity = TypeVar("Entity")

#: key of `Session.info`: its connection
_KEPT = "connection"

Expression = Select[*tuple[Any, ...]] | Insert | Update | Delete
Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as a driver takes it."""

    sql: str
    binds: tuple[tuple[str, Convert], ...]  #: in the order of the placeholders, where these have no names
    has_names: bool  #: the placeholders have names
    fixed: dict[str, Any]  #: values that the statement itself has
    columns: tuple[tuple[int, Callable[[Any], Any]], ...]  #: position and converter of the columns that need one


class Statement(Generic[Record]):
    """`record` makes something of the columns of a row, in their order. Parameters are named as the `bindparam`s."""

    def __init__(self, expression: Expression, record: Callable[..., Record]) -> None:
        self._expression = expression
        self._record = record
        self._prepared: dict[str, _Prepared] = {}  #: by dialect

    def first(self, session: Session, **parameters: object) -> Record | None:
        """The first row. What the session holds back is written before."""
        rows = self.all(session, **parameters)  # all of them, so that the statement is at its end
        return rows[0] if rows else None

    def all(self, session: Session, **parameters: object) -> list[Record]:
        connection = _connection(session)
        prepared = self._prepared_for(connection.dialect)
        return [self._of(row, prepared) for row in _run(connection, prepared, parameters).fetchall()]

    def count(self, session: Session, **parameters: object) -> int:
        """How many rows were changed."""
        connection = _connection(session)
        return int(_run(connection, self._prepared_for(connection.dialect), parameters).rowcount)

    def _prepared_for(self, dialect: Dialect) -> _Prepared:
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            prepared = self._prepared[dialect.name] = _prepare(self._expression, dialect)
        return prepared

    def _of(self, row: tuple[Any, ...], prepared: _Prepared) -> Record:
        values = list(row)
        for position, convert in prepared.columns:
            values[position] = convert(values[position])
        return self._record(*values)


def numbered_binds(name: str, count: int, type_: TypeEngine[Any]) -> list[BindParameter[Any]]:
    """Parameters for so many values of one type, as in `IN`. `numbered` gives them their values."""
    return [bindparam(f"{name}{number}", type_=type_) for number in range(count)]


def numbered(name: str, values: Sequence[object]) -> dict[str, object]:
    return {f"{name}{number}": value for number, value in enumerate(values)}


def loaded_entity(session: Session, kind: type[Entity], id: int) -> Entity | None:
    """What the session has loaded already."""
    known: Entity | None = session.identity_map.get(identity_key(kind, id))
    return known


def entity(session: Session, kind: type[Entity], row: Mapping[str, Any]) -> Entity:
    """A row as an entity of the session, as if the ORM had loaded it, which takes 0.1 ms longer. `row`: all columns by
    their names. As with the ORM, what the session has loaded before stays as it is.
    """
    known = loaded_entity(session, kind, row["id"])
    if known is not None:
        return known
    loaded = manager_of_class(kind).new_instance()
    loaded.__dict__.update(row)
    make_transient_to_detached(loaded)
    session.add(loaded)
    return loaded


def execute(connection: Connection, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:
    """Gives a statement to the driver, and returns its cursor. Raises what SQLAlchemy would raise, without the values,
    which are what people wrote.
    """
    driver: Any = connection.connection.dbapi_connection
    dialect: Any = connection.dialect
    try:
        return driver.execute(sql, values)
    except dialect.dbapi.Error as error:
        is_lost = dialect.is_disconnect(error, driver, None)
        if is_lost:
            connection.invalidate(error)
        raised = DBAPIError.instance(
            sql,
            None,
            error,
            dialect.dbapi.Error,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=dialect,
        )
        raise raised from error


def _run(connection: Connection, prepared: _Prepared, parameters: dict[str, object]) -> Any:
    given = prepared.fixed | parameters if prepared.fixed else parameters
    if prepared.has_names:
        named = {name: convert(given[name]) if convert else given[name] for name, convert in prepared.binds}
        return execute(connection, prepared.sql, named)
    return execute(
        connection, prepared.sql, [convert(given[name]) if convert else given[name] for name, convert in prepared.binds]
    )


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
    names = list(compiled.positiontup or compiled.binds)
    fixed = {name: compiled.binds[name].value for name in names if not compiled.binds[name].required}
    assert not compiled.insert_prefetch, (
        f"name every column: {compiled.insert_prefetch} would get its default from Core"
    )
    untyped = [name for name in names if isinstance(compiled.binds[name].type, NullType)]
    assert not untyped, f"give these a type, or their values are written as the driver likes: {untyped}"
    binds = tuple((name, _writer(compiled.binds[name].type, dialect)) for name in names)
    return _Prepared(str(compiled), binds, not compiled.positional, fixed, tuple(_readers(expression, dialect)))


def _writer(type_: TypeEngine[Any], dialect: Dialect) -> Convert:
    convert: Convert = type_.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _readers(expression: Any, dialect: Dialect) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    columns = expression.exported_columns if isinstance(expression, Insert | Update | Delete | Select) else ()
    for position, column in enumerate(columns):
        convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            yield position, convert
