"""Tells open pages that something was committed for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Notifier:
    """Holds one event for each open page. Call `notify` after a commit, on the event loop that serves the pages."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], set[asyncio.Event]] = {}

    def notify(self, channel: str, address: str) -> None:
        """Sets the event of every open page of this address."""
        for event in self._events.get((channel, address), ()):
            event.set()

    @contextmanager
    def listen(self, channel: str, address: str) -> Iterator[asyncio.Event]:
        """Gives an event that `notify` sets while the block runs.

        Clear it before you look for news, so that news committed meanwhile sets it again.
        """
        event = asyncio.Event()
        events = self._events.setdefault((channel, address), set())
        events.add(event)
        try:
            yield event
        finally:
            events.discard(event)
            if not events:
                self._events.pop((channel, address), None)
