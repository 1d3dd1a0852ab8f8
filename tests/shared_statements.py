"""Turns each statement into SQL once for all engines of a test process: every test has engines of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, util

#: more statements than there are
CACHE_SIZE = 10_000

#: dialect and statements of the first engine of each kind
_shared: dict[tuple[object, ...], tuple[Any, Any]] = {}


def share_statements() -> None:
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    """An engine's statements are kept by its dialect, so engines of one kind get the dialect of the first one."""
    engine: Any = connection.engine
    dialect: Any = engine.dialect
    kind = (type(dialect), dialect._on_connect_isolation_level, dialect._json_serializer, dialect._json_deserializer)
    if kind not in _shared:
        _shared[kind] = dialect, util.LRUCache(CACHE_SIZE)
    engine.dialect, engine._compiled_cache = _shared[kind]
    connection.dialect = engine.dialect
