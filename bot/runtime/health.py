"""Whether this process can take messages, and what waits or failed. Nothing here says who wrote what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from bot.runtime.check.installation import disk_state
from bot.runtime.check.network import channels
from bot.runtime.check.work import LATE_AFTER
from bot.runtime.process import Process, now
from domain.frozen import frozen
from domain.system_check import State
from storage import system_state
from storage.files import FileStore
from storage.installation import write_probe
from storage.objects import StoreAway
from storage.system_state import OpenWork
from storage.unit import Units

#: seconds in which a healthy service writes a row
WRITE_TIMEOUT = 5.0
#: seconds for which the answer of the database holds
WRITE_EVERY = 1.0
#: A worker is at each job within seconds; some of its own are due every five minutes.
WORKER_LATE_AFTER = timedelta(minutes=5)


class DatabaseProbe:
    """Writes a row. However many ask, a row is written once a second at most."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._writing: asyncio.Task[str] | None = None
        self._begun_at = 0.0

    async def failure(self) -> str:
        """What failed; empty when a row was written and committed in time."""
        if self._writing is None or (self._writing.done() and monotonic() - self._begun_at > WRITE_EVERY):
            self._begun_at = monotonic()
            self._writing = asyncio.create_task(self._write())
        return await asyncio.shield(self._writing)

    async def _write(self) -> str:
        try:
            async with asyncio.timeout(WRITE_TIMEOUT):
                await self._units.write(partial(write_probe, now=now()))
        except Exception as error:
            return f"the database takes nothing: {type(error).__name__}"
        return ""


@frozen
class HealthCheck:
    name: str
    state: State
    detail: str = ""


@frozen
class HealthReport:
    checks: tuple[HealthCheck, ...]
    work: OpenWork | None  #: `None` while the database is away
    free_bytes: int  #: on the disk of the data folder
    at: datetime

    @property
    def is_ready(self) -> bool:
        """False where another process, or this one after a restart or an operator's act, would do better. A message
        that failed is no reason to take no other one.
        """
        return all(check.state != "wrong" for check in self.checks)


class HealthService:
    def __init__(self, process: Process, clock: Callable[[], datetime]) -> None:
        self._process = process
        self._clock = clock
        self._probe = DatabaseProbe(process.units)

    async def report(self) -> HealthReport:
        settings, at = self._process.settings, self._clock()
        work, failure = None, await self._probe.failure()
        if not failure:
            try:
                read = partial(system_state.read_open_work, channels=channels(settings), now=at)
                work = await self._process.units.read(read)
            except Exception as error:
                failure = f"the database cannot be read: {type(error).__name__}"
        disk, free = await asyncio.to_thread(disk_state, settings.data_dir)
        away = await _away(self._process.store)
        checks = [
            HealthCheck("files", "warning" if away else "ok", away),
            HealthCheck("database", "wrong" if failure else "ok", failure),
            HealthCheck("disk", disk, f"{free // 1024**2} MB free"),
            *(_checks_of_work(work, at, sends_mail=bool(settings.smtp_url)) if work else ()),
        ]
        return HealthReport(tuple(checks), work, free, at)


async def _away(store: FileStore) -> str:
    """Why files cannot be stored now. A store that was away is asked again, at most as often as it allows."""
    if store.away:
        with suppress(StoreAway, TimeoutError):
            async with asyncio.timeout(WRITE_TIMEOUT):
                await asyncio.to_thread(store.mark)
    return store.away


def _checks_of_work(work: OpenWork, at: datetime, *, sends_mail: bool) -> Iterator[HealthCheck]:
    waits = age(work.due_job_since, at)
    is_dead = waits > WORKER_LATE_AFTER
    yield HealthCheck("worker", "wrong" if is_dead else "ok", f"the oldest job has been due for {_in_words(waits)}")
    unsent = {channel: age(since, at) for channel, since in work.unsent_since.items()}
    mail = unsent.pop("email", timedelta(0))
    outbox = max(unsent.values(), default=timedelta(0))
    yield HealthCheck("outbox", _late(outbox), f"the oldest message has waited for {_in_words(outbox)}")
    if sends_mail:
        yield HealthCheck("mail", _late(mail), f"the oldest mail has waited for {_in_words(mail)}")
    else:
        yield HealthCheck("mail", "warning", "PST_SMTP_URL is empty: mails are dropped as files")
    failing, given_up, failed = work.failing_jobs, work.given_up_jobs, work.failed_messages
    yield HealthCheck(
        "jobs", "warning" if failing or given_up else "ok", f"{failing} are tried again, {given_up} were given up"
    )
    pending = age(work.pending_since, at)
    state: State = "warning" if failed else _late(pending)
    yield HealthCheck("messages", state, f"{failed} failed, the oldest has waited for {_in_words(pending)}")


def age(since: datetime | None, at: datetime) -> timedelta:
    """Not negative: the clock may have been set back."""
    return max(at - since, timedelta(0)) if since is not None else timedelta(0)


def _late(waited: timedelta) -> State:
    return "warning" if waited > LATE_AFTER else "ok"


def _in_words(duration: timedelta) -> str:
    return f"{int(duration.total_seconds())} s"
