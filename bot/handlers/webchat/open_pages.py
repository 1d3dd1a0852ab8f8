"""The open pages of every address."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import Protocol

from aiohttp import WSCloseCode

from bot.handlers.webchat.close_codes import OPENED_ELSEWHERE
from bot.limits import PAGES_OF_ADDRESS


class Endable(Protocol):
    def end(self, code: int) -> None: ...


class OpenPages:
    """Limits the pages of one address. One too many ends the oldest, which most likely has a dead connection."""

    def __init__(self) -> None:
        self._open: defaultdict[str, deque[Endable]] = defaultdict(deque)

    def add(self, address: str, page: Endable) -> None:
        pages = self._open[address]
        pages.append(page)
        if len(pages) > PAGES_OF_ADDRESS:
            pages.popleft().end(OPENED_ELSEWHERE)

    def remove(self, address: str, page: Endable) -> None:
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
