"""The Telegram channel between the strict Bot API server and a backend in memory."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channel import Delivered, Outgoing, Platform, Progress, StoredFile, Upload
from bot.chat import Attachment, Incoming, Prompt
from bot.handlers.webchat import Notifier
from tests.contract.memory_backend import MemoryBackend
from tests.platforms.telegram import BotApi, TelegramUser, bot_api

SITI = 1001
PDF = b"%PDF-1.7 surat"
LETTER = Attachment(1, "Surat é.pdf")
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def outgoing(prompt: Prompt, **more: Any) -> Outgoing:
    return Outgoing(**{"id": 17, "address": str(SITI), "locale": "id", "prompt": prompt, "created_at": AT, **more})


@dataclass
class TelegramHarness:
    server: BotApi
    channel: Platform
    files: dict[int, StoredFile]

    @property
    def siti(self) -> TelegramUser:
        return self.server.user(SITI, "Siti")

    async def sends(self, prompt: Prompt, **more: Any) -> Delivered:
        return await self.channel.send(outgoing(prompt, **more))


@asynccontextmanager
async def open_telegram(
    mode: str = "polling", public_url: str = "", secret: str = "", server: BotApi | None = None
) -> AsyncIterator[TelegramHarness]:
    """The channel of one process. Siti has written before, so the bot may write to her."""
    from bot.handlers.telegram import connect

    files = {1: StoredFile("surat.pdf", "pdf", PDF)}

    async def attachment(file: int) -> StoredFile | None:
        return files.get(file)

    @asynccontextmanager
    async def served() -> AsyncIterator[BotApi]:
        if server is not None:
            yield server
            return
        async with bot_api() as own:
            own.user(SITI, "Siti").chat.started = True
            yield own

    async with served() as api:
        assert mode in {"polling", "webhook"}
        channel = connect(api.token, api.url, mode, public_url, secret, attachment)  # type: ignore[arg-type]
        try:
            yield TelegramHarness(api, channel, files)
        finally:
            await channel.close()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramHarness]:
    async with open_telegram() as telegram:
        yield telegram


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens the pauses and leases of the receiving side."""
    from bot.handlers.telegram import receive

    monkeypatch.setattr(receive, "PAUSES", (0.02, 0.04))
    monkeypatch.setattr(receive, "LEASE", 1.0)
    monkeypatch.setattr(receive, "RENEWAL", 0.2)


@dataclass
class Leases:
    """The leases of several processes: name → (holder, the end in the loop's time)."""

    held: dict[str, tuple[object, float]] = field(default_factory=dict)

    def take(self, holder: object, name: str, seconds: float) -> bool:
        now = asyncio.get_running_loop().time()
        current, until = self.held.get(name, (holder, now))
        if current is not holder and until > now:
            return False
        self.held[name] = (holder, now + seconds)
        return True


class TelegramBackend(MemoryBackend):
    """`refuses`: texts of messages that cannot be stored as long as they stand in the set."""

    def __init__(self, leases: Leases | None = None) -> None:
        super().__init__(Notifier(), lambda incoming: ())
        self.leases = leases or Leases()
        self.refuses: set[str] = set()
        self.calls: list[str] = []  #: the texts of all messages, before they wait for anything
        self.blocks: list[tuple[str, bool]] = []
        self.links: list[str] = []
        self.officers: list[tuple[str, str]] = []
        self.dead_letters: list[bytes] = []
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.busy: set[str] = set()  #: addresses
        self.most_at_once = 0  #: addresses that were busy at the same time

    async def receive(self, incoming: Incoming) -> bool:
        self.calls.append(incoming.text)
        async with self.locks[incoming.address]:
            self.busy.add(incoming.address)
            self.most_at_once = max(self.most_at_once, len(self.busy))
            try:
                if incoming.text in self.refuses:
                    raise ConnectionRefusedError(f"no room for {incoming.text}")
                return await super().receive(incoming)
            finally:
                self.busy.discard(incoming.address)

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> bool:
        async with self.locks[incoming.address]:
            if self.down:
                raise ConnectionRefusedError("no database")
            return await super().receive_files(incoming, uploads)

    async def identifier_changed(self, channel: str, message_id: str, previous: str, current: str) -> None:
        raise AssertionError("Telegram does not tell of new identifiers")

    async def blocked(self, channel: str, address: str, is_blocked: bool) -> None:
        if self.down:
            raise ConnectionRefusedError("no database")
        self.blocks.append((address, is_blocked))

    async def progress(
        self, channel: str, remote_id: str, state: Progress, reason: str = "", *, needs_template: bool = False
    ) -> None:
        raise AssertionError("Telegram does not tell how far a message got")

    async def announce(self, channel: str, link: str) -> None:
        self.links.append(link)

    async def dead_letter(self, channel: str, part: bytes, why: str) -> None:
        if part not in self.dead_letters:
            self.dead_letters.append(part)

    async def staff(self, channel: str) -> list[tuple[str, str]]:
        return self.officers

    async def lease(self, name: str, seconds: float) -> bool:
        if self.down:
            raise ConnectionRefusedError("no database")
        return self.leases.take(self, name, seconds)

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.received]


@asynccontextmanager
async def listening(telegram: TelegramHarness, backend: TelegramBackend) -> AsyncIterator[asyncio.Task[None]]:
    """Runs the receiving side of the channel."""
    receiver = telegram.channel.receiver(backend, backend)
    await receiver.start()
    task = asyncio.create_task(receiver.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen within 10 seconds")
