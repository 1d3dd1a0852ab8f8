"""How much one browser may do at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import Protocol

from aiohttp import WSCloseCode

#: open pages of one address
MAX_PAGES = 5
#: frames a second of one page, and how many may come at once
RATE, BURST = 10.0, 30.0
#: reasons for closing that the page understands
OPENED_ELSEWHERE, TOO_FAST = 4000, 4029


class Bucket:
    """A token bucket: `BURST` frames at once, then `RATE` a second."""

    def __init__(self, now: float) -> None:
        self._tokens = BURST
        self._at = now

    def take(self, now: float) -> bool:
        """Whether one more frame is all right; `now` in seconds of a clock that never goes back."""
        self._tokens = min(BURST, self._tokens + (now - self._at) * RATE)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Page(Protocol):
    def end(self, code: int) -> None: ...


class Pages:
    """The open pages of every address. One too many ends the oldest: it is most likely a dead connection."""

    def __init__(self) -> None:
        self._open: defaultdict[str, deque[Page]] = defaultdict(deque)

    def enter(self, address: str, page: Page) -> None:
        pages = self._open[address]
        pages.append(page)
        if len(pages) > MAX_PAGES:
            pages.popleft().end(OPENED_ELSEWHERE)

    def leave(self, address: str, page: Page) -> None:
        pages = self._open[address]
        if page in pages:
            pages.remove(page)
        if not pages:
            del self._open[address]

    async def close(self) -> None:
        """Ends all pages and returns when they are closed. They reconnect by themselves."""
        while self._open:
            for pages in self._open.values():
                for page in pages:
                    page.end(WSCloseCode.GOING_AWAY)
            await asyncio.sleep(0.01)
