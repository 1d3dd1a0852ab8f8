"""Runs the jobs: documents and letters, the daily jobs, and the deletion of old data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.runtime.jobs import JOBS
from bot.runtime.process import Process
from bot.service import clock
from bot.service.clock import ClockRun, DailyJob
from storage import file_records, inbox, jobs, messages, outbox
from storage.clock import Cursor
from storage.jobs import DueJob
from storage.unit import Result

log = structlog.get_logger()

#: seconds between two searches for due jobs
POLL_EVERY = 0.5
RETENTION_EVERY = timedelta(hours=6)
CLOCK_EVERY = timedelta(minutes=15)
BATCH = 100
#: stored files younger than this may get their row later
ORPHAN_AFTER = timedelta(days=1)


class Worker:
    def __init__(self, process: Process, clock: Callable[[], datetime]) -> None:
        self._process = process
        self._clock = clock

    async def run(self) -> None:
        """For ever."""
        for recurring in ("forget", "clock"):
            await self._unit(partial(self._ask_for, recurring))
        while True:
            if not await self.work_once():
                await asyncio.sleep(POLL_EVERY)

    async def work_once(self) -> bool:
        """Does one due job; False when there is none. A job that fails is put back with a growing pause."""
        due = await self._unit(lambda session: jobs.claim(session, self._clock()))
        if due is None:
            return False
        try:
            if due.kind == "forget":
                await self._forget(due)
            elif due.kind == "clock":
                await self._look_at_the_clock(due)
            else:
                await JOBS[due.kind](self._process, due, self._clock())
        except Exception as error:  # logged and tried again later: other jobs go on
            log.exception("a job failed", job=due.id, kind=due.kind, attempt=due.attempts)
            reason = f"{type(error).__name__}: {error}"
            await self._unit(lambda session: jobs.put_back(session, due, self._clock(), reason))
        return True

    async def _forget(self, due: DueJob) -> None:
        """Messages after the office's days, ids of received messages after every platform's redelivery."""
        now = self._clock()
        before = now - timedelta(days=self._process.app.office.retention.messages)
        while await self._unit(lambda session: messages.delete_old(session, before, BATCH)) == BATCH:
            pass
        while await self._unit(lambda session: inbox.delete_old(session, now, BATCH)) == BATCH:
            pass
        await self._sweep_files(now)
        await self._unit(lambda session: jobs.postpone(session, due.id, now + RETENTION_EVERY))

    async def _look_at_the_clock(self, due: DueJob) -> None:
        """Reminders, digests and what the system closes: page by page, each its own transaction."""
        now = self._clock()
        for job in clock.daily_jobs(self._process.app, now):
            place: Cursor | None = None
            while True:
                place, queued = await self._unit(partial(self._page, job, place, now))
                self._process.notify(queued)
                if place is None:
                    break
        await self._unit(lambda session: jobs.postpone(session, due.id, now + CLOCK_EVERY))

    def _page(
        self, job: DailyJob, place: Cursor | None, now: datetime, session: Session
    ) -> tuple[Cursor | None, dict[int, tuple[str, str]]]:
        following = job(ClockRun(session, self._process.app, now), place)
        return following, outbox.queued_addresses(session)

    async def _sweep_files(self, now: datetime) -> None:
        """Objects that no row names: of an upload that was taken back, or of a crash between the object and its row;
        and uploads in the spool that no message waits for.
        """
        store = self._process.store
        names = await asyncio.to_thread(lambda: list(store.names(now - ORPHAN_AFTER)))
        for start in range(0, len(names), BATCH):
            for name in await self._unit(partial(file_records.unreferenced, objects=names[start : start + BATCH])):
                await asyncio.to_thread(store.delete, name)
        needed = await self._process.inbound.spooled()
        await asyncio.to_thread(store.clear_leftovers, now - ORPHAN_AFTER, needed)

    def _ask_for(self, recurring: str, session: Session) -> None:
        jobs.add(session, recurring, recurring, self._clock(), {})

    async def _unit(self, work: Callable[[Session], Result]) -> Result:
        return await self._process.units.write(work)
