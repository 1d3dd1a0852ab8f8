"""People with WhatsApp: the strict Graph API, and what goes wrong between it and the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.handlers.whatsapp.templates import ApprovedTemplates
from tests.crash import platform_faults
from tests.crash.phone import NUMBER, PHOTO, PRESSING, Condition, Phone, Shown, mime
from tests.crash.platform_faults import FOR_EVER
from tests.platforms.whatsapp import GraphServer, User, graph_server
from tests.platforms.whatsapp import faults as whatsapp_faults
from tests.platforms.whatsapp.payloads import Event
from tests.samples import sample


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
