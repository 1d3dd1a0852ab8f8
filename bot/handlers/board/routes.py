"""The routes of the board. Its page is told every change by server-sent events."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from html import escape
from importlib import resources

from aiohttp import ClientConnectionError, web

from bot.handlers.board.render import TITLE, board_html, facts
from bot.handlers.pages import static_files
from bot.handlers.pages.frame import load_frame
from bot.handlers.pages.headers import PUBLIC_HEADERS
from bot.handlers.pages.language import language_links, page_locale
from bot.handlers.pages.limiting import limited
from bot.handlers.pages.origin_check import OriginCheck
from bot.handlers.pages.static_files import Asset
from bot.handlers.pages.wording import TOO_MANY_REQUESTS
from bot.limits import Sender, TokenBucketLimiter, source_of
from bot.pages import QueueBoard
from domain.text import Text
from locales import say

PATH = "/board"
_STATIC = f"{PATH}/static"
#: Seconds between two events where nothing changes: proxies close connections that stay silent.
HEARTBEAT = 15
_PAGE_HEADERS = {"Cache-Control": "no-store"}
#: the last one keeps nginx from collecting events before it passes them on
_EVENT_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store, no-transform",
    "X-Content-Type-Options": "nosniff",
    "X-Accel-Buffering": "no",
}


class BoardRoutes:
    """Use it with `app.add_routes(board.routes())` and `app.on_shutdown.append(board.close)`."""

    def __init__(
        self,
        board: QueueBoard,
        office: Text,
        *,
        public_url: str | None,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
    ) -> None:
        """`office`: its name. Raises `ValueError` for a bad `public_url`."""
        self._board = board
        self._check = OriginCheck(public_url)
        self._limiter = limiter
        self._client_ip_header = client_ip_header
        self._is_closing = False
        self._assets: dict[str, Asset] = {}
        folder = resources.files("bot.handlers.board") / "static"
        self._script = f"{_STATIC}/{static_files.load_asset(folder, 'board.js', self._assets)}"
        self._frame = load_frame(office, _STATIC, self._assets, folder / "board.css")

    def routes(self) -> list[web.RouteDef]:
        page = limited(self._page, self._limiter, "requests", self._sender, self._too_many)
        return [
            web.get(PATH, self._check(page)),
            web.get(f"{PATH}/events", self._check(self._events)),
            web.get(f"{_STATIC}/{{name}}", self._check(self._static)),
        ]

    async def close(self, _: web.Application) -> None:
        """Ends the events of all boards. They come again by themselves."""
        self._is_closing = True
        self._board.wake()

    async def _page(self, request: web.Request) -> web.StreamResponse:
        locale = page_locale(request)
        main = board_html(await self._board.view(), locale)
        links = language_links(locale)
        return self._frame.response(200, locale, TITLE, main, _PAGE_HEADERS, links=links, script=self._script)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        sender = self._sender(request)
        if not self._limiter.take("boards", sender):
            return self._too_many(request)
        try:
            return await self._stream(request)
        finally:
            self._limiter.give_back("boards", sender)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """The facts of the board now, after every change, and at least every `HEARTBEAT` seconds."""
        locale = page_locale(request)
        response = web.StreamResponse(headers=_EVENT_HEADERS)
        await response.prepare(request)
        with self._board.open() as changed:
            while not self._is_closing and not _has_gone(request):
                changed.clear()
                shown = json.dumps(facts(await self._board.view(), locale))
                try:
                    await response.write(f"data: {shown}\n\n".encode())
                except (ConnectionError, ClientConnectionError):
                    break
                await _wait(changed, request)
        return response

    async def _static(self, request: web.Request) -> web.Response:
        return static_files.respond(self._assets, request)

    def _sender(self, request: web.Request) -> Sender:
        return Sender("", source_of(request.remote, request.headers, self._client_ip_header))

    def _too_many(self, request: web.Request) -> web.StreamResponse:
        locale = page_locale(request)
        main = f"<h1>{escape(say(TITLE, locale))}</h1><p>{escape(say(TOO_MANY_REQUESTS, locale))}</p>"
        return self._frame.response(429, locale, TITLE, main, PUBLIC_HEADERS)


async def _wait(changed: asyncio.Event, request: web.Request) -> None:
    """Until there is something to send, or the reader has gone."""
    for _ in range(HEARTBEAT):
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await changed.wait()
                return
        if _has_gone(request):
            return


def _has_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
