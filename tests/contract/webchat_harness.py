"""Browsers that use the web chat over real HTTP and WebSocket connections."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from http.cookies import Morsel
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType, web
from aiohttp.test_utils import TestServer

from bot.chat import Choice, Incoming, Prompt
from bot.handlers.webchat import Notifier, PageTitle, WebChat
from bot.handlers.webchat.demo import JoinStaff
from bot.limits import TokenBucketLimiter
from domain.text import Text, verbatim
from tests.contract.kept_files import kept_files
from tests.contract.memory_backend import MemoryBackend

MEGABYTE = 1024 * 1024
ONE = "00000000-0000-4000-8000-000000000001"
TWO = "00000000-0000-4000-8000-000000000002"
Frame = dict[str, Any]


def answer(incoming: Incoming) -> tuple[Prompt, ...]:
    if incoming.text == "/bahasa":
        return ()
    return (Prompt(verbatim(f"Dicatat: {incoming.text}"), choices=(Choice("f:1:2", verbatim("Survei")),)),)


def raw(**frame: Any) -> str:
    """A frame as the page sends it: only ASCII."""
    return json.dumps({"type": "text", "client": ONE, **frame})


class OpenPage:
    """One open page."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, **frame: Any) -> None:
        await self.socket.send_json({"seen": None, **frame})

    async def until(self, kind: str) -> list[Frame]:
        """All frames up to the first of this kind."""
        frames: list[Frame] = []
        while not frames or frames[-1]["type"] != kind:
            frames.append(await self.socket.receive_json(timeout=5))
        return frames

    async def next(self, kind: str) -> Frame:
        return (await self.until(kind))[-1]

    async def closed(self) -> int | None:
        while (await self.socket.receive(timeout=5)).type is WSMsgType.TEXT:
            pass
        return self.socket.close_code


class Browser:
    """A browser with its own cookies."""

    def __init__(self, client: ClientSession, origin: str, backend: MemoryBackend) -> None:
        self.client = client
        self.origin = origin
        self.backend = backend

    @property
    def cookie(self) -> Morsel[str] | None:
        return next((cookie for cookie in self.client.cookie_jar if cookie.key == "pst"), None)

    @property
    def address(self) -> str:
        assert self.cookie is not None
        return sha256(self.cookie.value.encode()).hexdigest()

    async def visit(self, path: str = "/") -> OpenPage:
        """Does what the page's script does when it starts."""
        await self.post(f"{path}session")
        return await self.open(path=path)

    async def open(self, after: int = 0, language: str = "id", path: str = "/") -> OpenPage:
        headers = {"Origin": self.origin, "Accept-Language": language}
        socket = await self.client.ws_connect(f"{path}ws?after={after}", headers=headers)
        page = OpenPage(socket)
        await page.next("hello")
        return page

    async def post(self, path: str, data: Any = None, **headers: str) -> ClientResponse:
        return await self.client.post(path, data=data, headers={"Origin": self.origin, **headers})

    async def upload(self, client: str, index: int, name: str, content: Any) -> ClientResponse:
        headers = {"X-Client": client, "X-File-Index": str(index), "X-File-Name": name}
        return await self.post("/upload", content, **headers)


class WebChatHarness:
    """The web chat with its clock. Each browser is another person."""

    def __init__(self, public_url: str | None, join: JoinStaff | None = None) -> None:
        """`join`: switches the demo on."""
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
        self.backend = MemoryBackend(Notifier(), answer, file_limit=MEGABYTE)
        title = PageTitle(Text("Kantor <Uji>"), Text("Layanan"), Text("telepon 0411"))
        self.limiter = TokenBucketLimiter(self._seconds)
        self.app = web.Application()
        self.chat = WebChat(
            self.backend,
            self.backend,
            kept_files(self.app, lambda: self.now),
            self.backend.notifier,
            title,
            public_url=public_url,
            clock=lambda: self.now,
            file_mb=1,
            limiter=self.limiter,
            join=join,
        )
        self.app.add_routes(self.chat.routes())
        self.app.on_shutdown.append(self.chat.close)
        self.server = TestServer(self.app, host="127.0.0.1")

    def _seconds(self) -> float:
        return self.now.timestamp()

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        origin = str(self.server.make_url("/"))
        async with ClientSession(origin, cookie_jar=CookieJar(unsafe=True)) as client:
            yield Browser(client, origin.rstrip("/"), self.backend)


@pytest.fixture
async def harness() -> AsyncIterator[WebChatHarness]:
    harness = WebChatHarness("https://chat.example.go.id")
    async with harness.server:
        yield harness


@pytest.fixture
async def browser(harness: WebChatHarness) -> AsyncIterator[Browser]:
    async with harness.browser() as browser:
        yield browser
