"""Uploads and downloads of the web chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from bot.channel import StoredFile, StoredMessage
from bot.chat import Attachment, Prompt, prompt_from_json, prompt_to_json
from bot.handlers.webchat import render, upload_route
from bot.limits import ALLOWANCES, WAITING_FILES_OF_ADDRESS, Sender
from bot.pipeline.waiting_files import WAITING_TIME
from domain.text import verbatim
from tests.contract.webchat_harness import MEGABYTE, ONE, TWO, Browser, WebChatHarness


async def test_files_picked_together_are_one_message_in_their_order(browser: Browser) -> None:
    page = await browser.visit()
    await browser.upload(ONE, 1, "foto%20pasar%20%F0%9F%93%B7.jpg", b"second")
    await browser.upload(ONE, 0, "C%3A%5CDokumen%5Csurat%20%C3%A9.pdf", b"first")
    await page.say(type="files", client=ONE, count=2, seen=5)
    await page.next("accepted")
    (incoming,) = browser.backend.received
    assert (incoming.id, incoming.kind, incoming.group, incoming.last_seen_id) == (ONE, "file", ONE, 5)
    uploads = browser.backend.uploads[ONE]
    assert [upload.name for upload in uploads] == ["surat é.pdf", "foto pasar 📷.jpg"]
    assert [browser.backend.spooled[upload.spooled] for upload in uploads] == [b"first", b"second"]


async def test_a_file_that_nothing_asked_for_is_refused_before_its_bytes_are_stored(browser: Browser) -> None:
    await browser.visit()
    browser.backend.asks_for_file = False
    answer = await browser.upload(ONE, 0, "a.pdf", b"a")
    assert answer.status == 409
    assert "Berkas tidak diperlukan di sini" in (await answer.json())["text"]
    assert browser.backend.spooled == {}
    browser.backend.asks_for_file = True
    assert (await browser.upload(ONE, 0, "a.pdf", b"a")).status == 200


async def test_a_message_with_a_missing_file_waits_for_it(browser: Browser) -> None:
    page = await browser.visit()
    await browser.upload(ONE, 1, "b.pdf", b"b")
    await page.say(type="files", client=ONE, count=2)
    assert "belum sampai seluruhnya" in (await page.next("failed"))["text"]
    await browser.upload(ONE, 0, "a.pdf", b"a")
    await page.say(type="files", client=ONE, count=2)
    await page.next("accepted")
    assert len(browser.backend.received) == 1


async def test_files_handed_in_twice_over_a_lost_connection_are_one_message(browser: Browser) -> None:
    page = await browser.visit()
    await browser.upload(ONE, 0, "a.pdf", b"a")
    await page.say(type="files", client=ONE, count=1)
    await page.next("accepted")
    again = await browser.open()
    await again.say(type="files", client=ONE, count=1)
    await again.next("accepted")
    assert len(browser.backend.received) == 1


async def test_a_stored_message_is_accepted_when_it_is_repeated_after_its_files_are_forgotten(
    harness: WebChatHarness, browser: Browser
) -> None:
    """As after a restart: the files cannot be uploaded again, because the next question asks for none."""
    page = await browser.visit()
    await browser.upload(ONE, 0, "a.pdf", b"a")
    await page.say(type="files", client=ONE, count=1)
    await page.next("accepted")
    harness.backend.asks_for_file = False
    harness.now += WAITING_TIME
    again = await browser.open()
    await again.say(type="files", client=ONE, count=1)
    assert (await again.until("accepted"))[-2]["type"] == "typing"
    async with harness.browser() as stranger:
        page = await stranger.visit()
        await page.say(type="files", client=ONE, count=1)
        assert (await page.next("failed"))["upload_again"], "the message is somebody else's"
    assert len(harness.backend.received) == 1


async def test_files_of_another_person_cannot_be_handed_in(harness: WebChatHarness, browser: Browser) -> None:
    await browser.visit()
    await browser.upload(ONE, 0, "a.pdf", b"a")
    async with harness.browser() as stranger:
        page = await stranger.visit()
        await page.say(type="files", client=ONE, count=1)
        await page.next("failed")
    assert not harness.backend.received


async def test_a_file_that_says_it_is_too_large_is_refused_at_once(browser: Browser) -> None:
    await browser.visit()
    response = await browser.upload(ONE, 0, "a.pdf", BytesIO(b"x" * (MEGABYTE + 1)))
    assert response.status == 413
    assert "lebih besar dari 1 MB" in (await response.json())["text"]


async def test_a_file_that_turns_out_too_large_is_refused_on_the_way(browser: Browser) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    await browser.visit()
    response = await browser.upload(ONE, 0, "a.pdf", endless())
    assert response.status == 413
    assert not browser.backend.spooled


async def test_an_upload_that_breaks_off_leaves_nothing(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    page = await browser.visit()
    assert browser.cookie
    lines = [
        "POST /upload HTTP/1.1",
        f"Host: {browser.origin.removeprefix('http://')}",
        f"Origin: {browser.origin}",
        f"Cookie: pst={browser.cookie.value}",
        f"X-Client: {ONE}",
        "X-File-Index: 0",
        "Content-Length: 1000",
    ]
    _, writer = await asyncio.open_connection("127.0.0.1", int(browser.origin.rpartition(":")[2]))
    writer.write("\r\n".join([*lines, "", "half"]).encode())
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()
    await asyncio.sleep(0.05)
    await page.say(type="files", client=ONE, count=1)
    await page.next("failed")
    assert not browser.backend.spooled
    assert not caplog.records


async def test_an_upload_that_finds_no_room_on_the_disk_is_told_to_come_again(
    harness: WebChatHarness, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """The page repeats it by itself. Its bytes are given back."""
    await browser.visit()
    browser.backend.has_room = False
    refused = await browser.upload(ONE, 0, "surat.pdf", b"%PDF-")
    assert refused.status == 503
    assert "gangguan di pihak kami" in (await refused.json())["text"]
    assert harness.limiter.take(
        "upload_bytes", Sender(f"webchat/{browser.address}"), ALLOWANCES["upload_bytes", "address"].at_once
    )
    assert not caplog.records, "a full disk is no mistake of the program"


async def test_an_upload_that_falls_silent_is_given_up(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stalling() -> AsyncIterator[bytes]:
        yield b"half"
        await asyncio.sleep(1)

    monkeypatch.setattr(upload_route, "UPLOAD_PAUSE", 0.05)
    await browser.visit()
    assert (await browser.upload(ONE, 0, "a.pdf", stalling())).status == 408
    assert not browser.backend.spooled


async def test_waiting_files_have_a_limit_and_are_forgotten(harness: WebChatHarness, browser: Browser) -> None:
    await browser.visit()
    for number in range(WAITING_FILES_OF_ADDRESS):
        client = f"00000000-0000-4000-8000-{number // 10:012d}"
        assert (await browser.upload(client, number % 10, "a.pdf", b"a")).status == 200
    refused = await browser.upload(TWO, 0, "a.pdf", b"a")
    assert refused.status == 429 and "beberapa menit" in (await refused.json())["text"]
    harness.now += WAITING_TIME + timedelta(seconds=1)
    assert (await browser.upload(TWO, 0, "a.pdf", b"a")).status == 200


@pytest.mark.parametrize(("client", "index"), [("1", "0"), (ONE, "10"), (ONE, "-1"), (ONE, "²"), (ONE, "")])
async def test_an_upload_without_its_place_is_refused(browser: Browser, client: str, index: str) -> None:
    await browser.visit()
    headers = {"X-Client": client, "X-File-Index": index}
    assert (await browser.post("/upload", b"x", **headers)).status == 400
    assert not browser.backend.spooled


async def test_a_letter_comes_as_a_download_and_never_as_a_page(browser: Browser) -> None:
    page = await browser.visit()
    letter = StoredFile('Surat "é"\r\nX-Evil: 1.pdf', "pdf", b"%PDF-1.7")
    browser.backend.files[browser.address, 17] = letter
    browser.backend.tell(browser.address, Prompt(verbatim("Surat"), attachment=Attachment(17, "Surat.pdf")))
    assert (await page.next("message"))["file"] == {"name": "Surat.pdf", "url": "file/17"}
    response = await browser.client.get("/file/17")
    assert await response.read() == b"%PDF-1.7"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"Surat _____X-Evil: 1.pdf\"; filename*=UTF-8''Surat%20%22%C3%A9%22__X-Evil%3A%201.pdf"
    )
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


async def test_a_letter_is_not_given_to_anybody_else(harness: WebChatHarness, browser: Browser) -> None:
    await browser.visit()
    harness.backend.files[browser.address, 17] = StoredFile("Surat.pdf", "pdf", b"%PDF-1.7")
    async with harness.browser() as stranger:
        assert (await stranger.client.get("/file/17")).status == 404
        await stranger.visit()
        assert (await stranger.client.get("/file/17")).status == 404


def test_a_file_beside_words_is_no_main_button() -> None:
    """The page is told where a file is only a supplement: it is kept with the message, so a reload shows the same."""
    for expects, asks_text in (("text", True), ("9.1", False), (None, False)):
        stored = prompt_from_json(prompt_to_json(Prompt(verbatim("…"), takes_file=True, expects=expects)))
        row = StoredMessage(1, "out", datetime(2026, 3, 2, tzinfo=UTC), "id", stored, "")
        assert render.message(row)["asks_text"] is asks_text, expects
