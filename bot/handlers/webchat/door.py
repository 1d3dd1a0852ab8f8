"""One page with its cookie, and everything it asks for, below one path."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from aiohttp import ClientError, web

from bot.channel import TooLarge, Upload
from bot.handlers.webchat import frames, render
from bot.handlers.webchat.guard import FILE_POLICY, PAGE_POLICY, Handler
from bot.handlers.webchat.limits import Pages
from bot.handlers.webchat.live import NAME, Inside, Live, locale_for
from bot.handlers.webchat.session import Cookie, language
from bot.handlers.webchat.wording import NO_COOKIE, NO_FILE, TOO_MANY_WAITING, Nameplate, too_large
from domain.text import Text
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


@dataclass(frozen=True, slots=True)
class Hall:
    """What all doors share."""

    inside: Inside
    pages: Pages
    nameplate: Nameplate


class Door:
    """The page asks for everything relative to its own address, so that doors do not know of each other.

    `enter`: done with a visitor's address and language before the page talks. `bar`: HTML above the page's header.
    """

    def __init__(
        self,
        hall: Hall,
        cookie: Cookie,
        *,
        path: str = "/",
        policy: str = PAGE_POLICY,
        bar: Callable[[str], str] = lambda locale: "",
        enter: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        self._hall = hall
        self._inside = hall.inside
        self._cookie = cookie
        self._path = path
        self._policy = policy
        self._bar = bar
        self._enter = enter

    def routes(self, guard: Callable[[Handler], Handler]) -> list[web.RouteDef]:
        path = self._path
        return [
            web.get(path, guard(self._page)),
            web.post(f"{path}session", guard(self._session)),
            web.get(f"{path}ws", guard(self._socket), allow_head=False),
            web.post(f"{path}upload", guard(self._upload)),
            web.get(rf"{path}file/{{file:\d{{1,18}}}}", guard(self._file), allow_head=False),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        address = self._cookie.address(request)
        known = bool(address and await self._inside.history.conversation(NAME, address, 0, 1))
        locale = await locale_for(self._inside, address, language(request), known=known)
        page, plate = self._inside.page, self._hall.nameplate
        body = render.html(page, plate, locale, self._inside.file_mb, self._bar(locale))
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": self._policy}
        response = web.Response(text=body, content_type="text/html", headers=headers)
        response.enable_compression()
        return response

    async def _session(self, request: web.Request) -> web.Response:
        """Asked for by the page's script before it opens its WebSocket."""
        response = web.json_response(None, headers={"Cache-Control": "no-store"})
        address, known = self._cookie.renew(request, response)
        if self._enter is not None:
            await self._enter(address, closest(language(request)) or SOURCE)
        response.text = json.dumps({"known": known})
        return response

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        address = self._cookie.address(request)
        after = request.query.get("after", "0")
        if address is None or not (after.isascii() and after.isdigit() and len(after) <= 18):
            return _refused(request, 401 if address is None else 400, NO_COOKIE)
        socket = web.WebSocketResponse(timeout=GOODBYE, heartbeat=HEARTBEAT, max_msg_size=MAX_FRAME, compress=False)
        await socket.prepare(request)
        page = Live(self._inside, socket, address, language(request), int(after))
        self._hall.pages.enter(address, page)
        try:
            await page.run()
        finally:
            self._hall.pages.leave(address, page)
        return socket

    async def _upload(self, request: web.Request) -> web.Response:
        """One file of a message, as the raw body. `X-Client`: the message's id; `X-File-Index`: its place, from 0."""
        address = self._cookie.address(request)
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
            spooled = await self._inside.inbound.spool(_chunks(request))
        except TooLarge:
            return _refused(request, 413, too_large(self._inside.file_mb))
        except (ConnectionError, ClientError, TimeoutError):
            return web.Response(status=408)  # cancelled, or the connection went: nobody reads this
        self._inside.waiting.put(address, client, index, Upload(_file_name(request), spooled))
        return web.json_response({"index": index})

    async def _file(self, request: web.Request) -> web.Response:
        address = self._cookie.address(request)
        file = int(request.match_info["file"])
        stored = await self._inside.history.attachment(NAME, address, file) if address else None
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
    locale = closest(language(request)) or SOURCE
    return web.json_response({"text": say(sentence, locale)}, status=status, headers={"Cache-Control": "no-store"})
