"""Answers requests only as often as `bot.limits` allows."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.handlers.pages.origin_check import Handler
from bot.limits import Entry, Sender, TokenBucketLimiter


def limited(
    handler: Handler,
    limiter: TokenBucketLimiter,
    entry: Entry,
    sender_of: Callable[[web.Request], Sender],
    refuse: Callable[[web.Request], web.StreamResponse],
) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        if not limiter.take(entry, sender_of(request)):
            return refuse(request)
        return await handler(request)

    return answer
