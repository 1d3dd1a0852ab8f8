"""`pst-bot worker`: jobs, deliveries and platforms that are asked for messages, without any page."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from bot.pipeline.loops import run_for_ever
from bot.runtime.audit_anchor import AuditAnchor
from bot.runtime.channels import every_channel
from bot.runtime.event_loop import look_for_garbage_seldom, loop_factory, run_together, stop_event
from bot.runtime.health_site import health_site
from bot.runtime.letter_files import check_signing
from bot.runtime.log import set_up_log
from bot.runtime.outages import log_outages
from bot.runtime.page_links import form_page_links
from bot.runtime.process import Process, now, open_process, running
from bot.runtime.several_processes import ProcessSignals, require_postgres
from bot.runtime.worker import Worker
from bot.settings import read


def serve_worker() -> None:
    """Runs until SIGTERM or Ctrl-C. Raises `OperatorError`."""
    settings = read()
    set_up_log(settings.log, settings.secrets, settings.log_format)
    require_postgres(settings)
    signals = ProcessSignals()
    with running(settings):
        links = form_page_links(settings)
        process = open_process(settings, every_channel, form_pages=links, tell_others=signals.tell)
        check_signing(process, now())
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(process, signals))


def background_work(process: Process) -> Sequence[Coroutine[Any, Any, object]]:
    """What one process at a time does for all: each job, and the anchor of the audit, has a lease."""
    anchor = AuditAnchor(process.units, process.app.keys, process.settings.data_dir, now)
    return Worker(process, now).run(), anchor.run(process.watch)


async def _serve(process: Process, signals: ProcessSignals) -> None:
    stop = stop_event()
    receivers = [platform.receiver(process.inbound, process.events) for platform in process.platforms.values()]
    asking = [receiver for receiver in receivers if not receiver.routes()]
    try:
        async with health_site(process):
            await process.inbound.resume()
            for receiver in asking:
                await receiver.start()
            log_outages(process.units)
            look_for_garbage_seldom()
            await run_together(
                stop.wait(),
                *background_work(process),
                process.watch.run(),
                signals.run(process.units, process.watch),
                *(run_for_ever("receiving from a platform", receiver.run) for receiver in asking),
            )
    finally:
        await process.close()
