"""The web chat's addresses, ready to be mounted in one aiohttp app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from urllib.parse import quote, unquote

from aiohttp import ClientError, web

from bot.handlers.base import Backend, TooLarge, Upload
from bot.handlers.webchat import frames, render, session
from bot.handlers.webchat.guard import FILE_POLICY, Guard
from bot.handlers.webchat.hub import Hub
from bot.handlers.webchat.limits import Pages
from bot.handlers.webchat.live import NAME, Inside, Live, locale_for
from bot.handlers.webchat.uploads import Waiting
from bot.handlers.webchat.wording import (
    NO_COOKIE,
    NO_FILE,
    TOO_MANY_WAITING,
    Nameplate,
    too_large,
)
from desk.text import Text
from locales import SOURCE, closest, say

#: bytes of one frame from a page: the longest text, every character escaped as JSON allows
MAX_FRAME = 64 * 1024
#: seconds between two pings; a page that does not answer is closed
HEARTBEAT = 25.0
#: seconds in which a page answers that it closes too; a dead connection does not hold up the server's end
GOODBYE = 2.0
#: seconds without a single byte after which an upload is given up
SILENCE = 30.0

_MIME = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class WebChat:
    """`app.add_routes(chat.routes())`, and `app.on_shutdown.append(chat.close)`."""

    def __init__(
        self,
        backend: Backend,
        hub: Hub,
        nameplate: Nameplate,
        *,
        public_url: str | None,
        clock: Callable[[], datetime],
        file_mb: int,
    ) -> None:
        """`file_mb`: what `backend.spool` takes at most. Raises `ValueError` for a bad `public_url`."""
        self._guard = Guard(public_url)
        self._nameplate = nameplate
        self._pages = Pages()
        self._inside = Inside(backend, hub, clock, Waiting(clock), render.load_page(), file_mb)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._guard(self._page)),
            web.get("/static/{name}", self._guard(self._static)),
            web.post("/session", self._guard(self._session)),
            web.get("/ws", self._guard(self._socket), allow_head=False),
            web.post("/upload", self._guard(self._upload)),
            web.get(r"/file/{file:\d{1,18}}", self._guard(self._file), allow_head=False),
        ]

    async def close(self, _: web.Application) -> None:
        self._pages.close()

    async def _page(self, request: web.Request) -> web.Response:
        address = session.address(request)
        known = bool(address and await self._inside.backend.conversation(NAME, address, 0, 1))
        locale = await locale_for(self._inside, address, session.language(request), known=known)
        body = render.html(self._inside.page, self._nameplate, locale, self._inside.file_mb)
        response = web.Response(text=body, content_type="text/html", headers={"Cache-Control": "no-store"})
        response.enable_compression()
        return response

    async def _static(self, request: web.Request) -> web.Response:
        asset = self._inside.page.assets.get(request.match_info["name"])
        if asset is None:
            return web.Response(status=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{asset.tag}"'}
        if any(known.value == asset.tag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        response = web.Response(body=asset.content, content_type=asset.content_type, charset="utf-8", headers=headers)
        response.enable_compression()
        return response

    async def _session(self, request: web.Request) -> web.Response:
        """Asked for by the page's script before it opens its WebSocket."""
        response = web.json_response(None, headers={"Cache-Control": "no-store"})
        known = session.renew(request, response)
        response.text = '{"known": true}' if known else '{"known": false}'
        return response

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        address = session.address(request)
        after = request.query.get("after", "0")
        if address is None or not (after.isascii() and after.isdigit() and len(after) <= 18):
            return _refused(request, 401 if address is None else 400, NO_COOKIE)
        socket = web.WebSocketResponse(timeout=GOODBYE, heartbeat=HEARTBEAT, max_msg_size=MAX_FRAME, compress=False)
        await socket.prepare(request)
        page = Live(self._inside, socket, address, session.language(request), int(after))
        self._pages.enter(address, page)
        try:
            await page.run()
        finally:
            self._pages.leave(address, page)
        return socket

    async def _upload(self, request: web.Request) -> web.Response:
        """One file of a message, as the raw body. `X-Client`: the message's id; `X-File-Index`: its place, from 0."""
        address = session.address(request)
        if address is None:
            return _refused(request, 401, NO_COOKIE)
        try:
            client = frames.client_id(request.headers.get("X-Client", ""))
            index = _index(request.headers.get("X-File-Index", ""))
        except frames.BadFrame as error:
            return web.Response(status=400, text=str(error))
        if (request.content_length or 0) > self._inside.file_mb * 1024 * 1024:
            return _refused(request, 413, too_large(self._inside.file_mb))
        if not self._inside.waiting.has_room(address):
            return _refused(request, 429, TOO_MANY_WAITING)
        try:
            spooled = await self._inside.backend.spool(_chunks(request))
        except TooLarge:
            return _refused(request, 413, too_large(self._inside.file_mb))
        except (ConnectionError, ClientError, TimeoutError):
            return web.Response(status=408)  # cancelled, or the connection went: nobody reads this
        self._inside.waiting.put(address, client, index, Upload(_file_name(request), spooled))
        return web.json_response({"index": index})

    async def _file(self, request: web.Request) -> web.Response:
        address = session.address(request)
        file = int(request.match_info["file"])
        stored = await self._inside.backend.attachment(NAME, address, file) if address else None
        if stored is None:
            return _refused(request, 404, NO_FILE)
        name = "".join(char if char.isprintable() else "_" for char in stored.name)
        plain = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in name)
        headers = {
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": "no-store",
        }
        content_type = _MIME.get(stored.kind, "application/octet-stream")
        return web.Response(body=stored.content, content_type=content_type, headers=headers)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(SILENCE):
            chunk = await request.content.readany()
        if not chunk:
            return
        yield chunk


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) < frames.MAX_FILES):
        raise frames.BadFrame("file index")
    return int(text)


def _file_name(request: web.Request) -> str:
    """The last part of the name, as the person knows it; the inside decides what the file is."""
    name = frames.cleaned(unquote(request.headers.get("X-File-Name", ""), errors="replace"))
    return name.replace("\\", "/").rpartition("/")[2].strip()[-200:] or "berkas"


def _refused(request: web.Request, status: int, sentence: Text) -> web.Response:
    locale = closest(session.language(request)) or SOURCE
    return web.json_response({"text": say(sentence, locale)}, status=status, headers={"Cache-Control": "no-store"})
