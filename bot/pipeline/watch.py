"""Looks once a second for everything that is due or that another process has queued. Nothing else asks the database
regularly.

The looks run in a thread, and the event loop is woken only when one has found something. While SQLite says that nobody
has written, and nothing will be due soon, there is no look either. So an idle service wakes once a second for some
microseconds, and writes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Any, TypeVar

from bot.pipeline.loops import run_for_ever
from storage.unit import Session, Units

Found = TypeVar("Found")
#: what was found, and who gets it
Finding = tuple[Callable[[Any], None], Any]

#: seconds between two looks
LOOK_EVERY = 1.0
#: seconds from a wake to its look
LOOK_AFTER_WAKING = 0.01
#: How far the looks ahead look, the next one where something was found. While nothing is due, only a change of the
#: database makes a look.
AHEAD = (timedelta(minutes=1), timedelta(seconds=10))


class DatabaseWatch:
    def __init__(self, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self._looks: list[tuple[Callable[[Session, datetime], Any], Callable[[Any], None]]] = []
        self._checks: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
        self._woken = Event()
        self._has_looked = False
        self._version: int | None = None  #: of the database, at the last look
        self._quiet_until: datetime | None = None  #: nothing is due before this moment

    def add(self, look: Callable[[Session, datetime], Found], act: Callable[[Found], None]) -> None:
        """`look` reads what is due at a moment; `None`, false or empty: nothing. `act` gets it in the event loop, and
        starts what takes longer.
        """
        self._looks.append((look, act))
        self._quiet_until = None

    def add_check(self, check: Callable[[], Found], act: Callable[[Found], None]) -> None:
        """The same for what does not stand in the database. It is cheap, and runs every second."""
        self._checks.append((check, act))

    async def run(self) -> None:
        """Never returns."""
        await run_for_ever("the look for what is due", self._find_and_act)

    async def look(self) -> None:
        now = self._clock()
        _act(await self._units.read(lambda session: self._found(session, now)))

    def wake(self) -> None:
        """Another process says that it has queued something: the next look comes at once. From any thread."""
        self._woken.set()

    async def _find_and_act(self) -> None:
        ends = Event()
        try:
            _act(await asyncio.to_thread(self._find, ends))
        except asyncio.CancelledError:
            ends.set()
            self._woken.set()
            raise

    def _find(self, ends: Event) -> Sequence[Finding]:
        """In a thread: looks until something is found."""
        while True:
            if self._has_looked and self._woken.wait(LOOK_EVERY):
                ends.wait(LOOK_AFTER_WAKING)  # others that queue at once share the look
            if ends.is_set():
                return []
            self._has_looked = True
            self._woken.clear()
            if found := [*self._checked(), *self._look_if_needed()]:
                return found

    def _checked(self) -> list[Finding]:
        return [(act, found) for check, act in self._checks if (found := check())]

    def _look_if_needed(self) -> list[Finding]:
        now, version = self._clock(), self._units.version()
        is_quiet = self._quiet_until is not None and now < self._quiet_until
        if is_quiet and version == self._version:
            return []
        self._version, self._quiet_until = version, None
        found = self._units.read_now(lambda session: self._found(session, now))
        tells_changes = version is not None  # PostgreSQL does not, so there every second has its look
        if tells_changes and not found:
            until = (now + ahead for ahead in AHEAD)
            self._quiet_until = next((moment for moment in until if not self._is_due(moment)), None)
        return found

    def _is_due(self, moment: datetime) -> bool:
        return bool(self._units.read_now(lambda session: self._found(session, moment)))

    def _found(self, session: Session, now: datetime) -> list[Finding]:
        return [(act, found) for look, act in tuple(self._looks) if (found := look(session, now))]


def _act(findings: Sequence[Finding]) -> None:
    for act, found in findings:
        act(found)
