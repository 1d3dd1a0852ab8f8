"""What one browser or one network may ask of the web chat, and that others are served beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import WSServerHandshakeError

from bot.handlers.pages import spooling
from bot.limits import Entry, Sender
from tests.contract.webchat_harness import MEGABYTE, ONE, TWO, Browser, WebChatHarness

HERE = Sender(source="127.0.0.1")


def exhaust(harness: WebChatHarness, entry: Entry, sender: Sender = HERE, left: float = 0) -> None:
    """As if this sender had used up an entry, but for what is left."""
    step = 1 if entry != "upload_bytes" else MEGABYTE
    while harness.limiter.take(entry, sender, step):
        pass
    harness.limiter.give_back(entry, sender, left)


async def test_a_network_that_begins_too_many_conversations_stops_no_conversation_in_work(
    harness: WebChatHarness, browser: Browser
) -> None:
    at_work = await browser.visit()
    await at_work.say(type="text", client=ONE, text="Halo")
    await at_work.next("accepted")
    exhaust(harness, "new_addresses")
    async with harness.browser() as stranger:
        page = await stranger.visit()
        await page.say(type="text", client=TWO, text="Halo")
        failed = await page.next("failed")
        assert "terlalu banyak percakapan baru" in failed["text"]
        assert stranger.address not in {message.address for message in browser.backend.received}
    again = await browser.open()
    await again.say(type="text", client=TWO, text="Saya lanjut")
    await again.next("accepted")


async def test_a_network_that_asks_too_much_is_refused_before_the_database(
    harness: WebChatHarness, browser: Browser
) -> None:
    exhaust(harness, "requests")
    answer = await browser.post("/session")
    assert (answer.status, (await answer.json())["text"][:25]) == (429, "Terlalu banyak permintaan")


async def test_a_page_at_work_is_not_counted_with_its_network(harness: WebChatHarness, browser: Browser) -> None:
    await browser.visit()
    exhaust(harness, "requests")
    assert (await browser.post("/session")).status == 429
    harness.limiter.take("messages", Sender(f"webchat/{browser.address}"))  # the pipeline has taken a message of it
    assert (await browser.post("/session")).status == 200
    exhaust(harness, "pages")
    await browser.open()


async def test_a_page_in_a_hurry_gets_in_again(harness: WebChatHarness, browser: Browser) -> None:
    """Its first request must not use up for ever what its second one needs."""
    await browser.visit()
    exhaust(harness, "requests", Sender(f"webchat/{browser.address}"))
    for _ in range(20):
        harness.now += timedelta(seconds=0.1)
        if (await browser.post("/session")).status == 200:
            break
    else:
        pytest.fail("the page is kept out for ever")
    await browser.open()


async def test_open_pages_of_one_network_are_limited_and_given_back(harness: WebChatHarness, browser: Browser) -> None:
    exhaust(harness, "pages", left=1)
    page = await browser.visit()
    with pytest.raises(WSServerHandshakeError) as refused:
        await browser.open()
    assert refused.value.status == 429
    await page.socket.close()
    while not harness.limiter.has_left("pages", HERE):
        await asyncio.sleep(0.01)
    await browser.open()


async def test_bytes_of_uploads_are_reserved_before_the_body_and_given_back(
    harness: WebChatHarness, browser: Browser
) -> None:
    await browser.visit()
    me = Sender(f"webchat/{browser.address}", "127.0.0.1")
    exhaust(harness, "upload_bytes", me, left=MEGABYTE)
    arrived = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a"
        await arrived.wait()
        yield b"b"

    first = asyncio.create_task(browser.upload(ONE, 0, "a.pdf", slow()))  # says no length: a whole file is reserved
    while harness.limiter.has_left("upload_bytes", me):
        await asyncio.sleep(0.01)
    refused = await browser.upload(TWO, 0, "b.pdf", b"b" * 1000)
    assert refused.status == 429
    assert "Terlalu banyak berkas" in (await refused.json())["text"]
    assert set(browser.backend.spooled.values()) == set()
    arrived.set()
    assert (await first).status == 200
    assert (await browser.upload(TWO, 0, "b.pdf", b"b" * 1000)).status == 200, "two bytes were used, the rest is back"


async def test_a_whole_upload_must_arrive_in_time(
    harness: WebChatHarness, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then does not keep an upload open."""
    monkeypatch.setattr(spooling, "UPLOAD_WITHIN", 0.2)
    await browser.visit()

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b"a"
            await asyncio.sleep(0.02)

    answer = await browser.upload(ONE, 0, "a.pdf", trickle())
    assert answer.status == 408
    assert browser.backend.spooled == {}


async def test_a_message_that_the_service_does_not_take_is_marked_and_can_be_sent_again(
    harness: WebChatHarness, browser: Browser
) -> None:
    page = await browser.visit()
    browser.backend.takes_messages = False
    await page.say(type="text", client=ONE, text="Halo")
    assert "tunggu sebentar" in (await page.next("failed"))["text"]
    browser.backend.takes_messages = True
    await page.say(type="text", client=ONE, text="Halo")
    await page.next("accepted")
