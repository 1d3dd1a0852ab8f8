"""A proxy that leads each request to the next of several servers, WebSockets too, as an office may have it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType, web

#: what holds for one connection only
_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-encoding", "content-length"}


class RoundRobin:
    def __init__(self, client: ClientSession) -> None:
        self.url = ""
        self.led: list[tuple[str, str]] = []  #: (path, server) of all requests, in their order
        self._client = client
        self._next = cycle([""])

    def lead_to(self, servers: Sequence[str]) -> None:
        """`servers`: their addresses, with a slash at the end."""
        self._next = cycle(servers)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        server = next(self._next)
        self.led.append((request.path, server))
        target = server.rstrip("/") + request.path_qs
        headers = {name: value for name, value in request.headers.items() if not name.startswith("Sec-WebSocket")}
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._relay(request, target, headers)
        body = await request.read()
        try:
            async with self._client.request(
                request.method, target, headers=headers, data=body, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except ClientError:
            return web.Response(status=502)
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP]
        response = web.Response(status=answer.status, body=content)
        for name, value in kept:
            response.headers.add(name, value)
        return response

    async def _relay(self, request: web.BaseRequest, target: str, headers: dict[str, str]) -> web.StreamResponse:
        try:
            behind = await self._client.ws_connect(target, headers=headers)
        except ClientError:
            return web.Response(status=502)
        page = web.WebSocketResponse()
        await page.prepare(request)
        ways = [asyncio.create_task(_pass_on(page, behind)), asyncio.create_task(_pass_on(behind, page))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await behind.close()
        await page.close()
        return page


async def _pass_on(
    one: web.WebSocketResponse | ClientWebSocketResponse, other: web.WebSocketResponse | ClientWebSocketResponse
) -> None:
    with suppress(ConnectionError, ClientError):
        async for message in one:
            if message.type is WSMsgType.TEXT:
                await other.send_str(message.data)


@asynccontextmanager
async def round_robin() -> AsyncIterator[RoundRobin]:
    async with ClientSession(auto_decompress=True) as client:
        proxy = RoundRobin(client)
        runner = web.ServerRunner(web.Server(proxy.handle), shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        proxy.url = site.name + "/"
        try:
            yield proxy
        finally:
            await runner.cleanup()
