"""Today's queue for open boards: one look at the database for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.service import queue_board
from bot.service.context import AppContext
from domain.queue import BoardView
from storage.unit import Session, Units


class BoardService:
    """Implements `bot.pages.QueueBoard`. `look` and `publish` are a look of `DatabaseWatch`."""

    def __init__(self, units: Units, app: AppContext, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._app = app
        self._clock = clock
        self._last: BoardView | None = None  #: what the open boards were told last
        self._open: set[asyncio.Event] = set()

    async def view(self) -> BoardView:
        now = self._clock()
        return await self._units.read(lambda session: queue_board.view(session, self._app, now))

    @contextmanager
    def open(self) -> Iterator[asyncio.Event]:
        if not self._open:
            self._last = None  # nobody has looked meanwhile
        changed = asyncio.Event()
        self._open.add(changed)
        try:
            yield changed
        finally:
            self._open.remove(changed)

    def look(self, session: Session, now: datetime) -> BoardView | None:
        """What has changed since the last look; `None` also where no board is open."""
        if not self._open:
            return None
        found = queue_board.view(session, self._app, now)
        return found if found != self._last else None

    def publish(self, found: BoardView | None) -> None:
        self._last = found
        self.wake()

    def wake(self) -> None:
        for changed in self._open:
            changed.set()
