"""A phone 360 pixels wide, and what everybody needs on every page that it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, expect

from tests.browser.webchat_service import Watched
from tests.formpage_site import TOKEN

AUDIT = (Path(__file__).parent / "accessibility.js").read_text(encoding="utf-8")
#: pixels of the browser's text
NORMAL, TWICE = 16, 32
Scheme = Literal["light", "dark"]


@asynccontextmanager
async def phone(
    chromium: Browser, origin: str, path: str, scheme: Scheme, text: int = NORMAL, token: str = TOKEN
) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="id-ID", color_scheme=scheme, reduced_motion="reduce"
    )
    await context.add_cookies([{"name": "pst", "value": token, "url": origin}])
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}})
    watched = Watched(page)
    await watched.start(f"{origin}{path}")
    if path == "/":
        await expect(page.locator(".choices button").first).to_be_visible()
    else:  # what is folded is looked at too
        await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    yield page
    refusal = "status of 422"  # Chromium complains of a form that the server refuses and shows again
    assert [complaint for complaint in watched.complaints if refusal not in complaint] == []
    await context.close()
