"""Reads definitions: the TOML files of `domain/data` and an office's profile, checked by strict pydantic models.

Whatever is wrong becomes one `DefinitionInvalid`: file, place in the file, and what to write instead.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticKnownError

from domain.text import PLACEHOLDER, Arg, Text

T = TypeVar("T")
#: The values of the placeholders in the texts; see `Office.words`.
Words: TypeAlias = Mapping[str, Arg]

DATA = resources.files("domain") / "data"

_SHOWN = 40  #: characters of a wrong value that an error quotes
_LISTED = 20  #: known words that an error lists
_ADVICE: Mapping[str, str] = {
    "string_type": "write words in quotes",
    "int_type": "write a whole number",
    "greater_than_equal": "write a number from {ge}",
    "bool_type": "write true or false",
    "date_type": "write a day, such as 2026-12-31",
    "tuple_type": "write a list, in square brackets",
    "dict_type": "write a table",
    "model_type": "write a table",
}


class DefinitionInvalid(ValueError):
    """A definition cannot be used. One line: file, place, and what to write."""


class Definition(BaseModel):
    """A table of a definition: no key may be unknown, no value is converted, no record changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _name_the_unknown_key(cls, table: object) -> object:
        """Raises before pydantic does, because pydantic does not say which key was meant."""
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in table if isinstance(table, Mapping) else ():
            if key not in known:
                raise problem(f'unknown key "{key}"; {nearest(key, known)}')
        return table


def problem(sentence: str) -> PydanticCustomError:
    """What a validator raises: `sentence` follows the place in the error line."""
    return PydanticCustomError("problem", "{sentence}", {"sentence": sentence})


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or the known words where none is near."""
    words = list(known)
    near = get_close_matches(word, words, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"use one of {', '.join(words[:_LISTED])}{', …' if len(words) > _LISTED else ''}"


def refuse_duplicates(what: str, values: Iterable[Hashable]) -> None:
    """For validators: raises when one of the values stands twice."""
    for value, count in Counter(values).items():
        if count > 1:
            raise problem(f'{what} "{value}" stands {count} times; each may stand once')


# Types of fields ------------------------------------------------------------------------------------------------------


def _text(value: object, info: ValidationInfo) -> Text:
    if isinstance(value, Text):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    if not value:
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    if "%" in PLACEHOLDER.sub("", value).replace("%%", ""):
        raise problem("write a percent sign as %%, a placeholder as %(name)s")
    words: Words = info.context or {}
    args = {}
    for name in PLACEHOLDER.findall(value):
        if name not in words:
            raise problem(f"unknown placeholder %({name})s; {nearest(name, words)}")
        args[name] = words[name]
    return Text(value, context="", **args)


#: A source sentence that people read; its placeholders get their values when it is read.
Sentence: TypeAlias = Annotated[Text, PlainValidator(_text)]
#: A text that may not be empty.
NonEmptyStr: TypeAlias = Annotated[str, Field(min_length=1)]
#: A whole number from 1.
Count: TypeAlias = Annotated[int, Field(ge=1)]
#: A TOML array; it is kept as a tuple.
Many: TypeAlias = Annotated[tuple[T, ...], Field(strict=False)]


# Reading --------------------------------------------------------------------------------------------------------------


def read(model: type[T], file: Traversable, words: Words | None = None, name: str = "") -> T:
    """The content of a TOML file as a `model`, with `words` in the placeholders of its texts.

    Raises `DefinitionInvalid`. `name` is how its line names the file; by default the file's own name.
    """
    name = name or file.name
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DefinitionInvalid(f"{name}: cannot be read ({error.strerror}); check path and rights") from None
    except UnicodeDecodeError:
        raise DefinitionInvalid(f"{name}: is not text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionInvalid(f"{name}: is not TOML: {error}") from None
    try:
        return TypeAdapter(model).validate_python(document, context=words)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise DefinitionInvalid(": ".join((name, *_where(document, first["loc"]), _sentence(first)))) from None


def _where(document: object, loc: tuple[int | str, ...]) -> list[str]:
    """Place and key of an error: ("deadline", "working_days") is ["[deadline]", "working_days"],
    ("section", 4, "question", 5, "limits", "max") is ["question 4.6, limits", "max"].
    """
    places: list[str] = []
    tables: list[str] = []
    steps = list(loc)
    while steps:
        name = str(steps.pop(0))
        document = document.get(name) if isinstance(document, dict) else None
        if isinstance(document, dict):
            tables.append(name)
        elif isinstance(document, list) and steps and isinstance(document[int(steps[0])], dict):
            index = int(steps.pop(0))
            item = document[index]
            if name == "question":
                places.clear()  # its code is unique in the form
            places += [*_tables(tables, places), f"{name} {_label(item, index)}"]
            tables.clear()
            document = item
        elif name != "[key]":
            place = ", ".join((*places, *_tables(tables, places)))
            return [place, name] if place else [name]
    return [", ".join((*places, *_tables(tables, places)))] if places or tables else []


def _label(item: Mapping[str, object], index: int) -> str:
    """How a table in a list is called: by its code, by its id, or by its place from 1."""
    names = (item.get(key) for key in ("code", "id"))
    return next((name for name in names if isinstance(name, str) and name), str(index + 1))


def _tables(names: list[str], before: list[str]) -> list[str]:
    """Written as in the file: "[redirect.national]", but "limits" inside a question."""
    return names if before or not names else [f"[{'.'.join(names)}]"]


def _sentence(error: ErrorDetails) -> str:
    context, value = error.get("ctx", {}), error["input"]
    match error["type"]:
        case "problem":
            return error["msg"]
        case "missing":
            return "is missing; add it"
        case "string_too_short" | "too_short":
            return "is empty; fill it in"
        case "literal_error":
            known = re.findall("'([^']*)'", context["expected"])
            return f'"{value}" is unknown; {nearest(str(value), filter(None, known))}'
        case kind if kind in _ADVICE:
            return f"{_ADVICE[kind].format(**context)}, not {str(value)[:_SHOWN]!r}"
    return error["msg"]
