"""What a page sends over its WebSocket, read from untrusted JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeAlias

from domain.frozen import frozen
from domain.text import Json, clean

#: files in one message
MAX_FILES = 10
#: characters of a button's code and of its label
MAX_BUTTON = 256
_CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BadFrame(ValueError):
    """A frame that the page of this service never sends."""


@frozen
class TextFrame:
    client: str
    text: str
    seen: int | None


@frozen
class TapFrame:
    client: str
    value: str
    label: str  #: the button's label, as the person read it; kept in the history only
    seen: int | None


@frozen
class FilesFrame:
    """The files that were uploaded under this client id are one message, and all of them have arrived."""

    client: str
    count: int
    seen: int | None


@frozen
class SeenFrame:
    """The page has shown all messages up to this id."""

    up_to: int


@frozen
class EarlierFrame:
    """The person wants to read what was said before the message with this id."""

    before: int


MessageFrame: TypeAlias = TextFrame | TapFrame | FilesFrame
Frame: TypeAlias = MessageFrame | SeenFrame | EarlierFrame


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
            return TextFrame(_client(document), clean(text).strip(), _seen(document))
        case {"type": "tap", "value": str(value), "label": str(label)}:
            return TapFrame(_client(document), clean(value)[:MAX_BUTTON], clean(label)[:MAX_BUTTON], _seen(document))
        case {"type": "files", "count": int(count)} if 0 < count <= MAX_FILES:
            return FilesFrame(_client(document), count, _seen(document))
        case {"type": "ack", "id": int(up_to)} if 0 <= up_to < 2**63:
            return SeenFrame(up_to)
        case {"type": "earlier", "before": int(before)} if 0 < before < 2**63:
            return EarlierFrame(before)
    raise BadFrame("unknown frame")


def client_id(text: str) -> str:
    """The page's own id of a message: a UUID in lower case. Raises `BadFrame`."""
    if not _CLIENT_ID.fullmatch(text):
        raise BadFrame("client id")
    return text


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
