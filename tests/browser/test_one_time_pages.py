"""The pages behind one-time links in a phone 360 pixels wide, walked to their end: they can be read and pressed also in
the dark and with text of twice the size.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.runtime.page_links import form_page_links
from tests.browser.small_phone import AUDIT, TWICE, phone
from tests.casework import APPLICANT, DIRECTOR, closed, half_filled
from tests.signing_site import NIK, PASSPHRASE, SigningSite, signing_site
from tests.talk import Talk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

Look = Callable[[], Awaitable[None]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SigningSite]:
    async with signing_site(tmp_path_factory.mktemp("one_time")) as site:
        site.world.process.app.form_pages = form_page_links(site.world.process.settings)
        yield site


def link_of(site: SigningSite, who: str, *said: str) -> str:
    """The path of the link that the chat gives."""
    talk = Talk(site.world, who)
    for words in said:
        talk.say(words)
    link = talk.told[-1].prompt.link
    assert link is not None, talk.last
    return urlsplit(link.url).path


async def form_link(site: SigningSite) -> str:
    await asyncio.to_thread(half_filled, site.world, "latar_belakang")
    return await asyncio.to_thread(link_of, site, APPLICANT, "lanjutkan", "halaman")


async def open_form(page: Page, look: Look) -> None:
    await page.get_by_role("button", name="Buka", exact=True).click()
    await expect(page.get_by_role("heading", name="Yang belum terisi:")).to_be_visible()
    await look()


async def survey_link(site: SigningSite) -> str:
    case = await asyncio.to_thread(closed, site.world)

    def press() -> str:
        talk = Talk(site.world, APPLICANT)
        talk.press(f"survey:page:letter:{case}")
        assert talk.told[-1].prompt.link is not None, talk.last
        return urlsplit(talk.told[-1].prompt.link.url).path

    return await asyncio.to_thread(press)


async def answer_survey(page: Page, look: Look) -> None:
    await page.get_by_role("button", name="Buka", exact=True).click()
    await page.get_by_label("Sangat sesuai").first.check()
    await page.get_by_role("button", name="Simpan jawaban").click()
    await expect(page.get_by_text("Masih ada yang belum dijawab")).to_be_visible()
    await look()
    for question in await page.get_by_role("group").all():
        await question.get_by_role("radio").last.check()
    await page.get_by_role("button", name="Simpan jawaban").click()
    await expect(page.get_by_text("sudah kami simpan")).to_be_visible()
    await look()


async def authenticator_link(site: SigningSite) -> str:
    return await asyncio.to_thread(link_of, site, DIRECTOR, "/autentikator")


async def show_key(page: Page, look: Look) -> None:
    await page.get_by_role("button", name="Tampilkan kode QR").click()
    await expect(page.get_by_role("img", name="Kode QR")).to_be_in_viewport()
    await look()


async def sign_link(site: SigningSite) -> str:
    return await site.link(await site.letter())


async def sign(page: Page, look: Look) -> None:
    await page.get_by_label("NIK").fill("123")
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    await page.get_by_role("button", name="Tanda tangani").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await look()
    await page.get_by_label("NIK").fill(NIK)
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    await page.get_by_role("button", name="Tanda tangani").click()
    await expect(page.get_by_text("ditandatangani").first).to_be_visible()
    await look()


#: page → who gives its link, and how it is walked
PAGES = {
    "form": (form_link, open_form),
    "survey": (survey_link, answer_survey),
    "authenticator": (authenticator_link, show_key),
    "sign": (sign_link, sign),
}


async def test_every_page_behind_a_one_time_link_is_walked_on_a_small_phone(
    chromium: Browser, site: SigningSite
) -> None:
    for name, (link, walk) in PAGES.items():
        async with phone(chromium, site.origin, await link(site), "dark", TWICE) as page:

            async def look(name: str = name, page: Page = page) -> None:
                assert await page.evaluate(AUDIT) == [], name

            await look()
            await walk(page, look)
