"""While the database is away: one line in the log when it begins, one when it ends, and an answer to each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.handlers.pages.language import page_locale
from bot.handlers.pages.wording import AWAY
from bot.troubles import TroubleLog
from locales import say
from storage.outages import is_away
from storage.unit import Units

log = structlog.get_logger()


def log_outages(units: Units) -> None:
    """From now on. Before, an outage ends the process with a line of its own."""
    units.told_of_reads.trouble = TroubleLog("reading the database")
    units.told_of_writes.trouble = TroubleLog("writing to the database")


@web.middleware
async def answer_outages(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A platform delivers again after a 503."""
    try:
        return await handler(request)
    except Exception as error:
        if not is_away(error):
            raise
        log.debug("a request met an outage", exc_info=error)
        return web.Response(status=503, headers={"Retry-After": "10"}, text=say(AWAY, page_locale(request)))
