"""The HTTP server: `async with bot_api() as server`, and a bot with `server.url` as the address of the Bot API."""

from __future__ import annotations

import asyncio
import hmac
import inspect
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.platforms.telegram import wire
from tests.platforms.telegram.chats import ButtonTap, Chat, ServerFiles
from tests.platforms.telegram.faults import BotApiFault, BotApiFaults
from tests.platforms.telegram.flood import FloodLimits
from tests.platforms.telegram.methods import PERFORM
from tests.platforms.telegram.people import PATIENCE, BroadcastChannel, Group, TelegramUser
from tests.platforms.telegram.refusal import BotApiRefusal, Json
from tests.platforms.telegram.schema import METHODS
from tests.platforms.telegram.updates import Update, Updates

TOKEN: Final = "7000000001:loopback-only_no-secret-at-all"
#: largest request in bytes: a document of 50 MB and its parameters
LONGEST: Final = 52 * 1024 * 1024
#: so many bytes of a request's body are kept for comparisons
KEPT: Final = 256 * 1024


@dataclass
class ApiCall:
    """One call of a method. `wire`: the parameters as they were sent. `params`: the parameters with the types of the
    schema; empty when they do not fit.
    """

    method: str
    at: float
    wire: Json
    params: Json
    files: dict[str, tuple[str, int]]
    raw: bytes
    content_type: str
    answer: Json = field(default_factory=dict)
    fault: BotApiFault | None = None

    @property
    def chat(self) -> object:
        return self.params.get("chat_id")

    @property
    def ok(self) -> bool:
        return bool(self.answer.get("ok"))


class BotApi:
    """`flagged` holds what a correct bot never does; tests assert that it is empty. `refused` holds all refusals that
    were no fault of a test. A refusal that contains a text of `forgiven` is not flagged: for tests that kill the bot.
    """

    def __init__(self, token: str = TOKEN, *, query_lifetime: float = 60.0, remember: int | None = None) -> None:
        """`remember`: keep only so many calls, for tests with very many. `query_lifetime`: seconds."""
        self.token = token
        self.url = ""
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Bot uji",
            "username": "uji_bot",
        }
        self.query_lifetime = query_lifetime
        self.flagged: list[str] = []
        self.refused: list[str] = []
        self.forgiven: set[str] = set()
        self.calls: deque[ApiCall] = deque(maxlen=remember)
        self.rates = FloodLimits()
        self.faults = BotApiFaults()
        self.chats: dict[int | str, Chat] = {}
        self.files = ServerFiles()
        self.queries: dict[str, ButtonTap] = {}
        self.updates = Updates(self.flagged.append)
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | None, Json] = {}

    # people and chats

    def user(
        self, id: int, first_name: str = "Orang", language_code: str | None = "id", username: str | None = None
    ) -> TelegramUser:
        """A person in the private chat with the bot. The same id gives the same person."""
        user: Json = {"id": id, "is_bot": False, "first_name": first_name}
        user |= {"language_code": language_code} if language_code else {}
        user |= {"username": username} if username else {}
        about: Json = {key: user[key] for key in ("first_name", "username") if key in user}
        return TelegramUser(self, self._chat(id, "private", about), user)

    def group(self, id: int, title: str = "Kelompok", *, kind: str = "group") -> Group:
        group = Group(self, self._chat(id, kind, {"title": title}))
        group.chat.started = True
        return group

    def channel(self, id: int, title: str = "Saluran") -> BroadcastChannel:
        channel = BroadcastChannel(self, self._chat(id, "channel", {"title": title}))
        channel.chat.started = True
        return channel

    def _chat(self, id: int, kind: str, about: Json) -> Chat:
        return self.chats.setdefault(id, Chat(id, kind, about))

    # what people do

    def update(self, kind: str, chat: Chat, body: Json) -> Update | None:
        return self.updates.add(kind, chat.id, body)

    def tap(self, chat: Chat, user: Json, message: Json, data: str) -> ButtonTap:
        query = ButtonTap(str(4_000_000_000_000 + len(self.queries)), chat, data, time.monotonic())
        self.queries[query.id] = query
        body = {"id": query.id, "from": user, "message": message, "chat_instance": chat.instance, "data": data}
        self.update("callback_query", chat, body)
        return query

    def membership(self, chat: Chat, user: Json, old: str, new: str) -> None:
        def member(status: str) -> Json:
            return {"user": self.me, "status": status} | ({"until_date": 0} if status == "kicked" else {})

        body = {"chat": chat.described(), "from": user, "date": int(time.time())}
        self.update("my_chat_member", chat, body | {"old_chat_member": member(old), "new_chat_member": member(new)})

    # what tests ask

    @property
    def unanswered(self) -> list[ButtonTap]:
        """Pressed buttons whose callback is not answered yet."""
        return [query for query in self.queries.values() if query.answer is None]

    @property
    def conflicts(self) -> list[str]:
        """Long polls that another poller has terminated."""
        return self.updates.conflicts

    async def wait_until_confirmed(self, within: float = PATIENCE) -> None:
        """Waits until the bot has confirmed every update. Its answers to the last ones may still come."""
        deadline = time.monotonic() + within
        while left := self.updates.unconfirmed:
            assert time.monotonic() < deadline, (
                f"not confirmed within {within} s: {[update.payload for update in left]}"
            )
            await asyncio.sleep(0.005)

    def calls_of(self, method: str, chat: int | None = None) -> list[ApiCall]:
        return [call for call in self.calls if call.method == method and chat in {None, call.chat}]

    # HTTP

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/file/bot"):
            return await self._download(request)
        token, _, method = request.path.removeprefix("/bot").rpartition("/")
        if not request.path.startswith("/bot") or not token:
            return _json(404, BotApiRefusal(404).body())
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return self._refusal(None, BotApiRefusal(401), "a request with a wrong token")
        if method not in METHODS:
            return self._refusal(None, BotApiRefusal(404, "method not found"), method)
        if self.faults.next_for(method, unread=True):
            return _cut(request)
        body = await request.content.read()
        if len(body) > LONGEST:  # the exact limits are checked for each file
            return self._refusal(None, BotApiRefusal(413), method)
        return await self._call(request, method, body)

    async def _call(self, request: web.BaseRequest, method: str, body: bytes) -> web.StreamResponse:
        content_type = request.headers.get("Content-Type", "")
        call = ApiCall(method, time.monotonic(), {}, {}, {}, body[:KEPT], content_type)
        self.calls.append(call)
        try:
            sent = wire.parse(content_type, request.query_string, body)
            call.wire = sent.values
            call.files = {name: (upload.name, len(upload.content)) for name, upload in sent.uploads.items()}
            call.params = wire.typed(method, sent)
        except BotApiRefusal as refused:
            return self._refusal(call, refused, method)
        call.fault = fault = self.faults.next_for(method, call.chat)
        if fault and not fault.performed:
            return await _instead(request, fault)
        answer = await self._perform(call)
        return await _after(request, fault, answer) if fault else answer

    async def _perform(self, call: ApiCall) -> web.Response:
        try:
            result = PERFORM[call.method](self, call.params)
            if inspect.isawaitable(result):
                result = await result
        except BotApiRefusal as refused:
            return self._refusal(call, refused, call.method)
        call.answer = {"ok": True, "result": result}
        return _json(200, call.answer)

    def _refusal(self, call: ApiCall | None, refused: BotApiRefusal, what: str) -> web.Response:
        line = f"{what}: {refused.description}"
        self.refused.append(line)
        if refused.is_bot_error and not any(words in line for words in self.forgiven):
            self.flagged.append(line + (f" {_short(call.wire)}" if call else ""))
        if call:
            call.answer = refused.body()
        return _json(refused.status, refused.body())

    async def _download(self, request: web.BaseRequest) -> web.StreamResponse:
        token, _, path = request.path.removeprefix("/file/bot").partition("/")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return self._refusal(None, BotApiRefusal(401), "a download with a wrong token")
        file = self.files.by_path.get(path)
        if file is None:
            return self._refusal(None, BotApiRefusal(404), f"download of {path}")
        fault = self.faults.next_for("download", unread=True) or self.faults.next_for("download")
        if fault and not fault.performed:
            return await _instead(request, fault)
        answer = web.Response(body=file.content, content_type="application/octet-stream")
        return await _after(request, fault, answer) if fault else answer


def _short(values: Json) -> str:
    return str({key: str(value)[:80] for key, value in values.items()})


def _json(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


def _cut(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _instead(request: web.BaseRequest, fault: BotApiFault) -> web.StreamResponse:
    """The answer to a call that is not carried out."""
    if fault.refusal:
        return _json(fault.refusal.status, fault.refusal.body())
    if fault.effect == "answer":
        return web.Response(status=fault.status, text=fault.body, content_type="text/html")
    await asyncio.sleep(fault.seconds)
    return _cut(request)


async def _after(request: web.BaseRequest, fault: BotApiFault, answer: web.Response) -> web.StreamResponse:
    """What the bot gets after a call was carried out. `answer`: the correct answer."""
    body = answer.body
    assert isinstance(body, bytes)
    match fault.effect:
        case "hang":
            await asyncio.sleep(fault.seconds)
            return answer
        case "garbled":
            return web.Response(body=body[: len(body) // 2], content_type="application/json")
        case "cut answer":
            half = web.StreamResponse(headers={"Content-Type": answer.content_type, "Content-Length": str(len(body))})
            await half.prepare(request)
            await half.write(body[: len(body) // 2])
            _cut(request)
            return half
        case _:
            return _cut(request)


@asynccontextmanager
async def bot_api(*, port: int = 0, **options: Any) -> AsyncIterator[BotApi]:
    """A server on loopback, in the caller's event loop. `port` 0: a free port. `options`: see `BotApi`."""
    api = BotApi(**options)
    runner = web.ServerRunner(web.Server(api.handle, handler_cancellation=True, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    address: tuple[str, int] = runner.addresses[0]
    api.url = f"http://127.0.0.1:{address[1]}"
    try:
        yield api
    finally:
        await api.updates.delete_webhook()
        await runner.cleanup()
