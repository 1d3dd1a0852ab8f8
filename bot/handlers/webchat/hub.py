"""Tells open pages that something was committed for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Hub:
    """A bell for each open page. `notify` is called after the commit, on the event loop that serves the pages."""

    def __init__(self) -> None:
        self._bells: dict[tuple[str, str], set[asyncio.Event]] = {}

    def notify(self, channel: str, address: str) -> None:
        """Rings for every page of this address; where none is open, nothing happens."""
        for bell in self._bells.get((channel, address), ()):
            bell.set()

    @contextmanager
    def listen(self, channel: str, address: str) -> Iterator[asyncio.Event]:
        """A bell for as long as the block runs. Clear it before looking for news: what comes meanwhile rings again."""
        bell = asyncio.Event()
        bells = self._bells.setdefault((channel, address), set())
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells:
                self._bells.pop((channel, address), None)
