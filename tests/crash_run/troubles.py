"""What goes wrong during a round: deaths first of all, and outages."""

from __future__ import annotations

import asyncio
import random
import resource
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial

from tests.crash.killed_process import POINTS
from tests.crash_run.installation import Installation, Life
from tests.platforms.telegram import faults as telegram
from tests.platforms.whatsapp import faults as whatsapp

#: seconds between two outages, and of one
PAUSE, OUTAGE = (1.0, 8.0), (0.5, 4.0)
#: seconds that a process is at work before it is to die
LIFE = (0.2, 2.0)
#: of the deaths: the share at a named point, and the seconds that it may take to come
NAMED, POINT_WITHIN = 0.5, 2.0
#: each tenth of a second, the chance that a process that still starts is left alone
SPARED = 0.99
#: seconds by which the clock is set; a day would close WhatsApp's window
CLOCK_STEPS = (-3600.0, -60.0, 60.0, 3600.0)

TELEGRAM_FAULTS = (
    ("sendMessage", telegram.lost()),
    ("sendMessage", telegram.cut_answer()),
    ("sendMessage", telegram.throttled(1)),
    ("sendMessage", telegram.bad_gateway()),
    ("getUpdates", telegram.lost()),
    ("getUpdates", telegram.garbled()),
    ("download", telegram.cut_answer()),
    ("answerCallbackQuery", telegram.internal()),
)
WHATSAPP_FAULTS: tuple[tuple[whatsapp.Call, whatsapp.Fault], ...] = (
    ("messages", whatsapp.LOST),
    ("messages", whatsapp.HALF),
    ("messages", whatsapp.http(500)),
    ("messages", whatsapp.error(130429)),
    ("messages", whatsapp.HTML),
    ("download", whatsapp.HALF),
    ("media", whatsapp.error(131000)),
    ("read", whatsapp.CUT),
)


class Troubles:
    def __init__(self, installation: Installation, chance: random.Random) -> None:
        self._installation, self._chance = installation, chance
        self.counts: Counter[str] = Counter()
        self.seconds = 0.0
        outages: dict[str, Callable[[], Awaitable[None]]] = {
            "lines cut": self._cut_lines,
            "faults of a platform": self._platform_fails,
            "clock steps": self._step_clock,
            "full disk": self._fill_disk,
        }
        if installation.cluster is not None:
            outages |= {
                "PostgreSQL restarted": partial(self._start_again_after, installation.cluster.stop),
                "PostgreSQL killed": partial(self._start_again_after, installation.cluster.crash),
            }
        else:
            outages["SQLite locked"] = self._lock
        self._outages: Mapping[str, Callable[[], Awaitable[None]]] = outages

    async def run(self, kills: int, end: float) -> None:
        """Until it is cancelled, so many have died, or the moment `end` (monotonic) has come. Then all is as before."""
        loops = [self._kill_again_and_again(life) for life in self._installation.lives]
        began = time.monotonic()
        tasks = [asyncio.create_task(loop) for loop in (*loops, self._fail_again_and_again())]
        try:
            while self._installation.kills < kills and time.monotonic() < end:
                await asyncio.sleep(0.05)
                for task in tasks:
                    if task.done():
                        task.result()
        finally:
            self.seconds = time.monotonic() - began
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._installation.clock.set(0.0)
            for life in self._installation.lives:
                life.forget_point()
            self._installation.telegram.server.faults.clear()
            self._installation.whatsapp.server.faults.clear()

    async def _kill_again_and_again(self, life: Life) -> None:
        while True:
            while not life.age and self._chance.random() < SPARED:
                await asyncio.sleep(0.1)
            await asyncio.sleep(self._chance.uniform(*LIFE))
            if self._chance.random() < NAMED:
                await self._dies_at_point(life)
            elif not life.is_dead:
                self.counts["kills at any moment"] += 1
                life.kill()
            await asyncio.sleep(0.1)

    async def _dies_at_point(self, life: Life) -> None:
        point, kills = self._chance.choice(list(POINTS)), life.kills
        life.dies_at(point)
        with suppress(TimeoutError):
            async with asyncio.timeout(POINT_WITHIN):
                while life.kills == kills:
                    await asyncio.sleep(0.02)
        if not life.forget_point():
            self.counts["kills at a named point"] += 1
            self._installation.points[point] += 1

    async def _fail_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(*PAUSE))
            name = self._chance.choice(list(self._outages))
            await self._outages[name]()
            self.counts[name] += 1

    async def _cut_lines(self) -> None:
        for name, line in self._installation.lines.items():
            if self._chance.random() < 0.6:
                line.cut()
                self.counts[f"cut: {name}"] += 1

    async def _platform_fails(self) -> None:
        if self._chance.random() < 0.5:
            method, fault = self._chance.choice(TELEGRAM_FAULTS)
            self._installation.telegram.server.faults.planned.append(replace(fault, method=method))
        else:
            call, wrong = self._chance.choice(WHATSAPP_FAULTS)
            self._installation.whatsapp.server.faults.next(wrong, on=call)

    async def _step_clock(self) -> None:
        """And back, after a while."""
        self._installation.clock.set(self._chance.choice(CLOCK_STEPS))
        await asyncio.sleep(self._chance.uniform(*OUTAGE))
        self._installation.clock.set(0.0)

    async def _fill_disk(self) -> None:
        """No file of a process may grow."""
        pid = self._chance.choice(self._installation.lives).pid
        with suppress(ProcessLookupError):
            before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
            try:
                await asyncio.sleep(self._chance.uniform(*OUTAGE))
            finally:
                with suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

    async def _lock(self) -> None:
        file = self._installation.folder / "var" / "pst.db"
        with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
            while True:
                try:
                    other.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(self._chance.uniform(*OUTAGE))
            other.execute("ROLLBACK")

    async def _start_again_after(self, end: Callable[[], None]) -> None:
        """`end`: of the database. In one piece: who is cancelled meanwhile does not leave it dead."""
        cluster = self._installation.cluster
        assert cluster is not None

        def start_again() -> None:
            end()
            cluster.start()

        await asyncio.to_thread(start_again)
