"""How fast a bot may send: about one message a second in a chat, thirty in all, twenty a minute in a group."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from tests.platforms.telegram.chats import Chat
from tests.platforms.telegram.refusal import Refused


@dataclass
class _Bucket:
    """Holds up to `room` messages; refills by `rate` a second."""

    room: float
    rate: float
    level: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.level = self.room

    def wait(self) -> int:
        """Seconds until one more fits; 0: it fits, and is counted."""
        now = time.monotonic()
        self.level = min(self.room, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return math.ceil((1 - self.level) / self.rate)


@dataclass
class Rates:
    """Breaches are always recorded; they are refused with 429 only if `refuse` is set."""

    refuse: bool = False
    a_chat: float = 1.0
    burst: float = 5.0
    in_all: float = 30.0
    breaches: list[str] = field(default_factory=list)
    _chats: dict[int, _Bucket] = field(default_factory=dict)
    _all: _Bucket | None = None

    def count(self, chat: Chat) -> None:
        """A message that is about to be sent."""
        if self._all is None:
            self._all = _Bucket(self.in_all, self.in_all)
        if chat.id not in self._chats:
            group = chat.kind in {"group", "supergroup"}
            self._chats[chat.id] = _Bucket(20, 20 / 60) if group else _Bucket(self.burst, self.a_chat)
        for bucket, what in ((self._chats[chat.id], f"chat {chat.id}"), (self._all, "all chats")):
            if wait := bucket.wait():
                self.breaches.append(f"too many messages to {what}: {wait} s too early")
                if self.refuse:
                    raise Refused(429, f"retry after {wait}", blame=False, retry_after=wait)
