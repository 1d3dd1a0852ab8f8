"""What was said before the page was opened can be read on, a page at a time, and only by whoever said it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.handlers.webchat import page_connection
from storage import people
from storage.unit import Session
from tests.browser.webchat_service import Watched, device
from tests.formpage_site import TOKEN, Site, opened
from tests.page_cookies import address_of
from tests.talk import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    world = World(tmp_path)
    async with opened(world) as site:
        await site.begin("eselon2")
        for number in range(6):
            await site.say(f"tidak terbaca {number}")
        yield site
    await world.close()


async def top_of(page: Page, words: str) -> float:
    box = await page.locator("#log .message", has_text=words).last.bounding_box()
    assert box is not None
    return box["y"]


async def test_earlier_messages_come_above_what_is_read_until_there_are_no_more(
    chromium: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_connection, "HISTORY_LIMIT", 6)
    ids = [message.id for message in await site.chat()]
    assert len(ids) > 12
    async with device(chromium, "phone") as context:
        await context.add_cookies([{"name": "pst", "value": TOKEN, "url": site.url}])
        page = await (watched := Watched(await context.new_page())).start(f"{site.url}/")
        shown, earlier = page.locator("#log .message"), page.get_by_role("button", name="Pesan sebelumnya")
        await expect(shown).to_have_count(6)
        await page.locator("#scroll").evaluate("(scroll) => { scroll.scrollTop = 0; }")
        place = await top_of(page, "tidak terbaca 5")
        for count in (*range(12, len(ids), 6), len(ids)):
            await earlier.click()
            await expect(shown).to_have_count(count)
            assert abs(await top_of(page, "tidak terbaca 5") - place) < 60  # the button stands above what is read
            await page.locator("#scroll").evaluate("(scroll) => { scroll.scrollTop = 0; }")
            place = await top_of(page, "tidak terbaca 5")
        await expect(earlier).to_be_hidden()
        await expect(page.locator("#log")).to_have_attribute("aria-live", "polite")
        assert watched.complaints == []


async def test_nobody_reads_what_somebody_else_said_or_what_was_hidden_by_signing_out(site: Site) -> None:
    history, ids = site.world.process.history, [message.id for message in await site.chat()]
    assert [message.id for message in await history.earlier("webchat", site.address, ids[5], 3)] == ids[2:5]
    assert await history.earlier("webchat", address_of("b" * 43), ids[-1], 100) == []

    def sign_out(session: Session) -> None:
        address = people.find(session, "webchat", site.address)
        assert address is not None
        address.hidden_message_id = ids[3]

    await site.world.process.units.write(sign_out)
    assert [message.id for message in await history.earlier("webchat", site.address, ids[6], 100)] == ids[4:6]
