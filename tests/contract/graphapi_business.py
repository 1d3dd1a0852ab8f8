"""A minimal business on the strict Cloud API server: a client and a webhook."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, FormData, web

from tests.platforms.whatsapp import GraphServer, User, graph_server

Json = dict[str, Any]

MB = 1024 * 1024
PDF = b"%PDF-1.7 letter"
PNG = b"\x89PNG\r\n\x1a\n picture"


@dataclass
class Hook:
    """A webhook that takes every signed body."""

    secret: str
    answers: list[int] = field(default_factory=list)  #: statuses of the next answers; then 200
    bodies: list[Json] = field(default_factory=list)
    forged: int = 0
    current: int = 0  #: bodies that are being taken now
    most: int = 0  #: most bodies that were taken at the same time

    async def take(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.Response(text=request.query["hub.challenge"])
        self.current += 1
        self.most = max(self.most, self.current)
        await asyncio.sleep(0.001)
        self.current -= 1
        raw = await request.read()
        good = "sha256=" + hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        if request.headers.get("X-Hub-Signature-256") != good:
            self.forged += 1
            return web.Response(status=403)
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.bodies.append(json.loads(raw))
        return web.Response(status=status)

    def values(self) -> list[Json]:
        return [change["value"] for body in self.bodies for entry in body["entry"] for change in entry["changes"]]

    @property
    def messages(self) -> list[Json]:
        return [message for value in self.values() for message in value.get("messages", [])]

    @property
    def statuses(self) -> list[Json]:
        return [status for value in self.values() for status in value.get("statuses", [])]


@dataclass
class Business:
    """A minimal client."""

    server: GraphServer
    session: ClientSession

    @property
    def number(self) -> str:
        return f"{self.server.api_base}/{self.server.account.phone_number_id}"

    async def posts(self, body: object, **more: Any) -> tuple[int, Json]:
        async with self.session.post(f"{self.number}/messages", json=body, **more) as response:
            return response.status, await response.json()

    async def sends(self, kind: str = "text", content: object = None, **more: object) -> tuple[int, Json]:
        content = {"body": "Selamat datang"} if content is None else content
        to: Json = {} if {"to", "recipient"} & set(more) else {"recipient": "ID.1"}
        return await self.posts({"messaging_product": "whatsapp", "type": kind, kind: content, **to, **more})

    async def uploads(self, content: bytes = PDF, mime: str = "application/pdf", **more: str) -> tuple[int, Json]:
        form = FormData()
        for key, value in {"messaging_product": "whatsapp", "type": mime, **more}.items():
            form.add_field(key, value)
        form.add_field("file", io.BytesIO(content), filename="surat.pdf", content_type=mime)
        async with self.session.post(f"{self.number}/media", data=form) as response:
            return response.status, await response.json()

    async def gets(self, path: str) -> tuple[int, Json]:
        async with self.session.get(f"{self.server.api_base}/{path}") as response:
            return response.status, await response.json()

    async def downloads(self, url: str) -> tuple[int, bytes]:
        async with self.session.get(url) as response:
            return response.status, await response.read()


@pytest.fixture
async def graph() -> AsyncIterator[GraphServer]:
    """A server without a webhook and without statuses."""
    async with graph_server() as server:
        server.statuses.order = ()
        yield server


@pytest.fixture
async def hook(graph: GraphServer) -> AsyncIterator[Hook]:
    hook = Hook(graph.secret)
    app = web.Application(client_max_size=100 * MB)
    app.router.add_route("*", "/whatsapp", hook.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    graph.webhook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/whatsapp"
    graph.webhook.pause = 0.01
    yield hook
    await runner.cleanup()


@pytest.fixture
async def business(graph: GraphServer) -> AsyncIterator[Business]:
    headers = {"Authorization": f"Bearer {graph.token}"}
    async with ClientSession(headers=headers, timeout=ClientTimeout(total=10)) as session:
        yield Business(graph, session)


@pytest.fixture
def sari(graph: GraphServer) -> User:
    """A person who has just written to the business."""
    sari = graph.user(user_id="ID.1", wa_id="628120000001", name="Sari")
    sari.event("text", {"body": "halo"})
    return sari


def buttons(*titles: str, **more: object) -> Json:
    replies = [{"type": "reply", "reply": {"id": f"b{number}", "title": title}} for number, title in enumerate(titles)]
    return {"type": "button", "body": {"text": "Pilih:"}, "action": {"buttons": replies}, **more}


def rows(*sections: Json, **more: object) -> Json:
    action = {"button": "Lihat pilihan", "sections": list(sections)}
    return {"type": "list", "body": {"text": "Pilih:"}, "action": action, **more}


def section(first: int, last: int, **more: object) -> Json:
    return {"rows": [{"id": f"r{number}", "title": f"Baris {number}"} for number in range(first, last)], **more}


def row(**more: object) -> Json:
    return rows({"rows": [{"id": "r", "title": "Baris", **more}]})


def link(**more: object) -> Json:
    parameters = {"display_text": "Buka peta", "url": "https://peta.example.go.id/?a=1", **more}
    return {"type": "cta_url", "body": {"text": "Kantor"}, "action": {"name": "cta_url", "parameters": parameters}}
