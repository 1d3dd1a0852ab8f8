"""Looks once a second, in one read, for everything that is due or that another process has queued.

Nothing else asks the database regularly, so an idle service wakes once a second and writes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.pipeline.loops import run_for_ever
from storage.unit import Session, Units

Found = TypeVar("Found")

#: seconds between two looks
LOOK_EVERY = 1.0


class DatabaseWatch:
    def __init__(self, units: Units) -> None:
        self._units = units
        self._looks: list[tuple[Callable[[Session], Any], Callable[[Any], None]]] = []

    def add(self, look: Callable[[Session], Found], act: Callable[[Found], None]) -> None:
        """`look` reads what is due; `act` gets it in the event loop, and starts what takes longer."""
        self._looks.append((look, act))

    async def run(self) -> None:
        """Never returns."""
        await run_for_ever("the look for what is due", self._look_and_wait)

    async def _look_and_wait(self) -> None:
        await self.look()
        await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        looks = tuple(self._looks)
        found = await self._units.read(lambda session: [look(session) for look, _ in looks])
        for (_, act), result in zip(looks, found, strict=True):
            act(result)
