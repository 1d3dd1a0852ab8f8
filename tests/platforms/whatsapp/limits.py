"""The clock of the server, and how often a number may send."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from tests.platforms.whatsapp.errors import Refused

DAY = 24 * 3600


class Clock:
    """The server's own time: the real one, moved by what a test asks for."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()
        self._stands: float | None = None

    def now(self) -> float:
        """Seconds since 1970."""
        return self._ahead + (time.monotonic() if self._stands is None else self._stands)

    def stop(self) -> None:
        """From now on only `on_message` moves it."""
        self._stands = time.monotonic()

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass
class Limits:
    """As of the Cloud API; a test that is about something else may widen them."""

    pair_burst: int = 45  #: messages to one person that may be borrowed
    pair_every: float = 6.0  #: seconds in which one more is allowed
    per_second: int = 80  #: messages of the number
    window: float = DAY  #: seconds after a person's last message in which free text may be sent


@dataclass
class Rates:
    limits: Limits
    clock: Clock
    _pairs: dict[str, tuple[float, float]] = field(default_factory=dict)  #: person → tokens, and when they were counted
    _last: deque[float] = field(default_factory=deque)

    def take(self, person: str) -> None:
        """One message to this person. Raises `Refused`; what is refused does not count."""
        now, limits = self.clock.now(), self.limits
        while self._last and self._last[0] <= now - 1:
            self._last.popleft()
        if len(self._last) >= limits.per_second:
            raise Refused(130429, f"more than {limits.per_second} messages in one second")
        tokens, since = self._pairs.get(person, (float(limits.pair_burst), now))
        if limits.pair_every > 0:
            tokens = min(float(limits.pair_burst), tokens + (now - since) / limits.pair_every)
            if tokens < 1:
                raise Refused(131056, f"too many messages to {person} in a short time")
        self._pairs[person] = (tokens - 1, now)
        self._last.append(now)
