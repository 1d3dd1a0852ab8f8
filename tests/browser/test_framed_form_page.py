"""The form's page in a frame of Telegram's web version, and in a frame of another site."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.formpage_site import BOT_TOKEN, Site, opened, signed
from tests.talk import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    world = World(tmp_path, settings={"public_url": "https://pst.example.go.id", "telegram_token": BOT_TOKEN})
    async with opened(world) as site:
        site.channel, site.address = "telegram", "4711"
        await site.begin("eselon2")
        yield site
    await world.close()


async def framing(chromium: Browser, site: Site, origin: str) -> Page:
    """A page of this origin that shows the form's page in a frame, as Telegram's web version does."""
    said = urlencode({"tgWebAppData": signed({"id": 4711}, datetime.now(UTC)), "tgWebAppVersion": "9.1"})
    inner = f"{site.url}/form/app/telegram/{site.draft_id}#{said}"
    sandbox = "allow-scripts allow-same-origin allow-forms"
    outer = f'<!doctype html><iframe src="{escape(inner)}" width="360" height="740" sandbox="{sandbox}"></iframe>'
    page = await chromium.new_page(viewport={"width": 400, "height": 800}, locale="id-ID")
    await page.context.grant_permissions(["local-network-access"])  # the service of the test is on this host
    await page.route(f"{origin}/**", lambda route: route.fulfill(content_type="text/html", body=outer))
    await page.goto(f"{origin}/k/")
    return page


async def test_the_page_is_filled_in_inside_telegrams_web_version(chromium: Browser, site: Site) -> None:
    page = await framing(chromium, site, "https://web.telegram.org")
    frame = page.frame_locator("iframe")
    await frame.get_by_role("link", name=re.compile("Blok II ")).first.click()
    await frame.get_by_label(re.compile("^2.1b")).fill("Kepala Dinas")
    await page.keyboard.press("Tab")
    await expect(frame.get_by_role("status")).to_have_text("2.1b: Tersimpan")
    assert site.draft().answers["eselon2"] == "Kepala Dinas"
    (cookie,) = [each for each in await page.context.cookies() if each["name"] == "pst-page-app"]
    assert (cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == ("None", True, True)
    assert cookie["partitionKey"] == "https://telegram.org"
    await page.close()


async def test_no_other_site_shows_the_page_in_a_frame(chromium: Browser, site: Site) -> None:
    page = await framing(chromium, site, "https://jahat.example")
    await page.wait_for_timeout(300)
    assert page.frames[1].url.startswith("chrome-error:")
    refused = [message.text for message in await page.console_messages() if "frame-ancestors" in message.text]
    assert len(refused) == 1
    await page.close()
