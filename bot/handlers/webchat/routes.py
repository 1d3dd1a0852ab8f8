"""The web chat's addresses, ready to be mounted in one aiohttp app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.channel import History, Inbound
from bot.handlers.webchat import render
from bot.handlers.webchat.demo import Demo, Join
from bot.handlers.webchat.door import Door, Hall
from bot.handlers.webchat.guard import Guard
from bot.handlers.webchat.hub import Hub
from bot.handlers.webchat.limits import Pages
from bot.handlers.webchat.live import Inside
from bot.handlers.webchat.session import Cookie
from bot.handlers.webchat.uploads import Waiting
from bot.handlers.webchat.wording import Nameplate


class WebChat:
    """`app.add_routes(chat.routes())`, and `app.on_shutdown.append(chat.close)`."""

    def __init__(
        self,
        inbound: Inbound,
        history: History,
        hub: Hub,
        nameplate: Nameplate,
        *,
        public_url: str | None,
        clock: Callable[[], datetime],
        file_mb: int,
        join: Join | None = None,
    ) -> None:
        """`file_mb`: what `inbound.spool` takes at most. `join`: in demo mode, how a browser's officers come to the
        office; without it there is no trace of the demo. Raises `ValueError` for a bad `public_url`.
        """
        page = render.load_page("chat")
        inside = Inside(inbound, history, hub, clock, Waiting(clock), page, file_mb)
        self._guard = Guard(public_url)
        self._pages = Pages()
        hall = Hall(inside, self._pages, nameplate)
        self._assets = dict(page.assets)
        if join is None:
            self._demo = None
            self._door = Door(hall, Cookie())
        else:
            self._demo = Demo(hall, join)
            self._door = Door(hall, Cookie(), bar=self._demo.bar)
            self._assets |= self._demo.assets

    def routes(self) -> list[web.RouteDef]:
        return [
            *self._door.routes(self._guard),
            web.get("/static/{name}", self._guard(self._static)),
            *(self._demo.routes(self._guard) if self._demo else ()),
        ]

    async def close(self, _: web.Application) -> None:
        """Closes all pages and waits until they are closed."""
        await self._pages.close()

    async def _static(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            return web.Response(status=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{asset.tag}"'}
        if any(known.value == asset.tag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        response = web.Response(body=asset.content, content_type=asset.content_type, charset="utf-8", headers=headers)
        response.enable_compression()
        return response
