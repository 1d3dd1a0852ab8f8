"""JSON documents as bytes, in few bytes and little time: a message reads and writes about fifteen.

Python's own `json` takes over what `orjson` refuses: halves of surrogate pairs, numbers of more than 64 bits.
"""

from __future__ import annotations

import json
from typing import Any

import orjson


def dump(document: object) -> bytes:
    try:
        return orjson.dumps(document)
    except TypeError:
        return json.dumps(document, separators=(",", ":")).encode()


def dump_text(document: object) -> str:
    return dump(document).decode()


def load(stored: bytes | str) -> Any:
    """Raises `ValueError` for what is not JSON, `RecursionError` for what is too deep. A number of more than 64 bits
    becomes a float; no answer is that long.
    """
    try:
        return orjson.loads(stored)
    except ValueError:
        return json.loads(stored)
