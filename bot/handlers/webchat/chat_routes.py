"""The routes of one chat page: the page, its session, its WebSocket, uploads and downloads, all below one path."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web

from bot.channel import FetchFailed
from bot.handlers.pages.chat_cookie import NAME, Cookie
from bot.handlers.pages.headers import FILE_POLICY, PAGE_POLICY
from bot.handlers.pages.language import language, page_locale
from bot.handlers.pages.limiting import limited
from bot.handlers.pages.origin_check import Handler
from bot.handlers.pages.wording import TOO_MANY_REQUESTS
from bot.handlers.webchat import render
from bot.handlers.webchat.dependencies import WebChatDependencies
from bot.handlers.webchat.page_connection import PageConnection
from bot.handlers.webchat.proof_page import TOKEN_PATH, ProofPage
from bot.handlers.webchat.refusal import refusal
from bot.handlers.webchat.upload_route import UploadRoute
from bot.handlers.webchat.wording import FILES_AWAY, NO_COOKIE, NO_FILE
from bot.limits import Entry, Sender
from domain.files import mime_type

#: bytes of one frame from a page: the longest text with every character escaped, as JSON allows
MAX_FRAME = 64 * 1024
#: Seconds between two pings. A page that does not answer is closed.
HEARTBEAT = 25.0
#: Timeout of the WebSocket closing handshake in seconds, so that a dead connection does not delay the server's stop.
CLOSE_TIMEOUT = 2.0


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
        self._upload = UploadRoute(dependencies, cookie)
        self._proof = ProofPage(dependencies, cookie)

    def routes(self, check: Callable[[Handler], Handler]) -> list[web.RouteDef]:
        """`check`: wraps every handler, such as an `OriginCheck`."""
        path = self._path

        def admit(handler: Handler, entry: Entry = "requests") -> Handler:
            return check(limited(handler, self._dependencies.limiter, entry, self._visitor, _too_many_requests))

        return [
            web.get(path, admit(self._page)),
            web.post(f"{path}session", admit(self._session)),
            web.get(f"{path}ws", admit(self._socket, "openings"), allow_head=False),
            web.post(f"{path}upload", admit(self._upload.receive)),
            web.get(f"{path}{TOKEN_PATH}", admit(self._proof.show)),
            web.post(f"{path}{TOKEN_PATH}", admit(self._proof.use)),
            web.get(rf"{path}file/{{file_id:[0-9]{{1,18}}}}", admit(self._file), allow_head=False),
        ]

    def _visitor(self, request: web.Request) -> Sender:
        return self._dependencies.visitor(self._cookie.address(request), request)

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
            await self._on_session(address, page_locale(request))
        response.text = json.dumps({"known": known})
        return response

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        address = self._cookie.address(request)
        after = request.query.get("after", "0")
        if address is None or not (after.isascii() and after.isdigit() and len(after) <= 18):
            return refusal(request, 401 if address is None else 400, NO_COOKIE)
        visitor = self._dependencies.visitor(address, request)
        if not self._dependencies.limiter.take("pages", visitor):
            return refusal(request, 429, TOO_MANY_REQUESTS)
        try:
            return await self._run_page(request, address, self._dependencies.sender(address, request), int(after))
        finally:
            self._dependencies.limiter.give_back("pages", visitor)

    async def _run_page(self, request: web.Request, address: str, sender: Sender, after: int) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            timeout=CLOSE_TIMEOUT, heartbeat=HEARTBEAT, max_msg_size=MAX_FRAME, compress=False
        )
        await socket.prepare(request)
        page = PageConnection(self._dependencies, socket, address, sender, language(request), after)
        self._dependencies.open_pages.add(address, page)
        try:
            await page.run()
        finally:
            self._dependencies.open_pages.remove(address, page)
        return socket

    async def _file(self, request: web.Request) -> web.Response:
        address = self._cookie.address(request)
        file_id = int(request.match_info["file_id"])
        try:
            stored = await self._dependencies.history.attachment(NAME, address, file_id) if address else None
        except FetchFailed:
            return refusal(request, 503, FILES_AWAY)
        if stored is None:
            return refusal(request, 404, NO_FILE)
        headers = {
            "Content-Disposition": _disposition(stored.name),
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": "no-store",
        }
        return web.Response(body=stored.content, content_type=mime_type(stored.kind), headers=headers)


def _too_many_requests(request: web.Request) -> web.Response:
    return refusal(request, 429, TOO_MANY_REQUESTS)


def _disposition(name: str) -> str:
    """A header that makes the browser save the file under this name (RFC 6266)."""
    printable = "".join(char if char.isprintable() else "_" for char in name)
    ascii_name = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in printable)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(printable, safe='')}"
