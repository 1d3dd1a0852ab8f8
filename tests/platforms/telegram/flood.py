"""Telegram's flood limits: about 1 message a second in a chat, 30 a second in all chats, 20 a minute in a group."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from tests.platforms.telegram.chats import Chat
from tests.platforms.telegram.refusal import BotApiRefusal


@dataclass
class _Bucket:
    """A token bucket: allows `room` messages at once, and `rate` more each second."""

    room: float
    rate: float
    level: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.level = self.room

    def wait(self) -> int:
        """Seconds until one more message is allowed. 0: it is allowed now, and is counted."""
        now = time.monotonic()
        self.level = min(self.room, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return math.ceil((1 - self.level) / self.rate)


@dataclass
class FloodLimits:
    """Breaches are always recorded. They are refused with 429 only when `refuse` is set."""

    refuse: bool = False
    per_chat: float = 1.0
    burst: float = 5.0
    overall: float = 30.0
    breaches: list[str] = field(default_factory=list)
    _chats: dict[int, _Bucket] = field(default_factory=dict)
    _all: _Bucket | None = None

    def count(self, chat: Chat) -> None:
        """Counts a message that is about to be sent."""
        if self._all is None:
            self._all = _Bucket(self.overall, self.overall)
        if chat.id not in self._chats:
            group = chat.kind in {"group", "supergroup"}
            self._chats[chat.id] = _Bucket(20, 20 / 60) if group else _Bucket(self.burst, self.per_chat)
        for bucket, what in ((self._chats[chat.id], f"chat {chat.id}"), (self._all, "all chats")):
            if wait := bucket.wait():
                self.breaches.append(f"too many messages to {what}: {wait} s too early")
                if self.refuse:
                    raise BotApiRefusal(429, f"retry after {wait}", is_bot_error=False, retry_after=wait)
