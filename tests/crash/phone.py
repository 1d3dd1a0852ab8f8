"""People with phones, on whichever platform: what they do, what they were ever shown, and what goes wrong between."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from bot.handlers.whatsapp.templates import ApprovedTemplates
from tests.crash import platform_faults
from tests.crash.platform_faults import FOR_EVER
from tests.platforms.telegram import BotApi, TelegramUser, bot_api
from tests.platforms.telegram import faults as telegram_faults
from tests.platforms.whatsapp import GraphServer, User, graph_server
from tests.platforms.whatsapp import faults as whatsapp_faults
from tests.platforms.whatsapp.payloads import Event
from tests.samples import sample

#: which is sent as a photo, that is without a name
PHOTO = "foto.jpg"
#: points at which a platform can fall silent, see `Network.silences`
SILENCES = {"told", "fetching", "confirming"}
#: seconds between two attempts
PRESSING = 0.002
NUMBER = re.compile(r"^\d+\. ")

Condition = Callable[[], object]


@dataclass(frozen=True)
class Shown:
    """A message of the service on a phone: its words, and the name of the file with it."""

    words: str
    file: str = ""


class Phone(Protocol):
    """What its owner does is on its way when the method returns, and comes to the service as soon as it can."""

    @property
    def address(self) -> str:
        """Under which the service knows the owner."""
        ...

    async def says(self, text: str) -> None: ...

    async def taps(self, label: str) -> None: ...

    async def sends(self, *names: str) -> None:
        """Files of these kinds; several are an album. Where there are none, only the first is sent: how fast our reply
        is decides whether the next ones belong to the same answer.
        """
        ...

    @property
    def shown(self) -> list[Shown]:
        """Everything that ever appeared, oldest first."""
        ...


def files_in(words: str) -> list[str]:
    """The names in "(a.pdf, b.pdf)"; none where it is something else."""
    found = re.fullmatch(r"\((.+)\)", words)
    return [name.strip() for name in found[1].split(",")] if found else []


async def act(phone: Phone, words: str) -> None:
    """Words, [a button] or (files)."""
    if button := re.fullmatch(r"\[(.+)\]", words):
        await phone.taps(button[1])
    elif files := files_in(words):
        await phone.sends(*files)
    else:
        await phone.says(words)


class Network(Protocol):
    """A platform, with the service at its other end."""

    @property
    def channel(self) -> str: ...

    @property
    def albums(self) -> bool:
        """Whether several files can be one message."""
        ...

    def environment(self, url: str) -> Mapping[str, str]: ...

    def phone(self, number: int) -> Phone: ...

    @property
    def said(self) -> int:
        """So many messages did people send, taps and parts of albums among them."""
        ...

    @property
    def taken(self) -> bool:
        """The service has confirmed everything that it was told."""
        ...

    def forgives(self) -> None:
        """What a service does that died and cannot know what it has done already."""
        ...

    @property
    def silences(self) -> Mapping[str, Callable[[Phone], Condition]]:
        """Points at which the platform can fall silent, once, towards this person; the condition says when it does."""
        ...

    def answers_again(self) -> None: ...

    def presses(self) -> None:
        """Delivers to a service that is back in the very moment in which it is."""
        ...

    def goes_wrong(self, words: str) -> None:
        """What `trouble.py` has for this, from now on."""
        ...

    def lets_go(self) -> None:
        """What was held back arrives."""
        ...

    @property
    def went_wrong(self) -> bool:
        """All of it has."""
        ...

    @property
    def unheard(self) -> int:
        """So many messages are on the phones of which the service was never told that they are."""
        ...

    async def repeats(self) -> None:
        """Delivers everything that was ever delivered once more, and not in its order."""
        ...

    @property
    def flagged(self) -> list[str]:
        """What a correct service would not have done."""
        ...


def mime(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


# Telegram -------------------------------------------------------------------------------------------------------------


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


# WhatsApp -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WhatsAppPhone:
    server: GraphServer
    user: User

    @property
    def address(self) -> str:
        return self.user.key

    async def says(self, text: str) -> None:
        self._posts(self.user.event("text", {"body": text}))

    async def taps(self, label: str) -> None:
        for shown in reversed(self.user.screen):
            for kind, choices in (("button_reply", shown.buttons), ("list_reply", shown.rows)):
                for choice in choices:
                    described = vars(choice)
                    if label in {NUMBER.sub("", choice.title), described.get("description")}:
                        reply = {key: described[key] for key in ("id", "title")}
                        on = {"from": self.server.account.display_phone_number, "id": shown.id}
                        self._posts(self.user.event("interactive", {"type": kind, kind: reply}, on))
                        return
        raise AssertionError(f"no button {label!r}; the screen ends with {self.user.screen[-3:]}")

    async def sends(self, *names: str) -> None:
        self._posts(self._file(names[0]))

    def _file(self, name: str) -> Event:
        is_photo = name == PHOTO
        medium = self.server.media.receive(sample(name), mime(name), "" if is_photo else name)
        named = {} if is_photo else {"filename": name}
        return self.user.event("image" if is_photo else "document", {**named, **self.user.described(medium)})

    def _posts(self, *events: Event) -> None:
        """In one body, until it is taken."""
        self.server.webhook.background(self.server.webhook.post(events))

    @property
    def shown(self) -> list[Shown]:
        return [Shown(one.text, one.document.filename if one.document else "") for one in self.user.screen]


@dataclass
class WhatsApp:
    server: GraphServer
    channel: str = "whatsapp"
    albums: bool = False
    unheard: int = 0

    def environment(self, url: str) -> Mapping[str, str]:
        self.server.webhook.url = f"{url}whatsapp"
        return self.server.environment

    def phone(self, number: int) -> WhatsAppPhone:
        return WhatsAppPhone(self.server, self.server.user(f"ID.{1000 + number}", f"62812000{1000 + number}"))

    @property
    def taken(self) -> bool:
        return not self.server.webhook.is_busy

    @property
    def said(self) -> int:
        events = [event for delivery in self.server.webhook.deliveries for event in delivery.events]
        return len({event.id for event in events if event.field == "messages"})

    def forgives(self) -> None:
        """There is nothing of the kind."""

    @property
    def silences(self) -> Mapping[str, Callable[[Phone], Condition]]:
        return {"told": self._told, "fetching": self._fetching}

    def _told(self, phone: Phone) -> Condition:
        before = len(phone.shown)
        self.server.faults.next(whatsapp_faults.LATE, person=phone.address)
        return lambda: len(phone.shown) > before

    def _fetching(self, _phone: Phone) -> Condition:
        def downloads() -> int:
            return sum(seen.call == "download" for seen in self.server.calls)

        before = downloads()
        self.server.faults.next(whatsapp_faults.HANG, on="download")
        return lambda: downloads() > before

    def answers_again(self) -> None:
        self.server.faults.clear()

    def presses(self) -> None:
        self.server.webhook.pause = PRESSING

    def goes_wrong(self, words: str) -> None:
        for planned in platform_faults.WHATSAPP.get(words, ()):
            self.server.faults.next(planned.fault, planned.left, on=planned.on)
            self.unheard += planned.left * (planned.on == "messages" and planned.fault.when == "after")
        self.server.webhook.copies = 2 if words in platform_faults.TWICE else 1
        if words in platform_faults.WITH_OLD_ONES:
            self.server.webhook.background(self.server.webhook.replay(shuffle=True))

    def lets_go(self) -> None:
        """Nothing is held back: what WhatsApp brings has no order of its own."""

    @property
    def went_wrong(self) -> bool:
        return self.server.faults.all_struck

    async def repeats(self) -> None:
        await self.server.webhook.replay(shuffle=True)

    @property
    def flagged(self) -> list[str]:
        return self.server.flagged + self.server.webhook.given_up


@asynccontextmanager
async def whatsapp() -> AsyncIterator[WhatsApp]:
    async with graph_server() as server:
        server.webhook.pause, server.webhook.give_up_after = 0.05, FOR_EVER
        for text in ApprovedTemplates.from_setting("pst:id,en").submissions():
            server.approve(text.name, text.language, text.body)
        yield WhatsApp(server)
