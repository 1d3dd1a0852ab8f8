"""The WhatsApp channel between the strict Cloud API server and a backend in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.channel import Delivered, Outgoing, Platform, Progress, Receiver, StoredFile, Upload
from bot.chat import Attachment, Incoming, Prompt
from bot.handlers.webchat import Notifier
from bot.handlers.whatsapp import connect
from bot.handlers.whatsapp.templates import ApprovedTemplates, TemplateSubmission
from domain.text import verbatim
from tests.contract.memory_backend import MemoryBackend
from tests.platforms.whatsapp import GraphServer, User, graph_server

ID, WA = "ID.13491208655302741918", "628120000001"
PDF = b"%PDF-1.7 surat"
LETTER = Attachment(1, "Surat é.pdf")


def approved() -> list[TemplateSubmission]:
    """The templates that the office submitted, as the tests' server has them approved."""
    return list(ApprovedTemplates.from_setting("pst:id,en").submissions())


class WhatsAppBackend(MemoryBackend):
    """`refuses`: texts of messages that can never be stored."""

    def __init__(self) -> None:
        super().__init__(Notifier(), lambda incoming: ())
        self.refuses: set[str] = set()
        self.told: list[tuple[str, Progress, str]] = []
        self.needing_templates: list[str] = []
        self.links: list[str] = []
        self.moved: list[tuple[str, str]] = []
        self.dead_letters: dict[bytes, str] = {}

    async def receive(self, incoming: Incoming) -> bool:
        if incoming.text in self.refuses:
            raise ConnectionRefusedError(f"no room for {incoming.text}")
        return await super().receive(incoming)

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> bool:
        if self.down:
            raise ConnectionRefusedError("no database")
        return await super().receive_files(incoming, uploads)

    async def identifier_changed(self, channel: str, message_id: str, previous: str, current: str) -> None:
        self.moved.append((previous, current))

    async def blocked(self, channel: str, address: str, is_blocked: bool) -> None:
        raise AssertionError("WhatsApp does not tell who blocks us")

    async def progress(
        self, channel: str, remote_id: str, state: Progress, reason: str = "", *, needs_template: bool = False
    ) -> None:
        if self.down:
            raise ConnectionRefusedError("no database")
        self.told.append((remote_id, state, reason))
        self.needing_templates += [remote_id] if needs_template else []

    async def dead_letter(self, channel: str, part: bytes, why: str) -> None:
        self.dead_letters[part] = why

    async def announce(self, channel: str, link: str) -> None:
        self.links.append(link)

    async def staff(self, channel: str) -> list[tuple[str, str]]:
        return []

    async def lease(self, name: str, seconds: float) -> bool:
        return True

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.received]


@dataclass
class WhatsAppHarness:
    server: GraphServer
    channel: Platform
    receiver: Receiver
    backend: WhatsAppBackend
    files: dict[int, StoredFile] = field(default_factory=lambda: {1: StoredFile("Surat é.pdf", "pdf", PDF)})

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.server.clock.now(), UTC)

    def sari(self) -> User:
        """A person who has just written."""
        user = self.server.user(ID, WA, "Sari")
        user.last_said = self.server.clock.now()
        return user

    def row(self, prompt: Prompt | str = "halo", **more: object) -> Outgoing:
        shown = Prompt(verbatim(prompt)) if isinstance(prompt, str) else prompt
        row = Outgoing(
            id=7,
            address=ID,
            alternate_address=WA,
            locale="id",
            prompt=shown,
            created_at=self.now,
            last_incoming_at=self.now,
        )
        return replace(row, **more)  # type: ignore[arg-type]

    async def send(self, prompt: Prompt | str = "halo", **more: object) -> Delivered:
        return await self.channel.send(self.row(prompt, **more))

    async def fetch(self, remote: str) -> bytes:
        return b"".join([chunk async for chunk in self.channel.fetch(remote)])

    def calls(self, *names: str) -> list[str]:
        return [seen.call for seen in self.server.calls if not names or seen.call in names]


def connected(server: GraphServer, harness: dict[int, StoredFile], **other: str) -> Platform:
    async def attachment(file: int) -> StoredFile | None:
        return harness.get(file)

    env = {key.removeprefix("PST_WHATSAPP_").lower(): value for key, value in server.environment.items()} | other
    clock = lambda: datetime.fromtimestamp(server.clock.now(), UTC)  # noqa: E731
    return connect(**env, attachment=attachment, clock=clock)


@asynccontextmanager
async def opened() -> AsyncIterator[WhatsAppHarness]:
    async with graph_server() as server:
        backend, files = WhatsAppBackend(), {1: StoredFile("Surat é.pdf", "pdf", PDF)}
        channel = connected(server, files)
        receiver = channel.receiver(backend, backend)
        app = web.Application()
        app.add_routes(receiver.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.webhook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/whatsapp"
        server.statuses.late = True
        try:
            yield WhatsAppHarness(server, channel, receiver, backend, files)
        finally:
            await channel.close()
            await runner.cleanup()


@pytest.fixture
async def whatsapp() -> AsyncIterator[WhatsAppHarness]:
    async with opened() as harness:
        yield harness
