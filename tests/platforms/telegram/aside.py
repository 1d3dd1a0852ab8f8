"""The server in a thread of its own, for tests that are not asynchronous or whose loop is busy."""

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
class Aside:
    """Look at `server` freely; whatever is awaited on it or its people goes through `do`."""

    server: BotApi
    loop: asyncio.AbstractEventLoop

    def do(self, act: Coroutine[Any, Any, T], within: float = 60.0) -> T:
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(within)


@contextmanager
def bot_api_aside(**options: Any) -> Iterator[Aside]:
    """Takes what `bot_api` takes."""
    ready, ended = threading.Event(), asyncio.Event()
    found: list[Aside] = []

    async def serve() -> None:
        async with bot_api(**options) as server:
            found.append(Aside(server, asyncio.get_running_loop()))
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
