"""The units of work that wait: for SQLite's writer thread, or for the threads of PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from domain.frozen import frozen

Work = Callable[[Session], Any]

#: units that are committed together at most
BATCH = 32
#: seconds that a batch runs at most while units wait that must not wait for it
SLICE = 0.05
#: seconds for one unit, before any has run: the first ones of a process also load what all need
FIRST_GUESS = 0.01
#: how much the newest batch counts in the mean time of a unit
_NEWEST = 0.2


@frozen
class Outcome:
    """What a unit returned or raised."""

    result: Any = None
    error: Exception | None = None

    @classmethod
    def of(cls, run: Callable[[], Any]) -> Outcome:
        try:
            return cls(run())
        except Exception as error:
            return cls(error=error)


class NotBegun(Exception):
    """The unit has waited longer than its caller allows. Nothing of it was run."""


@frozen
class QueuedUnit:
    work: Work
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    begins_until: float = inf  #: by the monotonic clock


class UnitQueue:
    """First come, first served; except the units that must not wait for long ones. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first: deque[QueuedUnit] = deque()
        self._others: deque[QueuedUnit] = deque()
        self._is_running = False
        self._began = 0.0  #: when the running batch was taken
        self._taken = 0  #: units of the running batch, if it is of those that may wait
        self._mean = FIRST_GUESS  #: seconds for one unit of those that may wait

    def add(self, unit: QueuedUnit, *, first: bool) -> bool:
        """True when nobody runs the queue: the caller must see to it."""
        with self._lock:
            (self._first if first else self._others).append(unit)
            is_idle, self._is_running = not self._is_running, True
        return is_idle

    def take(self) -> list[QueuedUnit]:
        """What is run together next; nothing when the queue is empty, and then nobody runs it any more."""
        with self._lock:
            waiting = self._first or self._others
            units = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
            self._taken = len(units) if waiting is self._others else 0
            self._is_running = bool(units)
        self._began = monotonic()
        return units

    def must_make_room(self) -> bool:
        """Whether the running batch must end, because others may not wait for it any longer."""
        return bool(self._taken and self._first) and monotonic() - self._began > SLICE

    def took(self, units: int, rest: Sequence[QueuedUnit] = ()) -> None:
        """The batch is done with so many units. `rest`: those that it has left out; they stay the next of theirs."""
        if not self._taken:
            return
        seconds = (monotonic() - self._began) / units
        self._mean += _NEWEST * (seconds - self._mean)
        if rest:
            with self._lock:
                self._others.extendleft(reversed(rest))

    def remove_late(self) -> list[QueuedUnit]:
        """Those that have not begun in time. They do not run any more."""
        now = monotonic()
        with self._lock:
            late = [unit for unit in self._others if unit.begins_until < now]
            if late:
                self._others = deque(unit for unit in self._others if unit.begins_until >= now)
        return late

    def seconds_until_run(self) -> float:
        """How long a unit that may wait would do so: behind those that wait, and those that run."""
        return (len(self._others) + self._taken) * self._mean


class PoolLoad:
    """How much the threads of PostgreSQL have to do. Used in the event loop."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._units = 0  #: that run or wait
        self._mean = 0.005  #: seconds for one unit, with its waiting

    @contextmanager
    def one_more(self) -> Iterator[None]:
        began, self._units = monotonic(), self._units + 1
        try:
            yield
        finally:
            self._units -= 1
            self._mean += _NEWEST * ((monotonic() - began) - self._mean)

    def seconds_until_run(self) -> float:
        return self._mean if self._units > self._threads else 0.0


def answer(units: Sequence[QueuedUnit], outcomes: Sequence[Outcome]) -> None:
    """Wakes everybody who waits for one of the units: each loop once."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[tuple[QueuedUnit, Outcome]]] = defaultdict(list)
    for unit, outcome in zip(units, outcomes, strict=True):
        by_loop[unit.loop].append((unit, outcome))
    for loop, answered in by_loop.items():
        with suppress(RuntimeError):  # the loop has ended, and so has everybody who waited
            loop.call_soon_threadsafe(_resolve, answered)


def _resolve(answered: Sequence[tuple[QueuedUnit, Outcome]]) -> None:
    for unit, outcome in answered:
        if unit.done.done():  # cancelled by who waited
            continue
        if outcome.error is None:
            unit.done.set_result(outcome.result)
        else:
            unit.done.set_exception(outcome.error)
