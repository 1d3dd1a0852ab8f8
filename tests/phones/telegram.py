"""The phones of a transcript's people on Telegram, and the network with the strict Bot API server."""

from __future__ import annotations

import asyncio
import mimetypes
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Literal

from bot.channel import StoredMessage
from bot.chat import Choice
from tests.phones.seen import Seen
from tests.platforms.telegram import BotApi, ChatMessage, TelegramUser, bot_api

#: seconds within which the buttons of an answered message disappear; the machine may be busy
PATIENCE = 15.0


class TelegramPhone:
    def __init__(self, server: BotApi, person: TelegramUser) -> None:
        self._server = server
        self._person = person
        self.address = str(person.chat.id)
        self._pressed: ChatMessage | None = None

    async def writes(self, *texts: str) -> None:
        """Sends all texts before the first one is delivered, so that the answer has the greatest message id."""
        self._pressed = None
        self._server.updates.hold(self._person.chat.id)
        for text in texts:
            await self._person.says(text)
        self._server.updates.release()

    async def presses(self, choice: Choice, label: str, shown_as: Sequence[str]) -> str:
        """Presses the button where it is visible. Otherwise presses it on the message that had it, like a phone that
        does not know yet that the button is gone. Gives the id of that message; empty for a button below the input
        field.
        """
        showing = [message for message in self._person.screen if choice.value in message.choices.values()]
        is_on_keyboard = label in [button["text"] for button in self._person.reply_keyboard]
        if is_on_keyboard and not showing:
            self._pressed = None
            await self._person.presses(label)
            return ""
        self._pressed = showing[-1] if showing else self._person.chat.messages[int(shown_as[-1])]
        await self._person.sends_callback(choice.value, on=self._pressed)
        return str(self._pressed.id)

    async def sends(self, *files: tuple[str, bytes]) -> None:
        self._pressed = None
        parts = [(name, content, mimetypes.guess_type(name)[0] or "application/pdf") for name, content in files]
        if len(parts) == 1:
            await self._person.sends_document(*parts[0])
        else:
            await self._person.sends_album(parts)

    async def rests(self, answers: Sequence[StoredMessage]) -> None:
        """Waits until every callback is answered, and the pressed buttons are gone if another message answered them."""
        is_gone = bool(self._pressed and answers and not answers[0].prompt.edits_message)
        until = time.monotonic() + PATIENCE
        while waiting := [query for query in self._server.unanswered if query.chat is self._person.chat]:
            assert time.monotonic() < until, f"the callback of {waiting[0].data} is not answered"
            await asyncio.sleep(0.002)
        while is_gone and self._pressed and self._pressed.rows:
            assert time.monotonic() < until, f"the buttons are still there after the answer: {self._pressed}"
            await asyncio.sleep(0.002)

    def seen(self, ids: Sequence[str]) -> Seen:
        seen = Seen("")
        for id in ids:
            message = self._person.chat.messages[int(id)]
            buttons = [button for row in message.rows for button in row]
            keyboard: list[Any] = message.keyboard.get("keyboard", []) if message.keyboard else []
            seen += Seen(
                message.text,
                {button["callback_data"]: button["text"] for button in buttons if "callback_data" in button},
                below=[button["text"] for row in keyboard for button in row],
                files=[message.document] if message.document else [],
                links=[button["url"] for button in buttons if "url" in button],
                messages=int(message.file is None),
            )
        return seen


class TelegramNetwork:
    name = "telegram"
    edits = True
    albums = True
    most = 5
    language = ""

    def __init__(self, server: BotApi, mode: Literal["polling", "webhook"]) -> None:
        self._server = server
        self._mode = mode

    def settings(self, port: int) -> dict[str, Any]:
        return {
            "telegram_token": self._server.token,
            "telegram_api_base": self._server.url,
            "telegram_mode": self._mode,
            "telegram_webhook_secret": "a-secret-of-the-tests",
            "public_url": f"http://127.0.0.1:{port}",
        }

    def phone(self, number: int, name: str, language: str) -> TelegramPhone:
        return TelegramPhone(self._server, self._server.user(1001 + number, name, language))

    def is_now(self, now: datetime) -> None:
        """Telegram uses the real time; nothing depends on it."""

    async def arrived(self) -> None:
        await self._server.wait_until_confirmed()

    async def complaints(self) -> list[str]:
        unanswered = [f"the tap on {query.data} was never answered" for query in self._server.unanswered]
        given_up = [f"update {update.id} was given up" for update in self._server.updates.given_up]
        return [*self._server.flagged, *self._server.refused, *self._server.conflicts, *unanswered, *given_up]


@asynccontextmanager
async def by_polling() -> AsyncIterator[TelegramNetwork]:
    async with bot_api() as server:
        yield TelegramNetwork(server, "polling")


@asynccontextmanager
async def by_webhook() -> AsyncIterator[TelegramNetwork]:
    async with bot_api() as server:
        yield TelegramNetwork(server, "webhook")
