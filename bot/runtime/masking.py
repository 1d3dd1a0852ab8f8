"""Masks personal data and secrets in what is logged: by the name of a field, and by how the words look.

What people write is not logged at all; this is for what a library, a server or a later line brings along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping

MASK = "***"
#: fields whose value is personal or secret, whatever it looks like
FIELDS = frozenset({
    *("name", "names", "nama", "email", "mail", "to", "recipient", "phone", "telepon", "nik", "nip", "identity"),
    *("address", "external_id", "text", "words", "answer", "file_name", "question"),
    *("token", "secret", "password", "passphrase", "code", "key", "cookie", "authorization"),
})  # fmt: skip
#: written by the log itself
_OWN = frozenset({"timestamp", "level", "trace_id"})
#: a larger integer is no count and no id of ours: Telegram's ids of people are as large
_LARGEST = 10**9
_SHAPES = re.compile(
    r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*"  # e-mail
    r"|wamid\.[\w+/=-]+"  # WhatsApp's ids of messages hold the number of a phone
    r"|(?i:bearer )\S+"
    r"|(?<=[?&])(?i:token|access_token|secret|code|key|verify_token)=[^&\s]+"
    r"|(?<![\w-])\d{6,12}:[\w-]{30,}"  # Telegram's tokens
    r"|(?<![\w-])[\w-]{43}(?![\w-])"  # our links and cookies
    r"|(?<![\w.-])\+?\d(?:[ ().-]?\d){9,18}(?!\w)"  # phone, NIK, NIP, NPWP, ids of people on a platform
)


def mask_event(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """A processor of structlog."""
    for field in event.keys() - _OWN:
        event[field] = MASK if field in FIELDS and isinstance(event[field], str) else _masked(event[field])
    return event


def mask_text(words: str) -> str:
    return _SHAPES.sub(MASK, words)


def _masked(value: object) -> object:
    match value:
        case str():
            return mask_text(value)
        case bool() | float() | None:
            return value
        case int():
            return MASK if abs(value) >= _LARGEST else value
        case Mapping():
            return {str(key): MASK if key in FIELDS else _masked(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(each) for each in value]
        case _:
            return mask_text(str(value))
