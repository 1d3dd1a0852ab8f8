"""Replies to greetings, thanks and words such as "oke" where no conversation waits for them."""

from __future__ import annotations

from collections.abc import Mapping

from domain.asides import Aside, judge
from domain.text import Text

REPLIES: Mapping[Aside, Text] = {
    "greeting": Text("Salam."),
    "thanks": Text("Sama-sama."),
    "courtesy": Text("Baik."),
}


def reply_to(words: str) -> Text | None:
    """What is said to a message that only greets, thanks or agrees; `None` for any other message."""
    said = judge(words)
    return REPLIES.get(said) if said is not None else None
