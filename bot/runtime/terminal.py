"""`pst-bot chat`: the conversation in a terminal, beside a running server or without one."""

from __future__ import annotations

import asyncio
import getpass
import sys
from contextlib import ExitStack
from pathlib import Path

from bot.handlers.console import Console
from bot.runtime.channels import mail_channel
from bot.runtime.log import set_up_log
from bot.runtime.process import Process, now, open_process, running
from bot.runtime.worker import Worker
from bot.settings import read


def talk(name: str, save: Path | None) -> None:
    """`name`: the address in the channel `console`. `save`: a file that gets the transcript."""
    settings = read()
    set_up_log("error", settings.secrets)
    with running(settings):
        process = open_process(settings, mail_channel, reads_dropped_mails=True)
        asyncio.run(_talk(process, name or getpass.getuser(), save))


async def _talk(process: Process, name: str, save: Path | None) -> None:
    loops = [asyncio.create_task(loop) for loop in (process.watch.run(), Worker(process, now).run())]
    await process.inbound.resume()
    with ExitStack() as stack:
        transcript = stack.enter_context(save.open("a", encoding="utf-8")) if save else None
        await Console(process.inbound, process.history, name, now, sys.stdout, transcript).talk(sys.stdin)
    await process.inbound.idle()
    await process.deliverer.idle()
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await process.close()
