"""People with Telegram: the strict Bot API, and what goes wrong between it and the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tests.crash import platform_faults
from tests.crash.phone import NUMBER, PHOTO, PRESSING, Condition, Phone, Shown, mime
from tests.crash.platform_faults import FOR_EVER
from tests.platforms.telegram import BotApi, TelegramUser, bot_api
from tests.platforms.telegram import faults as telegram_faults
from tests.samples import sample


@dataclass(frozen=True)
class TelegramHandset:
    server: BotApi
    person: TelegramUser

    @property
    def address(self) -> str:
        return str(self.person.chat.id)

    async def says(self, text: str) -> None:
        await self.person.says(text)

    async def taps(self, label: str) -> None:
        for message in reversed(self.person.chat.screen):
            for button in message.buttons:
                if NUMBER.sub("", button) == label:
                    await self.person.taps(button, on=message)
                    return
        raise AssertionError(f"no button {label!r}; the screen ends with {self.person.chat.screen[-3:]}")

    async def sends(self, *names: str) -> None:
        if len(names) > 1:
            await self.person.sends_album([(name, sample(name), mime(name)) for name in names])
        elif names[0] == PHOTO:
            await self.person.sends_photo(sample(PHOTO))
        else:
            await self.person.sends_document(names[0], sample(names[0]), mime(names[0]))

    @property
    def shown(self) -> list[Shown]:
        ours = [message for message in self.person.chat.messages.values() if message.from_bot]
        return [Shown(message.text, message.file.name if message.file else "") for message in ours]


@dataclass(frozen=True)
class TelegramPlatform:
    server: BotApi
    mode: str
    channel: str = "telegram"
    albums: bool = True

    def environment(self, url: str) -> Mapping[str, str]:
        return {
            "PST_TELEGRAM_TOKEN": self.server.token,
            "PST_TELEGRAM_API_BASE": self.server.url,
            "PST_TELEGRAM_MODE": self.mode,
            "PST_TELEGRAM_WEBHOOK_SECRET": "loopback_only_no_secret_at_all",
            "PST_PUBLIC_URL": url.rstrip("/"),
        }

    def phone(self, number: int) -> TelegramHandset:
        person = self.server.user(1000 + number)
        person.chat.started = True
        return TelegramHandset(self.server, person)

    @property
    def taken(self) -> bool:
        return not self.server.updates.unconfirmed

    @property
    def said(self) -> int:
        return len(self.server.updates.history)

    def forgives(self) -> None:
        self.server.forgiven |= {"message is not modified", "query is too old"}

    @property
    def silences(self) -> Mapping[str, Callable[[Phone], Condition]]:
        both = {"told": self._told, "fetching": lambda _phone: self._before("download")}
        return both | ({"confirming": lambda _phone: self._before("getUpdates")} if self.mode == "polling" else {})

    def _told(self, phone: Phone) -> Condition:
        """The message is on the phone; the service will never hear of it."""
        before = len(phone.shown)
        for method in ("sendMessage", "sendDocument"):
            fault = telegram_faults.hang(FOR_EVER, performed=True)
            self.server.faults.on(method, fault, chat=int(phone.address))
        return lambda: len(phone.shown) > before

    def _before(self, call: str) -> Condition:
        fault = self.server.faults.on(call, telegram_faults.hang(FOR_EVER))
        return lambda: fault.used

    def answers_again(self) -> None:
        self.server.faults.planned.clear()

    def presses(self) -> None:
        if self.server.updates.webhook:
            self.server.updates.webhook.pause = self.server.updates.webhook.longest_pause = PRESSING

    def goes_wrong(self, words: str) -> None:
        self.server.faults.planned += [replace(fault) for fault in platform_faults.TELEGRAM.get(words, ())]
        self.server.updates.deliver_twice(3 if words in platform_faults.TWICE else 0)
        if words in platform_faults.WITH_OLD_ONES:
            self.server.updates.redeliver(*self.server.updates.history)
        if words in platform_faults.BACKWARDS:
            self.server.updates.hold()

    def lets_go(self) -> None:
        self.server.updates.release(reversed)
        self.server.updates.to_double = 0

    @property
    def went_wrong(self) -> bool:
        return not self.server.faults.planned

    @property
    def unheard(self) -> int:
        sent = [call for call in self.server.calls if call.method.startswith("send") and call.ok]
        return sum(bool(call.fault) for call in sent)

    async def repeats(self) -> None:
        self.server.updates.redeliver(*reversed(self.server.updates.history))

    @property
    def flagged(self) -> list[str]:
        return self.server.flagged + [f"never taken: {update.payload}" for update in self.server.updates.given_up]


@asynccontextmanager
async def telegram(mode: str = "polling") -> AsyncIterator[TelegramPlatform]:
    async with bot_api() as server:
        server.updates.webhook_tries = 1_000_000
        yield TelegramPlatform(server, mode)
