"""The statements on the way of every message: built once, turned into SQL once, run without the ORM.

Building an expression, looking it up in the cache and loading entities costs fifteen times what the database itself
takes. So what every message runs is a `Statement` at the end of its module: an expression of SQLAlchemy Core whose
values are `bindparam`s, and the record that a row becomes. Everything else may use the ORM.

A statement goes to the driver directly, with the converters of its values and columns. On PostgreSQL, Core would take
0.1 ms for each, and more for those that it cannot keep, such as an insert of two rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, BindParameter, Connection, Delete, Insert, Select, Update, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.types import NullType, TypeEngine

from domain import json_bytes
from domain.frozen import frozen

Record = TypeVar("Record")
Entity = TypeVar("Entity")

#: key of `Session.info`: its `_Line`
_KEPT = "line"

Expression = Select[*tuple[Any, ...]] | Insert | Update | Delete
Convert = Callable[[Any], Any]


@frozen
class _Prepared:
    """A statement as a driver takes it."""

    sql: str
    names: tuple[str, ...]  #: of the parameters, in the order of the placeholders
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]  #: those of the parameters, in this order
    binds: tuple[tuple[int, Convert], ...]  #: position and converter of the parameters that need one
    has_names: bool  #: the placeholders have names
    fixed: dict[str, Any]  #: values that the statement itself has
    columns: tuple[tuple[int, Convert], ...]  #: position and converter of the columns that need one


@frozen
class _Line:
    """The way to the driver of a session's connection. It is kept beside the session: to ask for each part of it takes
    longer than a short statement.
    """

    connection: Connection
    driver: Any
    dialect: Any


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
        line = _line(session)
        prepared = self._prepared.get(line.dialect.name) or self._prepare(line.dialect)
        rows, record = _run(line, prepared, parameters).fetchall(), self._record
        if not prepared.columns:
            return [record(*row) for row in rows]
        return [record(*_converted(row, prepared.columns)) for row in rows]

    def count(self, session: Session, **parameters: object) -> int:
        """How many rows were changed."""
        line = _line(session)
        prepared = self._prepared.get(line.dialect.name) or self._prepare(line.dialect)
        return int(_run(line, prepared, parameters).rowcount)

    def _prepare(self, dialect: Dialect) -> _Prepared:
        prepared = self._prepared[dialect.name] = _prepare(self._expression, dialect)
        return prepared


def numbered_binds(name: str, count: int, type_: TypeEngine[Any]) -> list[BindParameter[Any]]:
    """Parameters for so many values of one type, as in `IN`. `numbered` gives them their values."""
    return [bindparam(f"{name}{number}", type_=type_) for number in range(count)]


def numbered(name: str, values: Sequence[object]) -> dict[str, object]:
    return {f"{name}{number}": value for number, value in enumerate(values)}


def loaded_entity(session: Session, kind: type[Entity], id: int) -> Entity | None:
    """What the session has loaded already."""
    key = manager_of_class(kind).mapper.identity_key_from_primary_key((id,))  # `identity_key` takes ten times as long
    known: Entity | None = session.identity_map.get(key)
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
    return _execute(_line_of(connection), sql, values)


def keep_line(session: Session, connection: Connection) -> None:
    """Forgets everything that the session keeps in its `info`, but not the way to its connection."""
    kept = session.info.get(_KEPT) or _line_of(connection)
    session.info.clear()
    session.info[_KEPT] = kept


def _line_of(connection: Connection) -> _Line:
    return _Line(connection, connection.connection.dbapi_connection, connection.dialect)


def _line(session: Session) -> _Line:
    """What the session holds back is written before."""
    session.flush()
    kept: _Line | None = session.info.get(_KEPT)
    if kept is None or kept.connection.closed:
        kept = session.info[_KEPT] = _line_of(session.connection())
    return kept


def _execute(line: _Line, sql: str, values: Sequence[object] | Mapping[str, object]) -> Any:
    dialect = line.dialect
    try:
        return line.driver.execute(sql, values)
    except dialect.dbapi.Error as error:
        is_lost = dialect.is_disconnect(error, line.driver, None)
        if is_lost:
            line.connection.invalidate(error)
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


def _run(line: _Line, prepared: _Prepared, parameters: dict[str, object]) -> Any:
    given = prepared.fixed | parameters if prepared.fixed else parameters
    values = _converted(prepared.values(given), prepared.binds)
    if prepared.has_names:
        return _execute(line, prepared.sql, dict(zip(prepared.names, values, strict=True)))
    return _execute(line, prepared.sql, values)


def _converted(row: Iterable[Any], converters: Sequence[tuple[int, Convert]]) -> list[Any]:
    values = list(row)
    for position, convert in converters:
        values[position] = convert(values[position])
    return values


def _prepare(expression: Expression, dialect: Dialect) -> _Prepared:
    compiled: Any = expression.compile(dialect=dialect)
    names = tuple(compiled.positiontup or compiled.binds)
    fixed = {name: compiled.binds[name].value for name in names if not compiled.binds[name].required}
    assert not compiled.insert_prefetch, (
        f"name every column: {compiled.insert_prefetch} would get its default from Core"
    )
    untyped = [name for name in names if isinstance(compiled.binds[name].type, NullType)]
    assert not untyped, f"give these a type, or their values are written as the driver likes: {untyped}"
    writers = ((place, compiled.binds[name].type.dialect_impl(dialect)) for place, name in enumerate(names))
    binds = ((place, _writer(type_, dialect)) for place, type_ in writers)
    return _Prepared(
        str(compiled),
        names,
        itemgetter(*names) if len(names) > 1 else lambda given: tuple(given[name] for name in names),
        tuple((place, convert) for place, convert in binds if convert is not None),
        not compiled.positional,
        fixed,
        tuple(_readers(expression, dialect)),
    )


def _readers(expression: Any, dialect: Dialect) -> Iterator[tuple[int, Convert]]:
    columns = expression.exported_columns if isinstance(expression, Insert | Update | Delete | Select) else ()
    for position, column in enumerate(columns):
        type_ = column.type.dialect_impl(dialect)
        convert = _read_json if _is_json_text(type_, dialect) else type_.result_processor(dialect, None)
        if convert is not None:
            yield position, convert


def _writer(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return json_bytes.dump_text if _is_json_text(type_, dialect) else type_.bind_processor(dialect)


def _is_json_text(type_: TypeEngine[Any], dialect: Dialect) -> bool:
    """Whether it is a document that SQLite keeps as text. SQLAlchemy's converters only call ours, in twice the time."""
    return dialect.name == "sqlite" and isinstance(type_, JSON)


def _read_json(stored: str | None) -> Any:
    if stored == "{}":
        return {}  # of the ten documents of a draft, most are empty
    return None if stored is None else json_bytes.load(stored)
