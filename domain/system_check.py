"""What a check of the installation finds: one line each, with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from domain.frozen import frozen
from domain.text import Text, joined, lines

State = Literal["ok", "warning", "wrong"]
SIGNS: dict[State, str] = {"ok": "✓", "warning": "!", "wrong": "✗"}


@frozen
class CheckLine:
    state: State
    what: Text  #: names nobody who uses the service, and no secret
    remedy: Text | None = None


def is_wrong(found: Sequence[CheckLine]) -> bool:
    return any(line.state == "wrong" for line in found)


def in_words(line: CheckLine) -> Text:
    said = Text("%(sign)s %(what)s", sign=SIGNS[line.state], what=line.what)
    return joined(" ", said, line.remedy)


def as_message(found: Sequence[CheckLine]) -> Text:
    """What needs somebody comes first."""
    order: tuple[State, ...] = ("wrong", "warning", "ok")
    return lines(*(in_words(line) for line in sorted(found, key=lambda line: order.index(line.state))))
