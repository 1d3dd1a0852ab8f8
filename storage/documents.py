"""JSON documents as bytes, in few bytes."""

from __future__ import annotations

import json

from domain.text import Json


def to_bytes(document: Json) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def of_bytes(stored: bytes) -> Json:
    document: Json = json.loads(stored)
    return document
