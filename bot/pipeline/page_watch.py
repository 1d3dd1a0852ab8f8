"""Wakes the open pages of this process when another process, such as a command of the operator, has queued a notice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from storage import notices
from storage.unit import Session


class PageWatch:
    """Its two methods are a look of `DatabaseWatch`."""

    def __init__(self, notify_page: Callable[[str, str], None]) -> None:
        """`notify_page`: wakes the pages of a channel and an address. Waking one without news has no effect."""
        self._notify_page = notify_page
        self._newest: int | None = None  #: id of the newest row that was looked at
        self._heard = deque[int]()  #: ids of addresses, from the signals of other processes

    def hear(self, address_ids: Iterable[int]) -> None:
        """Another process has written to these addresses; the next look finds which pages these are."""
        self._heard.extend(address_ids)

    def look(self, session: Session, _now: datetime) -> Sequence[tuple[int, str, str]]:
        newest = self._newest
        if newest is None:
            newest = self._newest = notices.newest_id(session)
        heard = [self._heard.popleft() for _ in range(len(self._heard))]
        written_to = notices.channels_of(session, heard) if heard else []
        return [*((newest, *where) for where in written_to), *notices.queued_after(session, newest)]

    def wake(self, found: Sequence[tuple[int, str, str]]) -> None:
        for row_id, channel, address in found:
            self._newest = row_id
            self._notify_page(channel, address)
