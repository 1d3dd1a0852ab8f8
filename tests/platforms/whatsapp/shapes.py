"""Small functions that describe the form of a request. A check takes a value and its name, and raises `Refused`.

As on the platform, an unknown key or a wrong type is error 100, a missing key 131008, a value beyond its limit 131009.
Lengths are counted in UTF-16 units, which are never fewer than characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.platforms.whatsapp.errors import Refused

Check = Callable[[object, str], None]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def text(most: int, *, code: int = 131009, line: bool = False) -> Check:
    """A text that is not only white space. `line`: it has no line breaks."""

    def check(value: object, name: str) -> None:
        if not isinstance(value, str):
            raise Refused(100, f"Param {name} must be a string.")
        if not value.strip():
            raise Refused(code, f"{name} length invalid. Min length: 1, Max length: {most}")
        if units(value) > most:
            raise Refused(code, f"{name} length invalid. Min length: 1, Max length: {most}, is {units(value)}")
        if line and any(mark in value for mark in "\n\r\t"):
            raise Refused(code, f"{name} has a line break or a tab")

    return check


def matching(pattern: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: object, name: str) -> None:
        if not isinstance(value, str):
            raise Refused(100, f"Param {name} must be a string.")
        if not compiled.fullmatch(value):
            raise Refused(131009, f"{name} is not valid: {value[:80]!r}")

    return check


def one_of(*values: str) -> Check:
    def check(value: object, name: str) -> None:
        if value not in values:
            raise Refused(100, f"Param {name} must be one of {{{', '.join(values)}}} - got {value!r}.")

    return check


def boolean(value: object, name: str) -> None:
    if not isinstance(value, bool):
        raise Refused(100, f"Param {name} must be a boolean.")


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}

    def check(value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise Refused(100, f"Param {name or 'body'} must be a JSON object.")
        for key in value:
            if key not in known:
                raise Refused(100, f'Unexpected key "{key}" on param "{name}".')
        for key in required:
            if key not in value:
                raise Refused(131008, f"The parameter {_within(name, key)} is required.")
        for key, inner in value.items():
            known[key](inner, _within(name, key))

    return check


def items(check_item: Check, least: int, most: int) -> Check:
    def check(value: object, name: str) -> None:
        if not isinstance(value, list):
            raise Refused(100, f"Param {name} must be an array.")
        if not least <= len(value) <= most:
            raise Refused(131009, f"{name} count invalid. Min: {least}, Max: {most}, is {len(value)}")
        for number, item in enumerate(value):
            check_item(item, f"{name}[{number}]")

    return check


def by(key: str, table: Mapping[str, Check]) -> Check:
    """Chooses the check by the value of this key."""

    def check(value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise Refused(100, f"Param {name or 'body'} must be a JSON object.")
        if key not in value:
            raise Refused(131008, f"The parameter {_within(name, key)} is required.")
        one_of(*table)(value[key], _within(name, key))
        table[value[key]](value, name)

    return check


def both(*checks: Check) -> Check:
    def check(value: object, name: str) -> None:
        for one in checks:
            one(value, name)

    return check


def _within(name: str, key: str) -> str:
    return f"{name}['{key}']" if name else key
