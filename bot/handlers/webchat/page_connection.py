"""One open page: receives what the person sends, and shows what was committed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channel import StoredMessage
from bot.chat import Incoming, IncomingKind
from bot.handlers.pages.chat_cookie import NAME
from bot.handlers.pages.wording import NOT_STORED
from bot.handlers.webchat import frames, render
from bot.handlers.webchat.close_codes import TOO_FAST
from bot.handlers.webchat.dependencies import WebChatDependencies
from bot.handlers.webchat.frames import EarlierFrame, FilesFrame, MessageFrame, SeenFrame, TapFrame, TextFrame
from bot.handlers.webchat.wording import (
    EMPTY,
    FILES_INCOMPLETE,
    MANY_BEGIN,
    MAX_TEXT,
    TEXT_TOO_LONG,
    TOO_MANY_MESSAGES,
)
from bot.limits import Sender
from domain.text import Json, Text
from locales import SOURCE, say

log = structlog.get_logger()

#: messages that a page shows when it opens, and as many more each time that its person asks for earlier ones
HISTORY_LIMIT = 200
#: Seconds between two looks for messages that another process committed, because that process does not notify us.
POLL_INTERVAL = 15.0


class PageConnection:
    def __init__(
        self,
        dependencies: WebChatDependencies,
        socket: web.WebSocketResponse,
        address: str,
        sender: Sender,
        language: str,
        after: int,
    ) -> None:
        """`sender`: for the limiter. `language`: the browser's hint.
        `after`: the id of the newest message that the page already shows."""
        self._dependencies = dependencies
        self._socket = socket
        self._address = address
        self._sender = sender
        self._is_known = False  #: the conversation has begun
        self._language = language
        self._opened_after = after
        self._after = after
        self._shown: set[int] = set()
        self._locale = ""
        self._hidden_up_to: int | None = None  #: as this page last heard it
        self._ending: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(self, code: int) -> None:
        """Makes `run` close the socket with this code."""
        if not self._ending.done():
            self._ending.set_result(code)

    async def run(self) -> None:
        """Returns when the socket is closed: by the page, by `end`, or after an error.

        After an error the page reconnects and repeats what was not accepted.
        """
        parts = [asyncio.ensure_future(self._receive()), asyncio.ensure_future(self._show_news()), self._ending]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        await self._socket.close(code=max(self._close_code(part) for part in done))

    # From the service to the page

    async def _show_news(self) -> int:
        with self._dependencies.notifier.listen(NAME, self._address) as event:
            rows = await self._send_news()
            await self._send({"type": "synced", "before": None if self._opened_after else _start_of(rows)})
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_INTERVAL):
                        await event.wait()
                event.clear()
                await self._send_news()

    async def _send_news(self) -> list[StoredMessage]:
        dependencies = self._dependencies
        view = await dependencies.view_of(self._address, self._language)  # before the rows: a later sign-out hides them
        rows = await dependencies.history.conversation(NAME, self._address, self._after, HISTORY_LIMIT)
        self._is_known = self._is_known or bool(rows)
        if view.locale != self._locale:
            self._locale = view.locale
            await self._send(render.hello(dependencies.template, view.locale, dependencies.file_mb))
        await self._clear_hidden(view.hidden_up_to)
        for row in rows:
            if row.id not in self._shown:
                self._shown.add(row.id)
                self._after = max(self._after, row.id)
                await self._send(render.message(row))
        return rows

    async def _send_earlier(self, before: int) -> None:
        rows = await self._dependencies.history.earlier(NAME, self._address, before, HISTORY_LIMIT)
        for row in rows:
            self._shown.add(row.id)
            await self._send(render.message(row))
        await self._send({"type": "earlier", "before": _start_of(rows)})

    async def _clear_hidden(self, hidden_up_to: int) -> None:
        """Tells the page to clear its screen, if it shows messages that it must not show any more."""
        if self._hidden_up_to is None:
            shows_hidden = 0 < self._opened_after <= hidden_up_to
        else:
            shows_hidden = hidden_up_to != self._hidden_up_to
        self._hidden_up_to = hidden_up_to
        if shows_hidden:
            await self._send({"type": "cleared"})

    # From the page to the service

    async def _receive(self) -> int:
        async for message in self._socket:
            if not self._dependencies.limiter.take("frames", self._sender):
                log.warning("web chat page closed: too many frames")
                return TOO_FAST
            try:
                frame = frames.read(message.data if message.type is WSMsgType.TEXT else "")
            except frames.BadFrame:
                return WSCloseCode.POLICY_VIOLATION
            await self._handle(frame)
        return WSCloseCode.OK

    async def _handle(self, frame: frames.Frame) -> None:
        if isinstance(frame, SeenFrame):
            up_to = min(frame.up_to, self._after)
            await self._dependencies.history.acknowledge(NAME, self._address, up_to)
            return
        if isinstance(frame, EarlierFrame):
            await self._send_earlier(frame.before)
            return
        await self._send({"type": "typing"})
        try:
            refusal = await self._store(frame)
        except Exception as error:  # the page is answered that it failed, and keeps the message to send it again
            if not self._dependencies.is_away(error):
                log.exception("web chat message not stored", client=frame.client)
            refusal = NOT_STORED
        if refusal is None:
            await self._send({"type": "accepted", "client": frame.client})
        else:
            await self._send(
                {
                    "type": "failed",
                    "client": frame.client,
                    "text": say(refusal, self._locale or SOURCE),
                    "upload_again": refusal == FILES_INCOMPLETE,
                }
            )

    async def _store(self, frame: MessageFrame) -> Text | None:
        """Passes the message on. Returns `None`, or the sentence that says why the message is refused."""
        inbound, waiting = self._dependencies.inbound, self._dependencies.waiting_files
        if not await self._may_begin():
            return MANY_BEGIN
        taken = True
        match frame:
            case TextFrame(client, text, seen):
                if not text or len(text) > MAX_TEXT:
                    return TEXT_TOO_LONG if text else EMPTY
                kind: IncomingKind = "command" if text.startswith("/") else "text"
                taken = await inbound.receive(self._incoming(client, kind, seen, text=text))
            case TapFrame(client, value, label, seen):
                taken = await inbound.receive(self._incoming(client, "tap", seen, text=label, tap=value))
            case FilesFrame(client, count, seen):
                files = await waiting.complete(NAME, self._address, client, count)
                if files is None:  # they have waited too long, or the message was stored before
                    was_received = await self._dependencies.history.was_received(NAME, self._address, client)
                    return None if was_received else FILES_INCOMPLETE
                group = client if count > 1 else ""
                taken = await inbound.receive_files(self._incoming(client, "file", seen, group=group), files)
                if taken:
                    await waiting.forget(NAME, self._address, client)
        return None if taken else TOO_MANY_MESSAGES

    async def _may_begin(self) -> bool:
        """Whether a message may be taken: the first of a new conversation counts for its source and in all."""
        dependencies = self._dependencies
        if not self._is_known:
            known = await dependencies.history.address_view(NAME, self._address) is not None
            self._is_known = known or dependencies.limiter.take("new_addresses", self._sender)
        return self._is_known

    def _incoming(
        self, client: str, kind: IncomingKind, seen: int | None, *, text: str = "", tap: str = "", group: str = ""
    ) -> Incoming:
        return Incoming(
            id=client,
            channel=NAME,
            address=self._address,
            at=self._dependencies.clock(),
            kind=kind,
            text=text,
            tap=tap,
            group=group,
            source=self._sender.source,
            language=self._language,
            last_seen_id=seen,
        )

    async def _send(self, frame: Mapping[str, Json]) -> None:
        await self._socket.send_json(frame)

    def _close_code(self, part: asyncio.Future[int]) -> int:
        """The close code for a task of the page that has ended."""
        error = part.exception()
        if error is None:
            return part.result()
        # a ConnectionError means that the page is gone
        if not isinstance(error, ConnectionError) and not self._dependencies.is_away(error):
            log.error("web chat page closed", exc_info=error)
        return WSCloseCode.INTERNAL_ERROR


def _start_of(rows: list[StoredMessage]) -> int | None:
    """The id before which there may be more; `None` when these are all. What was not acknowledged may stand before the
    newest messages.
    """
    return rows[-HISTORY_LIMIT].id if len(rows) >= HISTORY_LIMIT else None
