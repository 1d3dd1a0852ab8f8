"""The board behind a proxy that names each visitor, as `deploy/nginx.conf` does it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import ClientResponse, ClientSession, TCPConnector
from aiohttp.test_utils import TestServer

from bot.handlers.webchat import Notifier
from bot.limits import ALLOWANCES
from bot.runtime.web import application
from tests.talk import World

HOST, HEADER = "pst.example.go.id", "X-Real-IP"
MOST = int(ALLOWANCES["boards", "source"].at_once)


async def test_boards_are_counted_by_visitor_also_behind_a_proxy_and_a_closed_one_makes_room(tmp_path: Path) -> None:
    settings = {"public_url": f"https://{HOST}", "client_ip_header": HEADER}
    world = World(tmp_path / "data", settings=settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(world.process.close)
        server = await stack.enter_async_context(TestServer(application(world.process, Notifier())))
        session = ClientSession(server.make_url("/"), headers={"Host": HOST}, connector=TCPConnector(limit=0))
        client = await stack.enter_async_context(session)

        opened: list[ClientResponse] = []

        async def open_board(visitor: str) -> int:
            # what stands before the last comma may come from the visitor
            named = {HEADER: f"198.51.100.7, {visitor}"}
            answer = await stack.enter_async_context(client.get("/board/events", headers=named))
            if answer.status == 200:
                assert answer.headers["X-Accel-Buffering"] == "no" and "no-transform" in answer.headers["Cache-Control"]
                assert (await answer.content.readline()).startswith(b"data: ")
            opened.append(answer)
            return answer.status

        assert [await open_board("203.0.113.1") for _ in range(MOST + 1)] == [200] * MOST + [429]
        assert await open_board("203.0.113.2") == 200, "a neighbour behind the same proxy"
        async with client.get("/board", headers={HEADER: "203.0.113.1"}) as page:
            assert page.status == 200, "the page itself stays, without events"
        async with client.get("/board", headers={"Host": "127.0.0.1.example"}) as page:
            assert page.status == 421, "a proxy that passes on another name is told what it must do"
        for answer in opened[:MOST]:
            answer.close()
        async with asyncio.timeout(10):
            while await open_board("203.0.113.1") != 200:
                await asyncio.sleep(0.05)
