"""The clock of the server, and its rate limits."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from tests.platforms.whatsapp.errors import Refused

DAY = 24 * 3600


class Clock:
    """The server's time: the real time plus what a test has added."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()
        self._stands: float | None = None

    def now(self) -> float:
        """Seconds since 1970."""
        return self._ahead + (time.monotonic() if self._stands is None else self._stands)

    def stop(self) -> None:
        """From now on only `advance` moves it."""
        self._stands = time.monotonic()

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass
class Limits:
    """The limits of the Cloud API. A test that is about something else may raise them."""

    pair_burst: int = 45  #: messages to one person at once
    pair_every: float = 6.0  #: after the burst: seconds between two messages to one person
    per_second: int = 80  #: messages of the business in one second
    window: float = DAY  #: seconds after a person's last message in which free text may be sent


@dataclass
class Rates:
    limits: Limits
    clock: Clock
    _pairs: dict[str, tuple[float, float]] = field(default_factory=dict)  #: person → tokens, and when they were counted
    _last: deque[float] = field(default_factory=deque)

    def take(self, person: str) -> None:
        """Counts one message to this person. Raises `Refused`; a refused message is not counted."""
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
