"""What `pst-bot front` and `pst-bot worker` need beside `pst-bot run`: PostgreSQL, and signals between them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from bot.errors import OperatorError
from bot.pipeline.loops import run_for_ever
from bot.pipeline.page_watch import PageWatch
from bot.pipeline.watch import DatabaseWatch
from bot.settings import Settings
from storage.sqlite_copy import sqlite_file
from storage.unit import Units


class ProcessSignals:
    """Says to the other processes who got messages, and makes this one look when they say so."""

    def __init__(self) -> None:
        self._address_ids = set[int]()  #: that the others are to be told of
        self._added = asyncio.Event()

    def tell(self, address_ids: Iterable[int]) -> None:
        """After a commit, in the event loop."""
        self._address_ids.update(address_ids)
        self._added.set()

    async def _take(self) -> Sequence[int]:
        await self._added.wait()
        self._added.clear()
        taken = sorted(self._address_ids)
        self._address_ids.clear()
        return taken

    async def run(self, units: Units, watch: DatabaseWatch, pages: PageWatch | None = None) -> None:
        """Never returns. While it has no connection, the looks of each second find what others have queued."""
        from storage.signals import exchange  # imports psycopg, which SQLite does not need

        def heard(address_ids: Sequence[int]) -> None:
            if pages is not None:
                pages.hear(address_ids)
            watch.wake()

        await run_for_ever("the signals between processes", partial(exchange, units.url, self._take, heard))


def require_postgres(settings: Settings) -> None:
    """Raises `OperatorError`."""
    if sqlite_file(settings.database) is not None:
        raise OperatorError("on SQLite one process does everything: use pst-bot run, or set PST_DATABASE_URL")
