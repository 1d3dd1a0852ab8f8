"""Stores what a conversation remembers between two messages.

Each conversation describes its state as one `frozen` record; `read` and `to_json` are the only functions that know how
the state is stored. Fields may be `str`, `int`, `bool`, a `Literal` of words, `tuple[str, ...]`, a mapping of JSON
values, or one of these or `None`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from domain.frozen import frozen
from domain.text import Json


class StoredState(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


State = TypeVar("State", bound=StoredState)


def stored_as(key: str) -> dict[str, str]:
    """Metadata for a field whose key in stored dialogues is not its name."""
    return {"key": key}


def to_json(state: StoredState) -> dict[str, Json]:
    """The stored form. A field that has its default is left out."""
    values = [(part, getattr(state, part.name)) for part in _parts(type(state))]
    return {part.key: _plain(value) for part, value in values if value != part.default}


def read(cls: type[State], stored: Mapping[str, Json]) -> State | None:
    """The inverse of `to_json`. Returns `None` when a field without a default is missing or a value has another type.
    Keys that are no fields are ignored.
    """
    values: dict[str, object] = {}
    for part in _parts(cls):
        if part.key not in stored:
            if part.default is MISSING:
                return None
        elif not part.fits(value := stored[part.key]):
            return None
        else:
            values[part.name] = tuple(value) if isinstance(value, list) else value
    return cls(**values)


def _plain(value: Any) -> Json:
    plain: Json = list(value) if isinstance(value, tuple) else value
    return plain


@frozen
class _Field:
    """What is known of one field."""

    name: str
    key: str
    default: Any
    fits: Callable[[Json], bool]  #: whether a stored value has the type that the record says


@cache
def _parts(cls: type[StoredState]) -> tuple[_Field, ...]:
    """Looked up once for each class: every message reads and writes a state."""
    hints = get_type_hints(cls)
    return tuple(
        _Field(field.name, str(field.metadata.get("key", field.name)), field.default, _test_of(hints[field.name]))
        for field in fields(cls)
    )


def _test_of(hint: Any) -> Callable[[Json], bool]:
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    if kind in {Union, UnionType}:
        tests = tuple(map(_test_of, arguments))
        return lambda value: any(test(value) for test in tests)
    if kind is Literal:
        return lambda value: isinstance(value, str) and value in arguments
    if kind is tuple:
        return lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind is Mapping:
        return lambda value: isinstance(value, dict)
    return (lambda value: type(value) is kind) if kind in {str, int, bool, NoneType} else _never


def _never(_value: Json) -> bool:
    return False
