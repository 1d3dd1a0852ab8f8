"""The sentences that people read, as they stand in code and data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from locales.update import CODE, ROOT, of_code, of_data

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")


@cache
def sentences() -> tuple[str, ...]:
    """Whole sentences; labels and headings have no end."""
    return tuple(_sentences())


def _sentences() -> Iterator[str]:
    said = {msgid for _, msgid in of_data()}
    for folder in CODE:
        if folder != "letters":
            said |= {msgid for path in (ROOT / folder).rglob("*.py") for _, msgid in of_code(path)}
    for msgid in sorted(said):
        yield from (part for part in _SENTENCE_END.split(msgid) if part.rstrip("”").endswith((".", "?", "!")))
