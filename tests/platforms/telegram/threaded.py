"""The server in its own thread, for tests that have no event loop or block theirs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.platforms.telegram.server import BotApi, bot_api

T = TypeVar("T")


@dataclass(frozen=True)
class ThreadedBotApi:
    """Attributes of `server` can be read directly. Its coroutines, and those of its people, go through `run`."""

    server: BotApi
    loop: asyncio.AbstractEventLoop

    def run(self, coroutine: Coroutine[Any, Any, T], within: float = 60.0) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(within)


@contextmanager
def bot_api_in_thread(**options: Any) -> Iterator[ThreadedBotApi]:
    """Takes the options of `bot_api`."""
    ready, ended = threading.Event(), asyncio.Event()
    found: list[ThreadedBotApi] = []

    async def serve() -> None:
        async with bot_api(**options) as server:
            found.append(ThreadedBotApi(server, asyncio.get_running_loop()))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="bot-api", daemon=True)
    thread.start()
    assert ready.wait(30), "the Bot API server has not started"
    try:
        yield found[0]
    finally:
        found[0].loop.call_soon_threadsafe(ended.set)
        thread.join(30)
