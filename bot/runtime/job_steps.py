"""The steps of a job that draws: facts are read in one unit of work, drawn and stored in a thread, sent in another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar, cast

from bot.pipeline.commit import write_and_notify
from bot.runtime.process import Process
from bot.service.access import ActionRefused
from bot.service.context import Context, context_of_address
from bot.service.documents import StoredDocument
from domain.files import StoredKind
from storage import jobs
from storage.jobs import DueJob
from storage.unit import Session

ContextOf = Callable[[Session], Context]
Facts = TypeVar("Facts")
Read = TypeVar("Read")


def requester(process: Process, job: DueJob, now: datetime) -> ContextOf:
    """The address that asked for the document."""
    return partial(context_of_address, app=process.app, now=now, address_id=argument_id(job, "address"))


def argument_id(job: DueJob, name: str) -> int:
    return cast("int", job.arguments[name])


def _with_owner(context_of: ContextOf, facts_of: Callable[[Context], Facts]) -> Callable[[Session], tuple[Facts, str]]:
    """The facts, and for whom what is drawn from them is encrypted: whoever asked for it."""

    def read(session: Session) -> tuple[Facts, str]:
        ctx = context_of(session)
        return facts_of(ctx), f"person/{ctx.person_id}"

    return read


def unless_refused(read: Callable[[Session], Read]) -> Callable[[Session], Read | None]:
    """Gives `None` when its person may not have it any more, so that nothing is drawn."""

    def reading(session: Session) -> Read | None:
        try:
            return read(session)
        except ActionRefused:
            return None

    return reading


async def draw_one(
    process: Process,
    job: DueJob,
    now: datetime,
    facts_of: Callable[[Context], Facts],
    render: Callable[[Facts], bytes],
    send: Callable[[Context, StoredDocument], None],
) -> None:
    """One file for the address that asked for it; nothing when its person may not have it any more."""
    context_of = requester(process, job, now)

    found = await process.units.write(unless_refused(_with_owner(context_of, facts_of)))
    if found is None:
        await complete(process, job, now, context_of, lambda ctx: None)
        return
    facts, owner = found
    document = await draw_and_store(process, lambda: render(facts), owner)
    await complete(process, job, now, context_of, lambda ctx: send(ctx, document))


async def draw_several(
    process: Process,
    job: DueJob,
    now: datetime,
    facts_of: Callable[[Context], Facts],
    renderers: Mapping[StoredKind, Callable[[Facts], bytes]],
    send: Callable[[Context, Facts, Mapping[StoredKind, StoredDocument]], None],
    *,
    locks: bool = False,
) -> None:
    """Several files from facts that were read at one moment, on a connection that cannot write. `renderers`: kind of
    file → what draws it. `locks`: reading the facts locks rows, which needs an ordinary connection.
    """
    context_of = requester(process, job, now)
    read = process.units.read if locks else process.units.read_snapshot
    found = await read(unless_refused(_with_owner(context_of, facts_of)))
    if found is None:
        return await complete(process, job, now, context_of, lambda ctx: None)
    facts, owner = found
    files = {kind: await draw_and_store(process, partial(render, facts), owner) for kind, render in renderers.items()}
    await complete(process, job, now, context_of, lambda ctx: send(ctx, facts, files))


async def draw_and_store(process: Process, draw: Callable[[], bytes], owner: str) -> StoredDocument:
    content = await asyncio.to_thread(draw)
    object_name = await asyncio.to_thread(process.store.put, content, owner)
    return StoredDocument.of(content, object_name, owner)


async def complete(
    process: Process, job: DueJob, now: datetime, context_of: ContextOf, send: Callable[[Context], None]
) -> None:
    """The last unit of a job. When two workers did the same job, the second sends nothing, and its file is thrown away
    with the next sweep.
    """

    def unit(session: Session) -> None:
        if jobs.finish(session, job.id, now):
            send(context_of(session))

    await write_and_notify(process.units, process.notify, unit)
