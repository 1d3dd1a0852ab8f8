"""Masks what may name or reach a person in a short text, so that the text can be kept without them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.text import cut, one_line

_MOST = 160  #: characters that are kept
_SHORTEST_NAME = 3  #: letters of a part of a name; shorter ones are words too
_MAIL = re.compile(r"\S+@\S+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"[+(]?[0-9][0-9 ().,/:-]*[0-9]|[0-9]")
#: who says a name with a word before it: "nama saya Siti Aminah", "an. Baso", "Pak Ramli"
_INTRODUCED = re.compile(
    r"\b(nama(?:\s+(?:saya|kami|lengkap))?|bernama|atas nama|a\.?n\.|my name is|i am|i'm"
    r"|saya dengan|dengan saya|saya adalah|h\.|hj\.|dr\.|drs\.|ir\.)"
    r"\s+(?:(?:adalah|is)\s+)?([^\W\d_][\w.'’]*(?:\s+[^\W\d_][\w.'’]*){0,3})",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b((?:pak|bu|bapak|ibu|kak|daeng|dg\.?|andi|mr\.?|mrs\.?|ms\.?))\s+([A-Z][\w'’]+)", re.IGNORECASE
)
#: a capital inside a sentence begins a name, of a person or of a place
_CAPITALS = re.compile(r"(?<=[^\s.!?] )[A-Z][\w'’]+(?:\s+[A-Z][\w'’]+)*")


def mask(words: str, names: Iterable[str] = ()) -> str:
    """One line without numbers, addresses, links and names. `names`: those of the person who writes."""
    line = one_line(words)
    said = _LINK.sub("", _MAIL.sub("", line))
    if said.upper() == said:
        line = line.casefold()
    line = _LINK.sub("[tautan]", _MAIL.sub("[e-mail]", line))
    line = _NUMBER.sub("#", line)
    for part in sorted({part for name in names for part in re.findall(r"\w+", name)}, key=len, reverse=True):
        if len(part) >= _SHORTEST_NAME:
            line = re.sub(rf"\b{re.escape(part)}\w*", "[nama]", line, flags=re.IGNORECASE)
    line = _INTRODUCED.sub(r"\1 [nama]", line)
    line = _ADDRESSED.sub(_masked_name, line)
    return cut(_CAPITALS.sub("[nama]", line), _MOST)


def _masked_name(found: re.Match[str]) -> str:
    """A word of address is followed by a name only where that is capitalised: "Pak Ramli", but "pak mau tanya"."""
    return f"{found[1]} [nama]" if found[2][0].isupper() else found[0]
