"""Replies to greetings, thanks and words such as "oke" where no conversation waits for them."""

from __future__ import annotations

from domain.asides import judge
from domain.text import Text

_REPLIES = {"greeting": Text("Salam."), "thanks": Text("Sama-sama."), "courtesy": Text("Baik.")}


def reply_to(words: str) -> Text | None:
    """What is said to a message that only greets, thanks or agrees; `None` for any other message."""
    return _REPLIES.get(judge(words) or "")
