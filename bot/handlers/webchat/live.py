"""One open page: listens to what the person does, and shows what was committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channel import History, Inbound
from bot.chat import Incoming, IncomingKind
from bot.handlers.webchat import frames, render
from bot.handlers.webchat.frames import Handed, Said, Shown, Tapped
from bot.handlers.webchat.hub import Hub
from bot.handlers.webchat.limits import TOO_FAST, Bucket
from bot.handlers.webchat.uploads import Waiting
from bot.handlers.webchat.wording import EMPTY, FILES_INCOMPLETE, MAX_TEXT, NOT_KEPT, TEXT_TOO_LONG
from domain.text import Json, Text
from locales import SOURCE, closest, say

log = structlog.get_logger()

NAME = "webchat"  #: the channel's, in messages and addresses

#: messages that a page is shown when it opens
HISTORY = 200
#: seconds; what another process committed is found at the latest after this
LOOK_EVERY = 15.0


@dataclass(frozen=True, slots=True)
class Inside:
    """What all pages share."""

    inbound: Inbound
    history: History
    hub: Hub
    clock: Callable[[], datetime]
    waiting: Waiting
    page: render.Page
    file_mb: int


async def locale_for(inside: Inside, address: str | None, hint: str, *, known: bool) -> str:
    """The conversation's language; before there is a conversation, the browser's."""
    if address and known:
        return await inside.history.locale(NAME, address)
    return closest(hint) or SOURCE


class Live:
    def __init__(self, inside: Inside, socket: web.WebSocketResponse, address: str, language: str, after: int) -> None:
        self._inside = inside
        self._socket = socket
        self._address = address
        self._language = language
        self._after = after
        self._shown: set[int] = set()
        self._locale = ""
        self._ending: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(self, code: int) -> None:
        """Lets the page go with this code; only `run` closes the socket."""
        if not self._ending.done():
            self._ending.set_result(code)

    async def run(self) -> None:
        """Until the page goes. An error closes the socket: the page comes back and repeats what was not accepted."""
        parts = [asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._look_for_news()), self._ending]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        await self._socket.close(code=max(_code(part) for part in done))

    # From inside to the page

    async def _look_for_news(self) -> int:
        with self._inside.hub.listen(NAME, self._address) as bell:
            await self._tell_news()
            await self._send({"type": "synced"})
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await bell.wait()
                bell.clear()
                await self._tell_news()

    async def _tell_news(self) -> None:
        rows = await self._inside.history.conversation(NAME, self._address, self._after, HISTORY)
        known = bool(rows or self._after)
        locale = await locale_for(self._inside, self._address, self._language, known=known)
        if locale != self._locale:
            self._locale = locale
            await self._send(render.hello(self._inside.page, locale, self._inside.file_mb))
        for row in rows:
            if row.id not in self._shown:
                self._shown.add(row.id)
                self._after = max(self._after, row.id)
                await self._send(render.message(row))

    # From the page to the inside

    async def _listen(self) -> int:
        bucket = Bucket(monotonic())
        async for message in self._socket:
            if not bucket.take(monotonic()):
                return TOO_FAST
            try:
                frame = frames.read(message.data if message.type is WSMsgType.TEXT else "")
            except frames.BadFrame:
                return WSCloseCode.POLICY_VIOLATION
            await self._hear(frame)
        return WSCloseCode.OK

    async def _hear(self, frame: frames.Frame) -> None:
        if isinstance(frame, Shown):
            await self._inside.history.acknowledge(NAME, self._address, min(frame.up_to, self._after))
            return
        await self._send({"type": "typing"})
        try:
            refusal = await self._take_in(frame)
        except Exception:
            log.exception("web chat message not kept", client=frame.client)
            refusal = NOT_KEPT
        if refusal:
            await self._send({"type": "failed", "client": frame.client, "text": say(refusal, self._locale or SOURCE)})
        else:
            await self._send({"type": "accepted", "client": frame.client})

    async def _take_in(self, frame: Said | Tapped | Handed) -> Text | None:
        """Hands the message in; gives the sentence that says why it could not, or `None`."""
        match frame:
            case Said(client, text, seen):
                if not text or len(text) > MAX_TEXT:
                    return TEXT_TOO_LONG if text else EMPTY
                kind: IncomingKind = "command" if text.startswith("/") else "text"
                await self._inside.inbound.receive(self._incoming(client, kind, seen, text=text))
            case Tapped(client, value, label, seen):
                await self._inside.inbound.receive(self._incoming(client, "tap", seen, text=label, tap=value))
            case Handed(client, count, seen):
                uploads = self._inside.waiting.complete(self._address, client, count)
                if uploads is None:
                    return FILES_INCOMPLETE
                group = client if count > 1 else ""
                await self._inside.inbound.receive_files(self._incoming(client, "file", seen, group=group), uploads)
        return None

    def _incoming(
        self, client: str, kind: IncomingKind, seen: int | None, *, text: str = "", tap: str = "", group: str = ""
    ) -> Incoming:
        return Incoming(
            id=client,
            channel=NAME,
            address=self._address,
            at=self._inside.clock(),
            kind=kind,
            text=text,
            tap=tap,
            group=group,
            language=self._language,
            last_seen_id=seen,
        )

    async def _send(self, frame: Mapping[str, Json]) -> None:
        await self._socket.send_json(frame)


def _code(part: asyncio.Future[int]) -> int:
    """With what code a page is closed after this part of its work came to an end."""
    error = part.exception()
    if error is None:
        return part.result()
    if not isinstance(error, ConnectionError):  # else the page is gone; it asks again for what it missed
        log.error("web chat page closed", exc_info=error)
    return WSCloseCode.INTERNAL_ERROR
