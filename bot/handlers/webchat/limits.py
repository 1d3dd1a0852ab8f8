"""How much one browser may do at once."""

from __future__ import annotations

#: open pages of one address
MAX_PAGES = 5
#: Frames per second of one page, and frames at once. The page sends at most 12.5 messages and 2 acknowledgements a
#: second (`MESSAGE_PAUSE` and `ACKNOWLEDGE_PAUSE` in chat.js), so only another program exceeds this.
RATE, BURST = 20.0, 30.0
#: close codes that the page understands
OPENED_ELSEWHERE, TOO_FAST = 4000, 4029


class TokenBucket:
    """Allows `BURST` frames at once, then `RATE` a second."""

    def __init__(self, now: float) -> None:
        self._tokens = BURST
        self._at = now

    def take(self, now: float) -> bool:
        """Whether one more frame is allowed. `now`: seconds of a monotonic clock."""
        self._tokens = min(BURST, self._tokens + (now - self._at) * RATE)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
