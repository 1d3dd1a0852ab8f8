"""Stores what a conversation remembers between two messages.

Each conversation describes its state as one frozen dataclass; `read` and `to_json` are the only functions that know how
the state is stored. Fields may be `str`, `int`, `bool`, a `Literal` of words, `tuple[str, ...]`, a mapping of JSON
values, or one of these or `None`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

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
    values = {_key(field): (getattr(state, field.name), field.default) for field in fields(state)}
    return {key: _plain(value) for key, (value, default) in values.items() if value != default}


def read(cls: type[State], stored: Mapping[str, Json]) -> State | None:
    """The inverse of `to_json`. Returns `None` when a field without a default is missing or a value has another type.
    Keys that are no fields are ignored.
    """
    values: dict[str, object] = {}
    for field in fields(cls):
        key = _key(field)
        if key not in stored:
            if field.default is MISSING:
                return None
        elif not _fits(stored[key], _hints(cls)[field.name]):
            return None
        else:
            value = stored[key]
            values[field.name] = tuple(value) if isinstance(value, list) else value
    return cls(**values)


def _key(field: Field[Any]) -> str:
    return str(field.metadata.get("key", field.name))


def _plain(value: Any) -> Json:
    plain: Json = list(value) if isinstance(value, tuple) else value
    return plain


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


def _fits(value: Json, hint: Any) -> bool:
    """Whether a stored value has the type that the dataclass says."""
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    if kind in {Union, UnionType}:
        return any(_fits(value, one) for one in arguments)
    if kind is Literal:
        return isinstance(value, str) and value in arguments
    if kind is tuple:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind is Mapping:
        return isinstance(value, dict)
    return type(value) is kind and kind in {str, int, bool, NoneType}
