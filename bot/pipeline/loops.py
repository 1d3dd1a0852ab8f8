"""Keeps work going while the database is away or locked, or the disk is full."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.troubles import TroubleLog
from storage.outages import is_away, is_outage

Result = TypeVar("Result")

#: seconds before the second try, and the most between two tries; the pause doubles with each failure
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


async def run_for_ever(name: str, step: Callable[[], Awaitable[object]]) -> None:
    """Runs `step` again and again, whatever it raises. Never returns. `name` stands in the log."""
    while True:
        await _until_done(name, step, lambda error: True)


async def until_done(name: str, work: Callable[[], Awaitable[Result]]) -> Result:
    """Runs `work` until no outage stops it, and returns its result. Any other failure is raised at once."""
    return await _until_done(name, work, is_outage)


async def _until_done(
    name: str, work: Callable[[], Awaitable[Result]], survives: Callable[[Exception], bool]
) -> Result:
    """Logs one line when trouble begins, and one when it ends."""
    trouble, pause = TroubleLog(name), FIRST_PAUSE
    while True:
        try:
            result = await work()
        except Exception as error:
            if not survives(error):
                raise
            if not is_away(error):  # the log says that once for the whole process
                # a full disk needs no traceback, a mistake of the program does
                trouble.failed(type(error).__name__, exc_info=not is_outage(error))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        trouble.worked()
        return result
