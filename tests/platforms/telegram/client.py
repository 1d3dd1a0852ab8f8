"""A bot without a library, for tests of the server itself."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.platforms.telegram.refusal import Json
from tests.platforms.telegram.server import BotApi


@dataclass(frozen=True)
class BareClient:
    server: BotApi
    http: aiohttp.ClientSession

    def url(self, method: str) -> str:
        return f"{self.server.url}/bot{self.server.token}/{method}"

    async def ask(self, method: str, **params: Any) -> Json:
        """Gives the whole answer of the server."""
        async with self.http.post(self.url(method), json=params) as answer:
            body: Json = await answer.json()
        assert answer.status == (200 if body["ok"] else body["error_code"]), body
        return body

    async def result(self, method: str, **params: Any) -> Any:
        body = await self.ask(method, **params)
        assert body["ok"], f"{method}: {body}"
        return body["result"]

    async def says(self, chat: int, text: str, **params: Any) -> int:
        sent = await self.result("sendMessage", chat_id=chat, text=text, **params)
        return int(sent["message_id"])

    async def uploads(self, method: str, field: str, name: str, content: bytes, **params: str) -> Json:
        form = aiohttp.FormData(params, quote_fields=False)
        form.add_field(field, io.BytesIO(content), filename=name)
        async with self.http.post(self.url(method), data=form) as answer:
            body: Json = await answer.json()
        return body


@asynccontextmanager
async def client(server: BotApi) -> AsyncIterator[BareClient]:
    async with aiohttp.ClientSession() as http:
        yield BareClient(server, http)
