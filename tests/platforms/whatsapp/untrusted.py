"""Webhook bodies that a receiver must withstand: forged ones, signed ones without sense, and single odd messages."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.platforms.whatsapp.errors import Json
from tests.platforms.whatsapp.payloads import Event, signature

MB = 1024 * 1024


def _reserialised(body: bytes) -> bytes:
    """The same JSON, encoded as other bytes."""
    return json.dumps(json.loads(body), ensure_ascii=False).encode()


def _sha1(secret: str, body: bytes) -> str:
    return "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


#: Not from the platform: (secret, a good body) → the body and the signature header that are sent.
FORGED: dict[str, Callable[[str, bytes], tuple[bytes, str | None]]] = {
    "no signature": lambda secret, body: (body, None),
    "empty signature": lambda secret, body: (body, ""),
    "signature of another secret": lambda secret, body: (body, signature(secret + "x", body)),
    "signature without its prefix": lambda secret, body: (body, signature(secret, body).removeprefix("sha256=")),
    "signature by another algorithm": lambda secret, body: (body, _sha1(secret, body)),
    "signature cut short": lambda secret, body: (body, signature(secret, body)[:-2]),
    "signature not of ASCII": lambda secret, body: (body, "sha256=" + "é" * 64),
    "signature of an empty body": lambda secret, body: (body, signature(secret, b"")),
    "body cut short": lambda secret, body: (body[:-20], signature(secret, body)),
    "body with one more byte": lambda secret, body: (body + b" ", signature(secret, body)),
    "body written anew": lambda secret, body: (_reserialised(body), signature(secret, body)),
}


def _deep(levels: int) -> bytes:
    return b'{"object":' + b"[" * levels + b"]" * levels + b"}"


#: Signed, but without sense: a good body → a bad one.
MANGLED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda body: b"",
    "half": lambda body: body[: len(body) // 2],
    "no JSON": lambda body: b"entry=1&changes=2",
    "not UTF-8": lambda body: body.replace(b"whatsapp", b"\xff\xfe", 1),
    "a list": lambda body: b"[" + body + b"]",
    "null": lambda body: b"null",
    "a number": lambda body: b"1e999",
    "another object": lambda body: body.replace(b"whatsapp_business_account", b"page"),
    "no entries": lambda body: b'{"object":"whatsapp_business_account"}',
    "entries are text": lambda body: b'{"object":"whatsapp_business_account","entry":"all"}',
    "entries of nothing": lambda body: b'{"object":"whatsapp_business_account","entry":[null,1,"a",[],{}]}',
    "changes of nothing": lambda body: b'{"object":"whatsapp_business_account","entry":[{"changes":[null,{},[]]}]}',
    "another field": lambda body: body.replace(b'"field":"messages"', b'"field":"account_alerts"'),
    "nested deeply": lambda body: _deep(100_000),
    "huge": lambda body: body + b" " * (8 * MB),
}

#: One message that cannot be handled, in a batch with good ones: a good message → a bad one.
POISONED: dict[str, Callable[[Json], Any]] = {
    "is text": lambda message: "halo",
    "is null": lambda message: None,
    "has no id": lambda message: _without(message, "id"),
    "has an id that is a number": lambda message: {**message, "id": 7},
    "has an endless id": lambda message: {**message, "id": "wamid." + "A" * 100_000},
    "has no type": lambda message: _without(message, "type"),
    "has no content": lambda message: _without(message, "text"),
    "has content of another kind": lambda message: {**message, "text": ["halo"]},
    "has no words": lambda message: {**message, "text": {"body": None}},
    "has a NUL": lambda message: {**message, "text": {"body": "ha\x00lo"}},
    "has half a character": lambda message: {**message, "text": {"body": "halo \ud83d"}},
    "has no time": lambda message: {**message, "timestamp": "yesterday"},
    "has a time without end": lambda message: {**message, "timestamp": "9" * 40},
    "has no sender": lambda message: _without(message, "from", "from_user_id"),
    "taps nothing": lambda message: {**_without(message, "text"), "type": "interactive", "interactive": {}},
    "has a file without an id": lambda message: {**_without(message, "text"), "type": "document", "document": {}},
}


def _without(message: Json, *keys: str) -> Json:
    return {key: value for key, value in message.items() if key not in keys}


def poisoned(name: str, event: Event) -> Event:
    return replace(event, item=POISONED[name](event.item))
