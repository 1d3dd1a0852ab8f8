"""What a page says over its WebSocket, read from untrusted JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from domain.text import Json

#: files in one message
MAX_FILES = 10
_CLIENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BadFrame(ValueError):
    """Not something that the page of this service sends."""


@dataclass(frozen=True, slots=True)
class Said:
    client: str
    text: str
    seen: int | None


@dataclass(frozen=True, slots=True)
class Tapped:
    client: str
    value: str
    label: str  #: the words on the button, as the person read them; for the record only
    seen: int | None


@dataclass(frozen=True, slots=True)
class Handed:
    """The files that were uploaded under this client id are one message, and it is complete."""

    client: str
    count: int
    seen: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    up_to: int


Frame: TypeAlias = Said | Tapped | Handed | Shown


def read(raw: str) -> Frame:
    """Raises `BadFrame`."""
    try:
        document: Json = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    if not isinstance(document, dict):
        raise BadFrame("not an object")
    match document:
        case {"type": "text", "text": str(text)}:
            return Said(_client(document), cleaned(text).strip(), _seen(document))
        case {"type": "tap", "value": str(value), "label": str(label)}:
            return Tapped(_client(document), cleaned(value)[:256], cleaned(label)[:256], _seen(document))
        case {"type": "files", "count": int(count)} if 0 < count <= MAX_FILES:
            return Handed(_client(document), count, _seen(document))
        case {"type": "ack", "id": int(up_to)} if 0 <= up_to < 2**63:
            return Shown(up_to)
    raise BadFrame("unknown frame")


def client_id(text: str) -> str:
    """The page's own id of a message: a UUID in lower case. Raises `BadFrame`."""
    if not _CLIENT.fullmatch(text):
        raise BadFrame("client id")
    return text


def cleaned(text: str) -> str:
    """Without what no database or font takes: NUL, halves of surrogate pairs, carriage returns."""
    whole = text.encode("utf-8", "replace").decode()
    return whole.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def _client(document: Mapping[str, Json]) -> str:
    client = document.get("client")
    return client_id(client if isinstance(client, str) else "")


def _seen(document: Mapping[str, Json]) -> int | None:
    match document.get("seen"):
        case None:
            return None
        case int(seen) if 0 <= seen < 2**63:
            return seen
    raise BadFrame("seen")
