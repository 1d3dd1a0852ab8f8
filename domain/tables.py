"""TOML tables read into frozen dataclasses: a field is a key, its annotation the type, no default: it must be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import time
from typing import TYPE_CHECKING, TypeVar, get_args, get_origin, get_type_hints

from domain.text import Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


class TableInvalid(ValueError):
    """One line: table, key and what to do."""


def read_table(kind: type[T], content: object, path: str = "") -> T:
    """`content` as a `kind`. A `ValueError` of its `__post_init__` begins with the key. Raises `TableInvalid`."""
    if not isinstance(content, dict):
        raise TableInvalid(f"[{path}]: write a table, with one line for each of {_keys(kind)}")
    hints: Mapping[str, object] = get_type_hints(kind)
    at = f"[{path}] " if path else ""
    _refuse_unknown(kind, content, hints, at)
    values: dict[str, object] = {}
    for field in fields(kind):
        if content.get(field.name) == "" and field.default is MISSING:
            raise TableInvalid(f"{at}{field.name}: is empty; fill it in")
        if field.name in content:
            values[field.name] = _read(hints[field.name], content[field.name], path, field.name)
        elif field.default is MISSING:
            raise TableInvalid(f"{at}{field.name}: is missing; add it")
    try:
        return kind(**values)
    except ValueError as error:
        raise TableInvalid(f"{at}{error}") from None


def _refuse_unknown(kind: type[T], content: Mapping[str, object], hints: Mapping[str, object], at: str) -> None:
    for key in content:
        if key not in hints:
            raise TableInvalid(f"{at}{key}: is not a known key; remove it or use one of {_keys(kind)}")


def _keys(kind: type[T]) -> str:
    return ", ".join(field.name for field in fields(kind))


def _read(hint: object, value: object, path: str, key: str) -> object:
    inner = f"{path}.{key}" if path else key
    if isinstance(hint, type) and is_dataclass(hint) and hint not in READERS:
        return read_table(hint, value, inner)
    if get_origin(hint) is tuple and isinstance(value, list):
        item: object = get_args(hint)[0]
        if isinstance(item, type) and is_dataclass(item) and item not in READERS:
            return tuple(read_table(item, entry, f"{inner}.{place}") for place, entry in enumerate(value, 1))
        return tuple(_scalar(item, entry, path, key) for entry in value)
    return _scalar(get_origin(hint) or hint, value, path, key)


def _scalar(hint: object, value: object, path: str, key: str) -> object:
    read, wanted = READERS[hint]
    found = read(value)
    if found is None:
        at = f"[{path}] " if path else ""
        raise TableInvalid(f"{at}{key}: write {wanted}, not {str(value)[:40]!r}")
    return found


def _time(value: object) -> time | None:
    try:
        return time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


#: type → (the value or None if it is none, what to write instead)
READERS: Mapping[object, tuple[Callable[[object], object], str]] = {
    str: (lambda value: value if isinstance(value, str) else None, "words in quotes"),
    Text: (lambda value: Text(value) if isinstance(value, str) else None, "words in quotes"),
    int: (_count, "a whole number from 1"),
    bool: (lambda value: value if isinstance(value, bool) else None, "true or false"),
    time: (_time, 'a time as "08:00"'),
    tuple: (lambda _: None, "a list, in square brackets"),
    Mapping: (lambda value: value if isinstance(value, dict) else None, "a table"),
}
