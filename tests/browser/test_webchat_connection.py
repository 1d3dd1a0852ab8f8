"""The web chat's page when connections fail, uploads stop half-way, and a new version is deployed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Route, WebSocketRoute, expect
from structlog.testing import capture_logs

from bot.chat import Prompt
from bot.handlers.webchat import render
from bot.limits import ALLOWANCES, Allowance
from bot.pipeline.waiting_files import WAITING_TIME
from domain.text import verbatim
from tests.browser.webchat_service import Service, Watched, device, file, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]  # one browser for all tests


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
    await expect(page.locator("#status")).to_be_hidden()


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
    await expect(page.locator("#status")).to_be_hidden(timeout=20000)
    await expect(page.get_by_text("Surat Anda terbit.", exact=True)).to_have_count(1)
    await page.wait_for_timeout(300)  # an acknowledgement would have arrived by now
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


async def test_an_upload_can_be_cancelled_and_its_progress_is_seen(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.route("**/upload", lambda route: None)  # never answered
    await page.set_input_files("#files", [file("Surat.pdf")])
    await expect(page.get_by_role("progressbar", name="Surat.pdf")).to_be_visible()
    await page.get_by_role("button", name="Batalkan").click()
    await expect(page.get_by_text("Surat.pdf")).to_have_count(0)
    assert not service.backend.received


async def test_why_a_file_was_refused_is_read_without_scrolling(chromium: Browser, service: Service) -> None:
    async with device(chromium, "phone") as context:
        page = await Watched(await context.new_page()).start(service.url)
        for number in range(6):
            await say(page, f"pesan {number}")
        await expect(page.get_by_text("Dicatat: pesan 5", exact=True)).to_be_in_viewport()
        refusal = {"text": "Berkas tidak diperlukan di sini. Silakan balas dengan tulisan."}
        await page.route("**/upload", lambda route: route.fulfill(status=413, json=refusal))
        await page.set_input_files("#files", [file("Foto.jpg")])
        await expect(page.get_by_role("button", name="Hapus")).to_be_in_viewport(ratio=1)


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


async def test_an_interrupted_upload_is_repeated_by_itself_as_the_same_message(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await page.route("**/upload", lambda route: route.abort(), times=1)
    await page.set_input_files("#files", [file("a.pdf"), file("b.pdf")])
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
    assert len(service.backend.received) == 1
    assert len(service.backend.uploads[service.backend.received[0].id]) == 2


async def test_an_upload_that_makes_no_progress_is_repeated_by_itself(watched: Watched, service: Service) -> None:
    await watched.page.clock.install()
    page = await watched.start(service.url)
    stalled = asyncio.Event()
    await page.route("**/upload", lambda route: stalled.set(), times=1)  # never answered
    await page.set_input_files("#files", [file("a.pdf")])
    await expect(page.get_by_text("Mengunggah…")).to_be_visible()
    await stalled.wait()
    await page.clock.fast_forward(30_000)
    await expect(page.get_by_text("Menunggu sambungan")).to_be_visible()
    await page.clock.fast_forward(1_000)
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
    assert len(service.backend.received) == 1


async def test_an_upload_that_fails_again_and_again_is_left_to_the_person(watched: Watched, service: Service) -> None:
    await watched.page.clock.install()
    page = await watched.start(service.url)
    await expect(page.get_by_text("Selamat datang")).to_be_visible()
    await page.route("**/upload", lambda route: route.fulfill(status=500))
    await page.set_input_files("#files", [file("a.pdf")])
    for _ in range(7):
        await expect(page.get_by_text("Menunggu sambungan")).to_be_visible()
        await page.clock.fast_forward(15_000)
    await expect(page.get_by_text("Pengiriman terputus")).to_be_visible()
    await page.unroute("**/upload")
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()


async def test_files_that_the_server_no_longer_has_are_uploaded_again_by_the_page(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)

    async def late(route: Route) -> None:
        if route.request.headers["x-file-index"] == "1":
            service.ahead += WAITING_TIME + timedelta(seconds=1)
        await route.continue_()

    await page.route("**/upload", late, times=2)
    await page.set_input_files("#files", [file("a.pdf"), file("b.pdf")])
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
    assert len(service.backend.uploads[service.backend.received[0].id]) == 2


async def test_files_that_the_server_loses_each_time_are_left_to_the_person(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.route("**/upload", lambda route: route.fulfill(status=200, body="{}"))
    await page.set_input_files("#files", [file("a.pdf")])
    await expect(page.get_by_text("belum sampai seluruhnya")).to_be_visible()
    await page.unroute("**/upload")
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()


async def test_a_file_picked_without_a_connection_is_uploaded_when_there_is_one(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await expect(page.get_by_text("Selamat datang")).to_be_visible()
    await page.context.set_offline(True)
    await page.set_input_files("#files", [file("a.pdf")])
    await expect(page.get_by_text("Menunggu sambungan")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible(timeout=20000)
    assert len(service.backend.received) == 1


async def test_a_page_that_is_closed_while_news_arrives_connects_again_at_once(
    watched: Watched, service: Service
) -> None:
    """The closing was lost when the news arrived in the same step of the event loop. The socket then stayed open, but
    nobody read it: a file or a message got no answer until the page gave up after 20 seconds.
    """
    page = await watched.start(service.url)
    await say(page, "satu")
    await expect(page.get_by_text("Dicatat: satu")).to_be_visible()
    await page.wait_for_timeout(300)  # the server waits for news now

    async def tell_and_close() -> None:
        service.backend.tell(service.address, Prompt(verbatim("Kabar baru"), reason="reminder"))
        await service.chat.close(service.app)

    closing = asyncio.create_task(tell_and_close())
    await asyncio.sleep(0)
    await page.set_input_files("#files", [file("a.pdf")])
    await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
    async with asyncio.timeout(5):
        await closing


async def connects_after_its_deadline(watched: Watched, service: Service, stalled: asyncio.Event) -> None:
    """`stalled`: the first attempt has begun, and stays without an answer."""
    page = watched.page
    await watched.start(service.url)
    await stalled.wait()
    await page.clock.fast_forward(2_000)
    await expect(page.get_by_text("Menyambungkan…")).to_be_visible()
    await say(page, "satu")
    await page.clock.fast_forward(10_000)
    await page.clock.fast_forward(1_000)
    await expect(page.get_by_text("Dicatat: satu")).to_be_visible()
    await expect(page.locator("#status")).to_be_hidden()


async def test_a_session_request_without_an_answer_is_repeated(watched: Watched, service: Service) -> None:
    page, stalled = watched.page, asyncio.Event()
    await page.clock.install()
    await page.route("**/session", lambda route: stalled.set(), times=1)  # never answered
    await connects_after_its_deadline(watched, service, stalled)


async def test_a_websocket_that_opens_but_says_nothing_is_opened_again(watched: Watched, service: Service) -> None:
    page, stalled = watched.page, asyncio.Event()
    await page.clock.install()

    def open_socket(socket: WebSocketRoute) -> None:
        if stalled.is_set():
            socket.connect_to_server()
        stalled.set()  # the first one says nothing

    await page.route_web_socket(re.compile("/ws"), open_socket)
    await connects_after_its_deadline(watched, service, stalled)


async def test_sending_something_does_not_wait_for_the_next_attempt(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await say(page, "satu")
    await expect(page.get_by_text("Dicatat: satu")).to_be_visible()
    await page.clock.install()
    await page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=5))  # no timer of the page ends from here on
    await service.chat.close(service.app)
    await page.wait_for_timeout(100)
    await say(page, "dua")
    await expect(page.get_by_text("Dicatat: dua")).to_be_visible()


async def test_a_page_at_its_fastest_is_never_taken_for_a_flood(
    watched: Watched, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await watched.start(service.url)
    await expect(page.get_by_text("Selamat datang")).to_be_visible()
    await page.context.set_offline(True)
    for number in range(30):
        await say(page, f"pesan {number}")
    monkeypatch.setitem(
        ALLOWANCES, ("frames", "address"), Allowance(4, 20)
    )  # a page that exceeds the rate runs out of it at once
    with capture_logs() as logs:
        await page.context.set_offline(False)
        await expect(page.get_by_text("Dicatat: pesan 29", exact=True)).to_have_count(1, timeout=20000)
    assert not logs, "the server closed the page"


async def test_a_page_behind_a_proxy_that_hides_the_host_says_what_is_wrong(watched: Watched, service: Service) -> None:
    said = "Untuk pengelola: proxy harus meneruskan header Host <b>dari pengunjung</b>."
    await watched.page.route("**/session", lambda route: route.fulfill(status=421, body=said))
    page = await watched.start(service.url)
    await expect(page.get_by_text(said)).to_be_visible()
    await page.unroute("**/session")
    await expect(page.get_by_text("Selamat datang")).to_be_visible()
    await expect(page.locator("#status")).to_be_hidden(timeout=20000)


async def test_a_page_of_an_older_version_loads_the_new_one_and_keeps_the_draft(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Service()
    await old.server.start_server()
    page = await watched.start(old.url)
    await page.get_by_label("Ketik pesan").fill("setengah kalim")
    script = await page.locator("script[src]").get_attribute("src")
    original, port = render.load_template("chat"), old.server.port

    def newer(_name: str) -> render.PageTemplate:
        css, js = "chat-f00d.css", "chat-f00d.js"
        renamed = {css: original.assets[original.css], js: original.assets[original.js]}
        assets = {name: replace(asset, tag="f00d") for name, asset in renamed.items()}
        return render.PageTemplate(original.template, css, js, {**original.assets, **assets})

    await old.server.close()
    monkeypatch.setattr(render, "load_template", newer)
    new = Service(port=port)
    async with new.server:
        await expect(page.locator("script[src]")).not_to_have_attribute("src", script or "", timeout=20000)
        await expect(page.get_by_label("Ketik pesan")).to_have_value("setengah kalim")
        await say(page, "Halo")
        await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
