"""Keeps the limit that a platform sets for the messages to all addresses together."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from time import monotonic
from typing import Protocol

from bot.channel import RateLimit
from bot.pipeline.loops import until_done
from domain.frozen import frozen
from storage import send_budgets
from storage.unit import Session, Units

#: Seconds that a claimed message waits for its turn in the channel. Together with the sending itself this must stay
#: below `sending.LEASE`, or the message is sent twice.
TURN_TIMEOUT = 5.0
#: seconds by which a turn is expected before `TURN_TIMEOUT`
MARGIN = 1.0
#: turns that one statement takes from the budget of all processes; a process that is killed loses no more
MOST_TURNS = 8
#: seconds after its beginning in which a turn of the shared budget must be used
TURN_LASTS = 0.25


@frozen
class SendTurn:
    """One message may leave between these moments of the monotonic clock."""

    begins: float
    ends: float


class Budget(Protocol):
    every: float  #: seconds for one message, when all are used

    async def take(self, wanted: int) -> Sequence[SendTurn]:
        """The next turns: at least one, in order. They may begin later."""
        ...


class OwnBudget:
    """Of a process that sends alone."""

    def __init__(self, rate: RateLimit) -> None:
        self.every = rate.every
        self._burst = rate.burst
        self._used_until = 0.0

    async def take(self, wanted: int) -> Sequence[SendTurn]:
        now = monotonic()
        begins = max(now, self._used_until - self.every * (self._burst - 1))
        self._used_until = max(self._used_until, now) + self.every
        return [SendTurn(begins, begins + TURN_LASTS)]


class SharedBudget:
    """One for all processes, in PostgreSQL: each takes some turns with one statement, and a turn that is not used in
    time is lost, also when its process was killed.

    A turn may be used `TURN_LASTS` late. So that late ones and those after them stay within the limit, so many fewer
    messages may leave at once.
    """

    def __init__(self, units: Units, channel: str, rate: RateLimit) -> None:
        self.every = rate.every
        self._units = units
        self._channel = channel
        self._burst = max(int(rate.burst - TURN_LASTS / rate.every), 1)

    async def take(self, wanted: int) -> Sequence[SendTurn]:
        return await self._units.write(
            partial(self._take, turns=min(wanted, MOST_TURNS)), first=True, is_one_statement=True
        )

    def _take(self, session: Session, turns: int) -> Sequence[SendTurn]:
        """Counts a turn from the end of the statement when it begins, and from its start when it ends."""
        asked = monotonic()
        used_up_in = send_budgets.take(session, self._channel, self.every * turns)
        answered = monotonic()
        waits = [used_up_in - self.every * (turns - place + self._burst - 1) for place in range(turns)]
        return [SendTurn(answered + max(wait, 0.0), asked + max(wait, 0.0) + TURN_LASTS) for wait in waits]


def budget_of(units: Units, channel: str, rate: RateLimit) -> Budget:
    """On SQLite one process sends everything."""
    return OwnBudget(rate) if units.is_sqlite else SharedBudget(units, channel, rate)


class RateLimiter:
    """Lets messages leave a channel as its budget allows. Replies go before notices."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._turns: deque[SendTurn] = deque()  #: taken and not used yet
        self._pace = budget.every  #: seconds between two of our turns; longer while other processes take some
        self._next_at = 0.0  #: when the turn begins that is taken next, about
        self._queue: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._order = count()
        self._dispatcher: asyncio.Task[None] | None = None
        self._waiting: Counter[bool] = Counter()  #: notices (True) and replies that wait for their turn

    def room(self, *, bulk: bool) -> int:
        """For how many more messages the turn would come in time, behind all replies and, for notices, all notices."""
        ahead = self._waiting[False] + (self._waiting[True] if bulk else 0)
        first_at = self._turns[0].begins if self._turns else self._next_at
        busy = max(first_at - monotonic(), 0.0)
        return max(int((TURN_TIMEOUT - MARGIN - busy) / self._pace) - ahead, 0)

    async def wait(self, *, bulk: bool) -> bool:
        """Waits for a turn. False when it did not come within `TURN_TIMEOUT`."""
        self._waiting[bulk] += 1
        try:
            return await self._wait(bulk)
        finally:
            self._waiting[bulk] -= 1

    async def _wait(self, bulk: bool) -> bool:
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (bulk, next(self._order), turn))
        if self._dispatcher is None or self._dispatcher.done():
            self._dispatcher = asyncio.create_task(self._dispatch())
        with suppress(TimeoutError):
            async with asyncio.timeout(TURN_TIMEOUT):
                await turn
        return turn.done() and not turn.cancelled()

    async def _dispatch(self) -> None:
        """Gives turns until nobody waits."""
        while self._queue:
            if not self._turns:
                await until_done("the turns for sending", self._take_turns)
            turn = self._turns.popleft()
            wait = turn.begins - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if monotonic() > turn.ends:
                continue
            _, _, waiting = heapq.heappop(self._queue)
            if waiting.done():
                self._turns.appendleft(turn)
            else:
                waiting.set_result(None)

    async def _take_turns(self) -> None:
        asked = monotonic()
        turns = await self._budget.take(len(self._queue))
        self._turns.extend(turns)
        last = turns[-1].begins
        self._pace = max(self._budget.every, (last - asked) / len(turns))
        self._next_at = last + self._pace if last > monotonic() else 0.0
