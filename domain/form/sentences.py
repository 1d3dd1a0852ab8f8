"""Sentences of the data files, with the office's words in their placeholders."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TypeAlias

from domain.form.definition import PLACEHOLDER
from domain.text import Arg, Text

Table: TypeAlias = Mapping[str, object]


@cache
def document(name: str) -> Table:
    """The parsed file `domain/data/<name>`, read once in a process. Not to be changed."""
    return tomllib.loads((resources.files("domain") / "data" / name).read_text(encoding="utf-8"))


def sentence(table: Table, key: str, words: Mapping[str, Arg]) -> Text:
    """Empty where the table has no such key. Raises `KeyError` for a placeholder that `words` lack."""
    msgid = str(table.get(key, ""))
    return Text(msgid, context="", **{name: words[name] for name in PLACEHOLDER.findall(msgid)})
