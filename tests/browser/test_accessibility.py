"""The chat, the pages of a form and the page that checks letters can be used by everybody: names, contrast, large text,
fingers, keyboard. The chat looks as it was meant to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy import update

from storage.tables import Person
from tests.browser.small_phone import AUDIT, NORMAL, TWICE, Scheme, phone
from tests.casework import APPLICANT, issued, staffed
from tests.formpage_site import TOKEN, Site, opened
from tests.letter_files import newest_entry
from tests.page_cookies import address_of
from tests.talk import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LOOK = (Path(__file__).parent / "chat_look.js").read_text(encoding="utf-8")
#: presses of the Tab key that are looked at
TABS = 14
#: the cookie of who is asked for stars
RATING = "r" * len(TOKEN)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The chat asks for several options of a list. Somebody else has got a letter and is asked for stars."""
    world = World(tmp_path_factory.mktemp("everybody"))
    async with opened(world) as site:
        world.found_at[APPLICANT] = ("webchat", address_of(RATING))
        issued(staffed(world))
        await world.work()
        leave_mailbox = update(Person).where(Person.mailbox.startswith(APPLICANT)).values(mailbox="lain@example.go.id")
        world.process.units.write_now(lambda session: session.execute(leave_mailbox))
        await site.begin("metode_pengumpulan", "instrumen")
        yield site
    await world.close()


@pytest.mark.parametrize(("scheme", "text"), [("light", NORMAL), ("dark", TWICE)])
async def test_everybody_can_read_and_press_what_is_shown(
    chromium: Browser, site: Site, scheme: Scheme, text: int
) -> None:
    letter = f"/verify/{newest_entry(site.world).code}"
    sections = (f"{site.home}/{section}" for section in ("blok_iii", "blok_iv", "blok_ix"))
    for path in (site.home, *sections, "/verify", letter):
        async with phone(chromium, site.url, path, scheme, text) as page:
            assert await page.evaluate(AUDIT) == [], path
    for token, parts in (
        (TOKEN, {"questions": 1, "places": 1, "stars": 0, "finishes": 0}),
        (RATING, {"questions": 0, "places": 0, "stars": 5, "finishes": 0}),
    ):
        async with phone(chromium, site.url, "/", scheme, text, token) as page:
            assert await page.evaluate(AUDIT) == [], parts
            assert await page.evaluate(LOOK) == {"faults": [], **parts}


async def test_the_keyboard_reaches_everything_and_its_place_is_seen(chromium: Browser, site: Site) -> None:
    for path in ("/", f"{site.home}/blok_iv"):
        async with phone(chromium, site.url, path, "light") as page:
            for _ in range(TABS):
                await page.keyboard.press("Tab")
                seen = await page.evaluate(
                    """() => {
                        const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
                        const isSeen = outlineStyle !== "none" || boxShadow !== "none";
                        return isSeen || document.activeElement === document.body;
                    }"""
                )
                assert seen, await page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("text", [NORMAL, TWICE])
async def test_the_button_that_goes_on_stays_in_sight_and_ticks_have_a_state(
    chromium: Browser, site: Site, text: int
) -> None:
    async with phone(chromium, site.url, "/", "light", text) as page:
        await page.locator(".choices [aria-pressed=false]").first.press("Enter")
        await expect(page.locator(".message.in.sent", has_text="✓").last).to_be_visible()
        await page.reload()
        done = page.get_by_role("button", name="Selesai memilih")
        await expect(done).to_be_in_viewport(ratio=1)
        await expect(page.locator(".choices [aria-pressed=true]")).to_have_count(1 if text == NORMAL else 2)
        await page.locator("#scroll").evaluate("(scroll) => { scroll.scrollTop += 40; }")
        await expect(done).to_be_in_viewport(ratio=1)
        assert await page.evaluate(AUDIT) == []
        looked = await page.evaluate(LOOK)
        assert (looked["faults"], looked["finishes"]) == ([], 1)
        place, words = page.locator("progress.place").last, page.locator(".progress").last
        number, count = [int(part) for part in (await words.inner_text()).split(" · ")[0].split(" dari ")]
        assert [await place.get_attribute(name) for name in ("value", "max")] == [str(number), str(count)]
        assert await page.locator("strong.question").last.inner_text() == "4.6 Metode Pengumpulan Data"
