"""A small service behind the web chat, and the browsers that open its page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Literal

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, async_playwright

from bot.chat import Attachment, Choice, Incoming, Prompt
from bot.handlers.webchat import Notifier, PageTitle, WebChat
from bot.limits import TokenBucketLimiter
from domain.text import Text, paragraphs, verbatim
from tests.chromium import launch
from tests.contract.kept_files import kept_files
from tests.contract.memory_backend import MemoryBackend

MEGABYTE = 1024 * 1024
BACK = Choice("nav:back", verbatim("Kembali"), nav=True)
SECTORS = tuple(Choice(f"s:{number}", verbatim(f"Sektor yang ke-{number}")) for number in range(1, 23))
MENU = Prompt(
    paragraphs(verbatim("Selamat datang."), verbatim("Apa yang ingin Anda lakukan?")),
    (
        Choice("m:apply", verbatim("Ajukan rekomendasi kegiatan statistik")),
        Choice("m:sector", verbatim("Pilih sektor kegiatan")),
        Choice("m:letter", verbatim("Ambil surat rekomendasi")),
        BACK,
    ),
)
TICK = Choice("t:on", verbatim("Individu"), ticked=False)
TICKED = Choice("t:off", verbatim("✓ Individu"), ticked=True)
ANSWERS = {
    "/start": MENU,
    "/menu": MENU,
    "m:apply": Prompt(
        verbatim("Apakah kegiatan ini survei?"), (Choice("y", verbatim("Ya")), Choice("n", verbatim("Tidak")), BACK)
    ),
    "m:sector": Prompt(verbatim("Apa sektor kegiatan Anda?"), (*SECTORS, BACK)),
    "m:letter": Prompt(verbatim("Surat Anda:"), (BACK,), attachment=Attachment(17, "Surat.pdf")),
    "satuan": Prompt(verbatim("Satuan apa?"), (TICK, BACK)),
    "t:on": Prompt(verbatim("Satuan apa?"), (TICKED, BACK), edits_message=True),
    "t:off": Prompt(verbatim("Satuan apa?"), (TICK, BACK), edits_message=True),
    "y": Prompt(verbatim("Silakan kirim surat pengantar."), (BACK,), takes_file=True),
}


def answer(incoming: Incoming) -> tuple[Prompt, ...]:
    said = incoming.tap or incoming.text
    return (ANSWERS.get(said, Prompt(verbatim(f"Dicatat: {said or 'berkas'}"), (BACK,))),)


class Service:
    """The web chat on a port of its own. `address`: the sender of the first message."""

    def __init__(self, port: int | None = None) -> None:
        self.backend = MemoryBackend(Notifier(), answer, file_limit=MEGABYTE)
        title = PageTitle(Text("BPS Kabupaten Jeneponto"), Text("Layanan Rekomendasi"), Text("telepon 083299397188"))
        self.ahead = timedelta()
        self.app = web.Application()
        self.chat = WebChat(
            self.backend,
            self.backend,
            kept_files(self.app, self._now),
            self.backend.notifier,
            title,
            public_url=None,
            clock=self._now,
            file_mb=1,
            limiter=TokenBucketLimiter(monotonic),
        )
        self.app.add_routes(self.chat.routes())
        self.app.on_shutdown.append(self.chat.close)
        self.server = TestServer(self.app, port=port)

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def url(self) -> str:
        return str(self.server.make_url("/"))

    @property
    def address(self) -> str:
        return self.backend.received[0].address

    def texts(self) -> list[str]:
        return [incoming.tap or incoming.text for incoming in self.backend.received]


@dataclass
class Watched:
    """A page that collects script errors, console errors and violations of the content policy."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def start(self, url: str) -> Page:
        page = self.page
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, e.blockedURI))"
        )
        await page.goto(url)
        return page


@pytest_asyncio.fixture(loop_scope="module")
async def service() -> AsyncIterator[Service]:
    service = Service()
    async with service.server:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@asynccontextmanager
async def device(
    chromium: Browser, kind: Literal["phone", "desktop"], scheme: Literal["light", "dark"] = "light"
) -> AsyncIterator[BrowserContext]:
    phone = kind == "phone"
    context = await chromium.new_context(
        viewport={"width": 360, "height": 740} if phone else {"width": 1280, "height": 860},
        is_mobile=phone,
        has_touch=phone,
        device_scale_factor=2 if phone else 1,
        color_scheme=scheme,
        locale="id-ID",
        timezone_id="Asia/Makassar",
    )
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def watched(chromium: Browser, service: Service) -> AsyncIterator[Watched]:
    """Closed before the service, which would wait for the page's closing handshake."""
    async with device(chromium, "desktop") as context:
        yield Watched(await context.new_page())


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Ketik pesan").fill(text)
    await page.get_by_role("button", name="Kirim", exact=True).click()


def file(name: str, size: int = 1000) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=b"x" * size)
