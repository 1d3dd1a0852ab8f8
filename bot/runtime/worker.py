"""Runs the jobs: documents and letters, the daily jobs, and the deletion of old data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import structlog

from bot.errors import type_and_place
from bot.pipeline.commit import write_and_notify
from bot.pipeline.loops import run_for_ever, until_done
from bot.pipeline.tracing import traced
from bot.runtime import retention
from bot.runtime.jobs import JOBS, SCHEDULED
from bot.runtime.process import Process
from bot.service import clock, failures, held_acts
from bot.service.clock_run import ClockRun, DailyJob
from storage import inbox, jobs, sending
from storage.clock import Cursor
from storage.disk_objects import FILES
from storage.jobs import DueJob
from storage.spool import clear_leftovers
from storage.unit import Result, Session, is_outage

log = structlog.get_logger()

RETENTION_EVERY = timedelta(hours=6)
CLOCK_EVERY = timedelta(minutes=15)
FAILURES_EVERY = timedelta(minutes=5)
#: Spool files younger than this are kept: they are still arriving, or their row is still to come.
SPOOL_ORPHAN_AFTER = timedelta(minutes=30)
SPOOL_EVERY = timedelta(minutes=5)
#: Seconds after which what waits for too late a moment is brought forward again: the clock of another process may have
#: been ahead.
FORWARD_EVERY = 600.0
#: the same after a start, or after the clock was set back: a unit that began before may be committed after
FORWARD_SOON = 60.0


class Worker:
    def __init__(self, process: Process, clock: Callable[[], datetime]) -> None:
        self._process = process
        self._clock = clock
        self._due = asyncio.Event()  #: the watch has found a due job, or that the clock was set back
        self._shown: datetime | None = None  #: by the clock, when it was last looked at
        self._forward_at = 0.0  #: by the monotonic clock
        self._pause = FORWARD_SOON  #: after that
        #: kind of job → what does it, and how often
        self._recurring = {
            "forget": (self._delete_old_data, RETENTION_EVERY),
            "clock": (self._run_daily_jobs, CLOCK_EVERY),
            "spool": (self._clear_spool, SPOOL_EVERY),
            "failures": (self._tell_failures, FAILURES_EVERY),
        }

    async def run(self) -> None:
        """Never returns."""
        self._process.watch.add(jobs.is_due, lambda _found: self._due.set())
        self._process.watch.add_check(self._is_set_back, self._note_set_back)
        await run_for_ever("the jobs", self._work_or_wait)

    async def _work_or_wait(self) -> None:
        self._due.clear()
        if monotonic() >= self._forward_at:
            self._forward_at, self._pause = monotonic() + self._pause, FORWARD_EVERY
            await until_done("the jobs", partial(self._write, self._add_recurring))
        if await self.work_once():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._forward_at - monotonic()):
                await self._due.wait()

    def _is_set_back(self) -> bool:
        before, self._shown = self._shown, self._clock()
        return before is not None and self._shown < before

    def _note_set_back(self, _found: bool) -> None:
        self._forward_at, self._pause = 0.0, FORWARD_SOON
        self._due.set()

    async def work_once(self) -> bool:
        """Runs one due job. False when there is none. A job that fails is retried after a growing pause."""
        due = await self._write(lambda session: jobs.claim(session, self._clock()))
        if due is None:
            return False
        with traced(due.trace_id):
            await self._run_or_put_back(due)
        return True

    async def _run_or_put_back(self, due: DueJob) -> None:
        try:
            await self._run_leased(due)
        except Exception as error:  # logged and retried later, so that the other jobs go on
            self._process.metrics.jobs[due.kind, "failed"] += 1
            await self._put_back(due, error)
        else:
            self._process.metrics.jobs[due.kind, "done"] += 1
            log.debug("a job ran", job=due.id, kind=due.kind)

    async def _run_leased(self, due: DueJob) -> None:
        """Runs the job, and renews its lease as long as it runs."""
        renewing = asyncio.create_task(run_for_ever("the lease of a job", partial(self._renew_later, due.id)))
        try:
            if due.kind in self._recurring:
                await self._recurring[due.kind][0](due)
            else:
                await JOBS[due.kind](self._process, due, self._clock())
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _renew_later(self, job_id: int) -> None:
        await asyncio.sleep(jobs.LEASE.total_seconds() / 3)
        await self._write(lambda session: jobs.renew(session, job_id, self._clock()))

    async def _put_back(self, due: DueJob, error: Exception) -> None:
        """After its last attempt a job is given up, and the staff are told. Recurring jobs go on for ever."""
        now, keys = self._clock(), self._process.app.keys
        if is_outage(error):
            await until_done("the jobs", partial(self._write, partial(jobs.release, due=due, now=now)))
            return
        log.error("a job failed", job=due.id, kind=due.kind, attempt=due.attempts, exc_info=error)
        why = type_and_place(error)

        def record(session: Session) -> None:
            if due.kind in self._recurring or due.attempts < jobs.ATTEMPTS:
                jobs.put_back(session, due, now, why)
                if due.attempts == 1:
                    failures.tell_delayed_job(session, keys, now, due)
            else:
                jobs.give_up(session, due, now, why)
                failures.tell_given_up_job(session, keys, now, due)

        await write_and_notify(self._process.units, self._process.notify, record)

    async def _delete_old_data(self, due: DueJob) -> None:
        """What the office keeps for a time only."""
        now = self._clock()
        await retention.run(self._process, now)
        await self._write(lambda session: jobs.postpone(session, due.id, now + RETENTION_EVERY))

    async def _clear_spool(self, due: DueJob) -> None:
        """Deletes the files of uploads whose message never came."""
        now = self._clock()
        # in the order in which a file goes from one to the other, so that it is seen in one of them
        needed = await self._process.waiting_files.spooled() | await self._process.pending.spooled()
        files = self._process.settings.data_dir / FILES
        await asyncio.to_thread(clear_leftovers, files, now - SPOOL_ORPHAN_AFTER, needed)
        await self._write(lambda session: jobs.postpone(session, due.id, now + SPOOL_EVERY))

    async def _run_daily_jobs(self, due: DueJob) -> None:
        """Runs all of them, also when one fails. Raises the first failure at the end, so that they are tried again."""
        now, errors = self._clock(), list[Exception]()
        for job in clock.daily_jobs(self._process.app, now):
            try:
                await self._run_pages(job, now)
            except Exception as error:
                if is_outage(error):
                    raise
                errors.append(error)
        if errors:
            raise errors[0]
        await self._write(lambda session: jobs.postpone(session, due.id, now + CLOCK_EVERY))

    async def _run_pages(self, job: DailyJob, now: datetime) -> None:
        cursor = await self._run_page(job, None, now)
        while cursor is not None:
            cursor = await self._run_page(job, cursor, now)

    async def _tell_failures(self, due: DueJob) -> None:
        """Tells the staff what failed since the last notice."""
        now = self._clock()

        def tell(session: Session) -> None:
            failures.tell_failed_messages(session, self._process.app.keys, now)
            jobs.postpone(session, due.id, now + FAILURES_EVERY)

        await write_and_notify(self._process.units, self._process.notify, tell)

    async def _run_page(self, job: DailyJob, after: Cursor | None, now: datetime) -> Cursor | None:
        """Runs one page of a daily job in a transaction of its own. Returns where the next page begins."""
        following: Cursor | None = None

        def run(session: Session) -> None:
            nonlocal following
            following = job(ClockRun(session, self._process.app, now), after)

        await write_and_notify(self._process.units, self._process.notify, run)
        return following

    def _add_recurring(self, session: Session) -> None:
        """No job, no held act and no message waits longer than its time, also where the clock was set back."""
        now = self._clock()
        for kind, (_, every) in self._recurring.items():
            if not jobs.add(session, kind, kind, now, {}):
                jobs.bring_forward(session, kind, now + every)
        jobs.bring_unscheduled_forward(session, JOBS.keys() - SCHEDULED, now)
        jobs.free_leased_beyond(session, now + jobs.LEASE)
        held_acts.bring_forward(session, self._process.app, now)
        sending.bring_forward(session, now)
        inbox.free_leased_beyond(session, now + inbox.LEASE)

    async def _write(self, work: Callable[[Session], Result]) -> Result:
        return await self._process.units.write(work)
