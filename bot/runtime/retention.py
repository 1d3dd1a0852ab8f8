"""Runs the retention: every rule page by page, each page in a transaction of its own, then unused files."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import structlog

from bot.pipeline.commit import write_and_notify
from bot.runtime.jobs import delete_unused
from bot.runtime.process import Process
from bot.service import retention
from bot.service.retention import RetentionRun
from storage import file_place
from storage.retention import PAGE, RULES, RetentionLimits, count_overdue, end_page
from storage.unit import Session

log = structlog.get_logger()

#: stored files younger than this are kept: their row may still come
ORPHAN_AFTER = timedelta(days=1)


async def run(process: Process, now: datetime) -> None:
    """Logs and remembers how many rows of each rule ended."""
    await _warn(process, now)
    past = retention.limits(process.app.office, now)
    ended = {name: await _end(process, name, past) for name in RULES}
    ended["files"] = await _delete_unused_files(process, now)
    await process.units.write(lambda session: retention.save_run(session, RetentionRun(now, ended)))
    log.info("retention", **{name.replace(" ", "_"): count for name, count in ended.items() if count})


async def _warn(process: Process, now: datetime) -> None:
    after: int | None = 0
    while after is not None:
        after = await _warn_page(process, now, after)


async def _warn_page(process: Process, now: datetime, after: int) -> int | None:
    following: int | None = None

    def unit(session: Session) -> None:
        nonlocal following
        following = retention.warn(session, process.app, now, after)

    await write_and_notify(process.units, process.notify, unit)
    return following


async def _end(process: Process, name: str, limits: RetentionLimits) -> int:
    count, page = 0, PAGE
    while page == PAGE:
        page = await process.units.write(partial(end_page, name=name, limits=limits))
        count += page
    return count


async def _delete_unused_files(process: Process, now: datetime) -> int:
    """Stored files that no row names, after an upload was taken back or after a crash."""
    mark = await asyncio.to_thread(process.store.mark)
    await process.units.read(partial(file_place.require, mark=mark))
    before, count = now - ORPHAN_AFTER, 0
    names = process.store.names(before)
    while page := await asyncio.to_thread(lambda: list(islice(names, PAGE))):
        count += await delete_unused(process, page, before)
    return count


def report(process: Process, now: datetime) -> list[str]:
    """What the office keeps for how long, what the last run ended, and what is past its time now."""

    def read(session: Session) -> list[str]:
        last = retention.last_run(session)
        overdue = count_overdue(session, retention.limits(process.app.office, now))
        when = f"{last.at.astimezone(process.app.office.zone):%Y-%m-%d %H:%M}" if last else "never"
        ended = last.ended if last else {}
        rows = [f"{name}\t{ended.get(name, 0)} ended\t{count} past their time" for name, count in overdue.items()]
        return [f"last run: {when}", *rows, f"files\t{ended.get('files', 0)} ended\t"]

    return process.units.write_now(read)
