"""Phones with WhatsApp."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from bot.channel import StoredMessage
from bot.chat import Choice
from bot.handlers.whatsapp.templates import ApprovedTemplates
from tests.phones.seen import Seen
from tests.platforms.whatsapp import GraphServer, Shown, User, graph_server

#: How much earlier several messages are sent. WhatsApp's timestamps are whole seconds.
EARLIER = timedelta(seconds=10)


class WhatsAppPhone:
    def __init__(self, server: GraphServer, user: User) -> None:
        self._server = server
        self._user = user
        self.address = user.key

    async def writes(self, *texts: str) -> None:
        """Several texts are written before the reply to the first, and arrive in one webhook."""
        if len(texts) == 1:
            await self._user.says(texts[0])
            return
        now = self._server.clock.now()
        self._server.clock.advance(-EARLIER.total_seconds())
        events = [self._user.event("text", {"body": text}) for text in texts]
        self._server.clock.advance(now - self._server.clock.now())
        await self._server.webhook.post(events)

    async def presses(self, choice: Choice, label: str, shown_as: Sequence[str]) -> str:
        """Presses the button, however old it is. Types the label of a choice that has no button."""
        showing = [shown for shown in self._user.screen if choice.value in _titles(shown)]
        if not showing:
            await self._user.says(label)
            return ""
        await self._user.taps(id=choice.value, on=showing[-1])
        return showing[-1].id

    async def sends(self, *files: tuple[str, bytes]) -> None:
        """WhatsApp has no albums: each file is a message of its own."""
        for name, content in files:
            await self._user.sends_document(name, content, mimetypes.guess_type(name)[0] or "application/pdf")

    async def rests(self, answers: Sequence[StoredMessage]) -> None:
        """Nothing has to be waited for."""

    def seen(self, ids: Sequence[str]) -> Seen:
        seen = Seen("")
        for shown in self._user.screen:
            if shown.id in ids:
                seen += Seen(
                    shown.text,
                    _titles(shown),
                    files=[(shown.document.filename, shown.document.content)] if shown.document else [],
                    links=[shown.link.url] if shown.link else [],
                    messages=int(not shown.is_attachment),
                )
        return seen


def _titles(shown: Shown) -> dict[str, str]:
    return {button.id: button.title for button in shown.buttons} | {row.id: row.title for row in shown.rows}


class WhatsApp:
    name = "whatsapp"
    edits = False
    albums = False
    most = 2  # a text that is too long for buttons goes before them
    language = "id"

    def __init__(self, server: GraphServer) -> None:
        self._server = server

    def settings(self, port: int) -> dict[str, Any]:
        self._server.webhook.url = f"http://127.0.0.1:{port}/whatsapp"
        return {name.removeprefix("PST_").lower(): value for name, value in self._server.environment.items()}

    def phone(self, number: int, name: str, language: str) -> WhatsAppPhone:
        user = self._server.user(f"ID.{1349120865530274191 + number}", f"62812000{number:04}", name)
        if number % 2:
            user.hides_phone()
        return WhatsAppPhone(self._server, user)

    def is_now(self, now: datetime) -> None:
        self._server.clock.advance(now.timestamp() - self._server.clock.now())

    async def arrived(self) -> None:
        """Nothing has to be waited for: the webhook is answered when everything is stored."""

    async def complaints(self) -> list[str]:
        self._server.webhook.batch = 50
        await self._server.tell_statuses()
        refused = [f"{call.call} was refused with {call.code}" for call in self._server.calls if call.code]
        return [*self._server.flagged, *refused, *self._server.webhook.given_up]


@asynccontextmanager
async def by_whatsapp() -> AsyncIterator[WhatsApp]:
    async with graph_server() as server:
        server.clock.stop()
        server.statuses.late = True
        for text in ApprovedTemplates.from_setting("pst:id,en").submissions():
            server.approve(text.name, text.language, text.body)
        yield WhatsApp(server)
