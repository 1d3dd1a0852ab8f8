"""The routes of one chat page: the page, its session, its WebSocket, uploads and downloads, all below one path."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote, unquote

from aiohttp import ClientError, web

from bot.channel import TooLarge, Upload
from bot.handlers.webchat import frames, render
from bot.handlers.webchat.dependencies import NAME, WebChatDependencies
from bot.handlers.webchat.origin_check import FILE_POLICY, PAGE_POLICY, Handler
from bot.handlers.webchat.page_connection import PageConnection
from bot.handlers.webchat.session import Cookie, language
from bot.handlers.webchat.wording import FILE_NOT_ASKED, NO_COOKIE, NO_FILE, TOO_MANY_WAITING, too_large
from domain.files import mime_type
from domain.text import Text, clean
from locales import SOURCE, closest, say

#: bytes of one frame from a page: the longest text with every character escaped, as JSON allows
MAX_FRAME = 64 * 1024
#: Seconds between two pings. A page that does not answer is closed.
HEARTBEAT = 25.0
#: Timeout of the WebSocket closing handshake in seconds, so that a dead connection does not delay the server's stop.
CLOSE_TIMEOUT = 2.0
#: An upload is cancelled after so many seconds without a byte.
UPLOAD_READ_TIMEOUT = 30.0
#: characters of a file name
MAX_FILE_NAME = 200


class ChatRoutes:
    """The page requests everything relative to its own address, so several of these can stand side by side."""

    def __init__(
        self,
        dependencies: WebChatDependencies,
        cookie: Cookie,
        *,
        path: str = "/",
        policy: str = PAGE_POLICY,
        banner: Callable[[str], str] = lambda locale: "",
        on_session: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """`banner`: gives the HTML above the header in a language. `on_session`: called with a visitor's address and
        language before the WebSocket opens.
        """
        self._dependencies = dependencies
        self._cookie = cookie
        self._path = path
        self._policy = policy
        self._banner = banner
        self._on_session = on_session

    def routes(self, check: Callable[[Handler], Handler]) -> list[web.RouteDef]:
        """`check`: wraps every handler, such as an `OriginCheck`."""
        path = self._path
        return [
            web.get(path, check(self._page)),
            web.post(f"{path}session", check(self._session)),
            web.get(f"{path}ws", check(self._socket), allow_head=False),
            web.post(f"{path}upload", check(self._upload)),
            web.get(rf"{path}file/{{file_id:\d{{1,18}}}}", check(self._file), allow_head=False),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        dependencies = self._dependencies
        address = self._cookie.address(request)
        locale = (await dependencies.view_of(address, language(request))).locale
        template, title, file_mb = dependencies.template, dependencies.title, dependencies.file_mb
        body = render.html(template, title, locale, file_mb, self._banner(locale))
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": self._policy}
        response = web.Response(text=body, content_type="text/html", headers=headers)
        response.enable_compression()
        return response

    async def _session(self, request: web.Request) -> web.Response:
        """Sets the cookie. The page's script calls this before it opens its WebSocket."""
        response = web.json_response(None, headers={"Cache-Control": "no-store"})
        address, known = self._cookie.renew(request, response)
        if self._on_session is not None:
            await self._on_session(address, closest(language(request)) or SOURCE)
        response.text = json.dumps({"known": known})
        return response

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        address = self._cookie.address(request)
        after = request.query.get("after", "0")
        if address is None or not (after.isascii() and after.isdigit() and len(after) <= 18):
            return _refusal(request, 401 if address is None else 400, NO_COOKIE)
        socket = web.WebSocketResponse(
            timeout=CLOSE_TIMEOUT, heartbeat=HEARTBEAT, max_msg_size=MAX_FRAME, compress=False
        )
        await socket.prepare(request)
        page = PageConnection(self._dependencies, socket, address, language(request), int(after))
        self._dependencies.open_pages.add(address, page)
        try:
            await page.run()
        finally:
            self._dependencies.open_pages.remove(address, page)
        return socket

    async def _upload(self, request: web.Request) -> web.Response:
        """Takes one file of a message as the raw body.

        `X-Client`: the id of the message; `X-File-Index`: the place of the file in it, from 0; `X-File-Name`.
        """
        dependencies = self._dependencies
        address = self._cookie.address(request)
        if address is None:
            return _refusal(request, 401, NO_COOKIE)
        try:
            client = frames.client_id(request.headers.get("X-Client", ""))
            index = _index(request.headers.get("X-File-Index", ""))
        except frames.BadFrame as error:
            return web.Response(status=400, text=str(error))
        if (request.content_length or 0) > dependencies.file_mb * 1024 * 1024:
            return _refusal(request, 413, too_large(dependencies.file_mb))
        if not await dependencies.history.takes_file(NAME, address):
            return _refusal(request, 409, FILE_NOT_ASKED)
        if not dependencies.uploads.has_room(address):
            return _refusal(request, 429, TOO_MANY_WAITING)
        try:
            spooled = await dependencies.inbound.spool(_chunks(request))
        except TooLarge:
            return _refusal(request, 413, too_large(dependencies.file_mb))
        except (ConnectionError, ClientError, TimeoutError):
            return web.Response(status=408)  # The page cancelled, lost its connection, or sent nothing for too long.
        dependencies.uploads.put(address, client, index, Upload(_file_name(request), spooled))
        return web.json_response({"index": index})

    async def _file(self, request: web.Request) -> web.Response:
        address = self._cookie.address(request)
        file_id = int(request.match_info["file_id"])
        stored = await self._dependencies.history.attachment(NAME, address, file_id) if address else None
        if stored is None:
            return _refusal(request, 404, NO_FILE)
        headers = {
            "Content-Disposition": _disposition(stored.name),
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": "no-store",
        }
        return web.Response(body=stored.content, content_type=mime_type(stored.kind), headers=headers)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(UPLOAD_READ_TIMEOUT):
            chunk = await request.content.readany()
        if not chunk:
            return
        yield chunk


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) < frames.MAX_FILES):
        raise frames.BadFrame("file index")
    return int(text)


def _file_name(request: web.Request) -> str:
    """The name without its folders. It does not decide what kind of file this is."""
    name = clean(unquote(request.headers.get("X-File-Name", ""), errors="replace"))
    return name.replace("\\", "/").rpartition("/")[2].strip()[-MAX_FILE_NAME:] or "berkas"


def _disposition(name: str) -> str:
    """A header that makes the browser save the file under this name (RFC 6266)."""
    printable = "".join(char if char.isprintable() else "_" for char in name)
    ascii_name = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in printable)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(printable, safe='')}"


def _refusal(request: web.Request, status: int, sentence: Text) -> web.Response:
    locale = closest(language(request)) or SOURCE
    return web.json_response({"text": say(sentence, locale)}, status=status, headers={"Cache-Control": "no-store"})
