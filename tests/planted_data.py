"""Looks for planted values in every column of every table, also in sealed ones, and in the file store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from storage.key_rotation import SEALED
from storage.secrets import SealBroken
from storage.tables import Base, File
from storage.unit import Session
from tests.talk import World


def places_of(world: World, planted: Sequence[str]) -> dict[str, set[str]]:
    """Planted value → the tables, with their columns, and objects of the file store that have it."""
    contents = [*world.process.units.write_now(lambda session: list(_columns(world, session))), *_objects(world)]
    found = {value: {where for where, text in contents if value in text} for value in planted}
    return {value: where for value, where in found.items() if where}


def _columns(world: World, session: Session) -> Iterator[tuple[str, str]]:
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            for name, value in row.items():
                yield f"{table.name}.{name}", _opened(world, table.name, row, value)


def _opened(world: World, table: str, row: Any, value: object) -> str:
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    sealed = SEALED[table]
    try:
        return world.process.app.keys.open(sealed.purpose, value, sealed.bound_to(row)).decode(errors="replace")
    except SealBroken as broken:
        raise AssertionError(f"{table}: the test must open what is sealed there") from broken


def _objects(world: World) -> Iterator[tuple[str, str]]:
    store = world.process.store
    owners = {row.object: row.owner for row in world.process.units.write_now(_files)}
    for name in store.names():
        content = store.read(name, owners[name]) if name in owners else b"kept without a row"
        yield f"object {name[:6]}", content.decode(errors="replace")


def _files(session: Session) -> Sequence[Any]:
    return session.scalars(select(File)).all()
