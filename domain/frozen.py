"""Records that nobody changes. Mypy sees to that, not the interpreter, which would take too long over it.

A step makes a hundred records, and a start 560 classes of them. A frozen dataclass calls a function for each field of
a new record, and compiles six functions for each class. Here a class compiles one, its `__init__`, and shares the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Record = TypeVar("Record")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[Record]) -> type[Record]:
    """Makes a dataclass with slots. Records are equal when their class and all their fields are, and have a hash."""
    own = cls.__dict__
    undocumented = cls.__doc__ is None
    if undocumented:
        cls.__doc__ = cls.__name__  # else `dataclass` would write the signature there, which takes half its time
    made = dataclass(eq=False, repr=False, slots=True)(cls)
    if undocumented:
        made.__doc__ = None
    compared = tuple(part.name for part in fields(made) if part.compare)  # type: ignore[arg-type]
    values = _values(compared)
    methods = {"__eq__": _equality(values), "__hash__": _hash(values), "__repr__": _repr}
    for name, method in methods.items():
        if name not in own or own[name] is None:
            setattr(made, name, method)
    return made


def _values(names: tuple[str, ...]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else _nothing


def _nothing(_record: object) -> tuple[()]:
    return ()


def _equality(values: Callable[[Any], Any]) -> Callable[[Any, object], bool]:
    def equality(self: Any, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equality


def _hash(values: Callable[[Any], Any]) -> Callable[[Any], int]:
    return lambda self: hash(values(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{part.name}={getattr(self, part.name)!r}" for part in fields(self) if part.repr)
    return f"{type(self).__qualname__}({shown})"
