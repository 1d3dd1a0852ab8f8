"""The web chat's page in a real browser: by thumb, by keyboard, by ear, and when the line is bad."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, Route, async_playwright, expect

from bot.conversations.types import Attachment, Choice, Incoming, Prompt
from bot.handlers.base import StoredFile
from bot.handlers.webchat import Hub, Nameplate, WebChat, render
from bot.handlers.webchat.uploads import KEPT
from desk.text import Text, paragraphs, verbatim
from tests.chromium import launch
from tests.contract.memory_backend import MemoryBackend

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]  # one loop: one browser for all

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
ANSWERS = {
    "/start": MENU,
    "/menu": MENU,
    "m:apply": Prompt(
        verbatim("Apakah kegiatan ini survei?"), (Choice("y", verbatim("Ya")), Choice("n", verbatim("Tidak")), BACK)
    ),
    "m:sector": Prompt(verbatim("Apa sektor kegiatan Anda?"), (*SECTORS, BACK)),
    "m:letter": Prompt(verbatim("Surat Anda:"), (BACK,), attachment=Attachment(17, "Surat.pdf")),
    "y": Prompt(verbatim("Silakan kirim surat pengantar."), (BACK,), takes_file=True),
}


def answer(incoming: Incoming) -> tuple[Prompt, ...]:
    said = incoming.tap or incoming.text
    return (ANSWERS.get(said, Prompt(verbatim(f"Dicatat: {said or 'berkas'}"), (BACK,))),)


class Service:
    """The chat on a port of its own; `address` is whoever spoke first."""

    def __init__(self, port: int | None = None) -> None:
        self.backend = MemoryBackend(Hub(), answer, file_limit=MEGABYTE)
        nameplate = Nameplate(
            Text("BPS Kabupaten Jeneponto"), Text("Layanan Rekomendasi"), Text("telepon 083299397188")
        )
        self.ahead = timedelta()
        self.chat = WebChat(
            self.backend,
            self.backend.hub,
            nameplate,
            public_url=None,
            clock=lambda: datetime.now(UTC) + self.ahead,
            file_mb=1,
        )
        self.app = web.Application()
        self.app.add_routes(self.chat.routes())
        self.app.on_shutdown.append(self.chat.close)
        self.server = TestServer(self.app, port=port)

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
    """A page whose complaints are collected: script errors, console errors, violations of the content policy."""

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
async def watched(chromium: Browser) -> AsyncIterator[Watched]:
    async with device(chromium, "desktop") as context:
        yield Watched(await context.new_page())


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Ketik pesan").fill(text)
    await page.get_by_role("button", name="Kirim", exact=True).click()


#: every visible text whose contrast with what stands behind it is below 4.5:1
CONTRAST = """() => {
  const rgba = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255; return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  const behind = (element) => element
    ? over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement)) : [255, 255, 255, 1];
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('body *')].filter((element) => says(element) && element.checkVisibility()
    && element.offsetWidth > 1 && !element.closest('noscript')).flatMap((element) => {
      const ground = behind(element), ink = over(rgba(getComputedStyle(element).color), ground);
      const [dark, bright] = [light(ground), light(ink)].sort((a, b) => a - b);
      const ratio = (bright + 0.05) / (dark + 0.05);
      return ratio < 4.5 ? [`${element.textContent}: ${ratio.toFixed(2)}`] : [];
    });
}"""
#: what can be pressed and is less than 44 px high or wide
SMALL = """() => [...document.querySelectorAll('button, a.file, textarea')]
  .filter((element) => element.checkVisibility()).flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    return Math.min(width, height) < 44 ? [`${element.textContent || element.id}: ${width} x ${height}`] : []; })"""
TOO_WIDE = (
    "() => document.documentElement.scrollWidth > innerWidth || document.querySelector('main').scrollWidth > innerWidth"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["phone", "desktop"])
async def test_a_person_gets_through_on_every_screen(
    chromium: Browser,
    service: Service,
    tmp_path: Path,
    kind: Literal["phone", "desktop"],
    scheme: Literal["light", "dark"],
) -> None:
    async with device(chromium, kind, scheme) as context:
        watched = Watched(await context.new_page())
        page = await watched.start(service.url)

        async def look(name: str) -> None:
            await page.wait_for_timeout(300)  # until a movement has come to rest
            await page.screenshot(path=tmp_path / f"{name}.png")
            assert not await page.evaluate(TOO_WIDE), f"{name} scrolls sideways"
            assert await page.evaluate(CONTRAST) == []
            assert await page.evaluate(SMALL) == []

        await expect(page.get_by_role("heading", name="BPS Kabupaten Jeneponto")).to_be_visible()
        await expect(page.get_by_text("Layanan ini gratis")).to_be_visible()
        await look("welcome")
        await page.get_by_role("button", name="Mulai").click()
        await expect(page.get_by_text("Apa yang ingin Anda lakukan?")).to_be_visible()
        await look("menu")
        await page.get_by_role("button", name="Ajukan rekomendasi").click()
        await page.get_by_role("button", name="Ya").click()
        await expect(page.get_by_role("button", name="Pilih berkas")).to_be_visible()
        await look("file")
        await page.set_input_files("#files", [file("Surat pengantar.pdf"), file("Foto kegiatan.jpg")])
        await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
        await page.set_input_files("#files", [file("Terlalu besar.pdf", 2 * MEGABYTE)])
        await expect(page.get_by_text("lebih besar dari 1 MB")).to_be_visible()
        await look("files")
        assert [upload.name for upload in service.backend.uploads[service.backend.received[-1].id]] == [
            "Surat pengantar.pdf",
            "Foto kegiatan.jpg",
        ]
        await page.get_by_label("Ketik pesan").fill("panjang " * 600)
        await expect(page.get_by_text("Pesan paling panjang 4.096 karakter")).to_be_visible()
        await expect(page.get_by_role("button", name="Kirim", exact=True)).to_be_disabled()
        await look("too long")
        assert watched.complaints == []


def file(name: str, size: int = 1000) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=b"x" * size)


async def test_the_whole_conversation_works_by_keyboard_alone(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    focused = page.locator(":focus")
    await expect(focused).to_have_id("words")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await expect(focused).to_have_text("Mulai")
    await page.keyboard.press("Enter")
    await expect(focused).to_have_text("Ajukan rekomendasi kegiatan statistik")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(focused).to_have_text("Ya")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Space")
    await expect(focused).to_have_text("Kembali")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Baris satu")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("baris dua")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Dicatat: Baris satu")).to_be_visible()
    await expect(focused).to_have_id("words")
    assert service.texts() == ["/start", "m:apply", "n", "Baris satu\nbaris dua"]


async def test_the_skip_link_leads_past_everything_to_the_composer(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    skip = page.get_by_role("link", name="Langsung ke kotak pesan")
    await expect(skip).not_to_be_in_viewport()
    await skip.focus()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator(":focus")).to_have_id("words")


async def test_the_conversation_is_a_polite_log_in_the_readers_language(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await expect(page.get_by_role("log", name="Percakapan")).to_contain_text("Layanan: Selamat datang.")
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    await expect(page.locator("html")).to_have_attribute("lang", "id")
    await expect(page.get_by_role("group", name="Pilihan jawaban").get_by_role("button")).to_have_count(4)


async def test_buttons_go_when_the_next_question_comes_and_stay_when_a_notice_comes(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await page.get_by_role("button", name="Ajukan rekomendasi").click()
    await expect(page.get_by_role("button", name="Ya")).to_be_visible()
    await expect(page.get_by_role("button", name="Ajukan rekomendasi")).to_have_count(0)
    await expect(page.locator(".message.in", has_text="Ajukan rekomendasi kegiatan statistik")).to_be_visible()
    service.backend.tell(service.address, Prompt(verbatim("Surat Anda terbit."), reason="letter_ready"))
    await expect(page.get_by_text("Surat Anda terbit.")).to_be_visible()
    await expect(page.get_by_role("button", name="Ya")).to_be_visible()


async def test_words_are_never_markup(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await say(page, attack)
    await expect(page.get_by_text(f"Dicatat: {attack}")).to_be_visible()
    assert await page.locator("#log img, #log script").count() == 0
    assert watched.complaints == []


async def test_addresses_and_telephone_numbers_can_be_pressed_and_other_numbers_cannot(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    words = (
        "Buka https://jenepontokab.bps.go.id/a?b=1. Tulis ke bps7304@bps.go.id, WhatsApp +62 821-8737-6133 atau "
        "083299397188. javascript:alert(1) NIP 198001012005011001 tanggal 08-02-2026 08.00, nomor B-90/7301/KS/2026."
    )
    service.backend.tell(service.address, Prompt(verbatim(words)))
    await expect(page.get_by_text("NIP 198001012005011001")).to_be_visible()
    links = await page.locator(".out a").evaluate_all("all => all.map((a) => [a.getAttribute('href'), a.rel])")
    assert links == [
        ["https://jenepontokab.bps.go.id/a?b=1", "noopener noreferrer"],
        ["mailto:bps7304@bps.go.id", ""],
        ["tel:+6282187376133", ""],
        ["tel:083299397188", ""],
    ]


async def test_a_letter_is_downloaded_under_its_name(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await page.get_by_role("button", name="Ambil surat").click()
    service.backend.files[service.address, 17] = StoredFile("Surat.pdf", "pdf", b"%PDF-1.7")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Surat.pdf").click()
    letter = await download.value
    assert letter.suggested_filename == "Surat.pdf"
    assert (await letter.path()).read_bytes() == b"%PDF-1.7"


async def test_what_is_written_without_a_connection_is_sent_once_and_in_order_afterwards(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await say(page, "satu")
    await expect(page.get_by_text("Dicatat: satu")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.get_by_text("Tidak ada sambungan")).to_be_visible()
    await say(page, "dua")
    await say(page, "tiga")
    await expect(page.get_by_text("Menunggu sambungan")).to_have_count(2)
    service.backend.tell(service.address, Prompt(verbatim("Pesan yang terlewat"), reason="reminder"))
    await page.context.set_offline(False)
    await expect(page.get_by_text("Dicatat: tiga")).to_be_visible(timeout=20000)
    assert service.texts() == ["satu", "dua", "tiga"]
    await expect(page.get_by_text("Pesan yang terlewat")).to_have_count(1)
    await expect(page.locator("#line")).to_be_hidden()


@pytest.mark.parametrize("when", ["pause_before", "pause_after"])
async def test_a_connection_lost_before_or_after_the_message_was_kept_makes_no_difference(
    watched: Watched, service: Service, when: str
) -> None:
    page = await watched.start(service.url)
    setattr(service.backend, when, 1)
    await say(page, "satu")
    await say(page, "dua")
    await page.wait_for_timeout(300)
    await service.chat.close(service.app)
    setattr(service.backend, when, 0)
    await expect(page.get_by_text("Dicatat: dua", exact=True)).to_be_visible(timeout=20000)
    assert service.texts() == ["satu", "dua"]
    await expect(page.locator(".in.sent")).to_have_count(2)
    await expect(page.locator(".message")).to_have_count(4)


async def test_a_long_queue_does_not_look_like_a_flood(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await expect(page.get_by_text("Selamat datang")).to_be_visible()
    await page.context.set_offline(True)
    for number in range(40):
        await say(page, f"pesan {number}")
    await page.context.set_offline(False)
    await expect(page.get_by_text("Dicatat: pesan 0", exact=True)).to_have_count(1, timeout=20000)
    await expect(page.get_by_text("Dicatat: pesan 39", exact=True)).to_have_count(1, timeout=9000)
    assert service.texts() == [f"pesan {number}" for number in range(40)]


async def test_what_a_hidden_page_shows_is_not_acknowledged_and_not_repeated_on_the_screen(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo", exact=True)).to_be_visible()
    hide = "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    await page.evaluate(hide + "}", True)
    number = service.backend.tell(service.address, Prompt(verbatim("Surat Anda terbit."), reason="letter_ready"))
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await page.context.set_offline(True)
    await expect(page.get_by_text("Tidak ada sambungan")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#line")).to_be_hidden(timeout=20000)
    await expect(page.get_by_text("Surat Anda terbit.", exact=True)).to_have_count(1)
    await page.wait_for_timeout(300)  # it would be acknowledged by now
    assert service.backend.acknowledged.get(service.address, 0) < number
    await page.evaluate(hide + "document.dispatchEvent(new Event('visibilitychange')); }", False)
    while service.backend.acknowledged.get(service.address, 0) < number:
        await page.wait_for_timeout(20)
    await expect(page).not_to_have_title(re.compile(r"^\("))


async def test_a_reload_keeps_the_history_the_draft_and_what_was_not_sent(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await say(page, "satu")
    await expect(page.get_by_text("Dicatat: satu")).to_be_visible()
    service.backend.down = True
    await say(page, "dua")
    await expect(page.get_by_text("Belum terkirim")).to_be_visible()
    await page.get_by_label("Ketik pesan").fill("setengah kalim")
    await page.reload()
    await expect(page.get_by_text("Dicatat: satu")).to_be_visible()
    await expect(page.get_by_label("Ketik pesan")).to_have_value("setengah kalim")
    service.backend.down = False
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.get_by_text("Dicatat: dua")).to_be_visible()
    await expect(page.get_by_text("Belum terkirim")).to_have_count(0)
    assert service.texts() == ["satu", "dua"]


async def test_two_tabs_show_the_same_conversation(watched: Watched, service: Service) -> None:
    first = await watched.start(service.url)
    await say(first, "Halo")
    second = await first.context.new_page()
    await second.goto(service.url)
    await expect(second.get_by_text("Dicatat: Halo")).to_be_visible()
    await say(second, "dari tab kedua")
    await expect(first.get_by_text("Dicatat: dari tab kedua")).to_be_visible()
    await expect(first.locator(".message")).to_have_count(4)


async def test_a_question_with_many_buttons_is_shown_from_its_first_line(chromium: Browser, service: Service) -> None:
    async with device(chromium, "phone") as context:
        page = await Watched(await context.new_page()).start(service.url)
        await page.get_by_role("button", name="Mulai").click()
        await page.get_by_role("button", name="Pilih sektor").click()
        await expect(page.get_by_text("Apa sektor kegiatan Anda?")).to_be_in_viewport()
        await page.wait_for_timeout(800)
        await expect(page.get_by_text("Apa sektor kegiatan Anda?")).to_be_in_viewport()
        await expect(page.get_by_role("button", name="Sektor yang ke-22")).not_to_be_in_viewport()


async def test_who_reads_further_up_is_told_of_a_new_message_and_not_moved(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    for number in range(12):
        await say(page, f"pesan {number}")
    await expect(page.get_by_text("Dicatat: pesan 11", exact=True)).to_be_in_viewport()
    await page.wait_for_timeout(800)
    await page.locator("main").evaluate("main => main.scrollTo({top: 0, behavior: 'instant'})")
    await page.wait_for_timeout(50)
    service.backend.tell(service.address, Prompt(verbatim("Kabar baru"), reason="letter_ready"))
    pill = page.get_by_role("button", name="Pesan baru")
    await expect(pill).to_be_visible()
    assert await page.locator("main").evaluate("main => main.scrollTop") == 0
    await pill.click()
    await expect(page.get_by_text("Kabar baru")).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def test_an_upload_can_be_cancelled_and_its_progress_is_seen(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.route("**/upload", lambda route: None)  # the line stalls
    await page.set_input_files("#files", [file("Surat.pdf")])
    await expect(page.get_by_role("progressbar", name="Surat.pdf")).to_be_visible()
    await page.get_by_role("button", name="Batalkan").click()
    await expect(page.get_by_text("Surat.pdf")).to_have_count(0)
    assert not service.backend.received


async def test_a_pasted_picture_is_sent_like_a_picked_file(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.locator("#words").evaluate(
        """(words) => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File(["x"], "image.png", { type: "image/png" }));
          words.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
    assert [upload.name for uploads in service.backend.uploads.values() for upload in uploads] == ["image.png"]


async def test_a_broken_upload_is_repeated_as_the_same_message(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.route("**/upload", lambda route: route.abort(), times=1)
    await page.set_input_files("#files", [file("a.pdf"), file("b.pdf")])
    await expect(page.get_by_text("Pengiriman terputus")).to_be_visible()
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
    assert len(service.backend.received) == 1
    assert len(service.backend.uploads[service.backend.received[0].id]) == 2


async def test_files_that_the_server_forgot_are_uploaded_again(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)

    async def late(route: Route) -> None:
        if route.request.headers["x-file-index"] == "1":
            service.ahead = KEPT + timedelta(seconds=1)
        await route.continue_()

    await page.route("**/upload", late)
    await page.set_input_files("#files", [file("a.pdf"), file("b.pdf")])
    await expect(page.get_by_text("belum sampai seluruhnya")).to_be_visible()
    await page.unroute("**/upload")
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
    assert len(service.backend.uploads[service.backend.received[0].id]) == 2


async def test_the_switch_in_the_header_changes_the_language_of_the_page(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    service.backend.locales[service.address] = "en"
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert service.texts() == ["Halo", "/bahasa"]


async def test_a_page_of_an_older_version_loads_the_new_one_and_keeps_the_draft(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Service()
    await old.server.start_server()
    page = await watched.start(old.url)
    await page.get_by_label("Ketik pesan").fill("setengah kalim")
    script = await page.locator("script[src]").get_attribute("src")
    original, port = render.load_page(), old.server.port

    def newer() -> render.Page:
        names = {kind: re.sub(r"-\w+\.", "-f00d.", name) for kind, name in original.names.items()}
        assets = {
            names[name.rpartition(".")[2]]: render.Asset(asset.content, asset.content_type, "f00d")
            for name, asset in original.assets.items()
        }
        return render.Page(original.template, assets, names)

    await old.server.close()
    monkeypatch.setattr(render, "load_page", newer)
    new = Service(port=port)
    async with new.server:
        await expect(page.locator("script[src]")).not_to_have_attribute("src", script or "", timeout=20000)
        await expect(page.get_by_label("Ketik pesan")).to_have_value("setengah kalim")
        await say(page, "Halo")
        await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
