"""Wakes the open pages of this process when another process, such as a command of the operator, has queued a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.pipeline.loops import run_for_ever
from storage import notices
from storage.unit import Units

#: seconds between two looks
LOOK_EVERY = 1.0


class PageWatch:
    def __init__(self, units: Units, notify_page: Callable[[str, str], None]) -> None:
        """`notify_page`: wakes the pages of a channel and an address. Waking one without news has no effect."""
        self._units = units
        self._notify_page = notify_page
        self._newest: int | None = None  #: id of the newest row that was looked at

    async def run(self) -> None:
        """Never returns."""
        await run_for_ever("the watch for notices of other processes", self._look)

    async def _look(self) -> None:
        async with self._units.reading() as session:
            if self._newest is None:
                self._newest = await notices.newest_id(session)
            found = await notices.queued_after(session, self._newest)
        for row_id, channel, address in found:
            self._newest = row_id
            self._notify_page(channel, address)
        await asyncio.sleep(LOOK_EVERY)
