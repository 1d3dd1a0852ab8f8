"""The form's page for readers of other channels: a one-time link, used up by a button, and the cookie that it gives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.service import applications, devices, drafts, form_page
from bot.service.one_time_links import COOKIE_LIFETIME, LINK_LIFETIME
from locales import say
from storage.tables import Draft, PageKey
from tests.casework import FORM, do, half_filled
from tests.formpage_site import WHO, Site, Visitor, inputs, opened
from tests.page_cookies import age_keys
from tests.talk import World

#: each message of a test makes its clock run ten seconds ahead
A_MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """An applicant in another channel, whose browser knows nothing."""
    world = World(tmp_path, settings={"public_url": "https://pst.example.go.id"})
    async with opened(world) as site:
        site.channel, site.address, site.visitor.token = "console", WHO, ""
        yield site
    await world.close()


async def asked(site: Site, words: str = "halaman") -> str:
    """The path of a new link."""
    await site.say(words)
    link = (await site.chat())[-1].prompt.link
    assert link is not None
    return urlsplit(link.url).path


async def use(site: Site, path: str) -> str:
    """Presses the button of a link's page; the page cookie, or "" where the link does not hold."""
    answer = await site.visitor.post(path, {})
    cookie = answer.cookies.get("pst-page")
    if cookie is None:
        assert answer.status == 404 and "sudah dipakai atau sudah lewat" in await answer.text()
        return ""
    assert answer.headers["Location"] == site.home
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["max-age"] == "28800"
    return cookie.value


async def test_a_link_is_used_up_by_its_button_and_opens_the_draft_in_that_browser(site: Site) -> None:
    await site.begin("eselon2", "latar_belakang")
    path = await asked(site)
    assert "berlaku 15 menit" in await site.last()
    for _ in range(2):
        status, page = await site.visitor.get(path)
        assert status == 200 and "Tekan Buka bila Anda sendiri" in page, "looking at it uses nothing up"
    site.visitor.page_cookie = await use(site, path)
    assert await use(site, path) == "", "a link works once"
    assert "Kembali ke percakapan" not in (await site.visitor.get(site.home))[1]
    answer = await site.visitor.fill(f"{site.home}/blok_ii", eselon2="Kepala Dinas")
    assert answer.status == 303 and site.draft().answers["eselon2"] == "Kepala Dinas"
    assert (await site.last()).startswith("Blok II tersimpan: 8 jawaban.") and "3.1" in await site.last()


async def test_the_question_stays_open_while_a_link_is_asked_for_by_its_button(site: Site) -> None:
    await site.begin("eselon2", "latar_belakang")
    choices = (await site.chat())[-1].prompt.choices
    (button,) = [choice for choice in choices if choice.label.msgid == "Isi di halaman"]
    assert len(choices) <= 10, "a list of WhatsApp has ten rows"
    await site.press(button.value)
    assert (await site.chat())[-1].prompt.link is not None
    await site.say("Kepala Dinas")
    assert site.draft().answers["eselon2"] == "Kepala Dinas"
    await site.press(f"form:{site.draft_id}:-:online:1")
    assert (await site.chat())[-1].prompt.link is not None
    await site.say("/menu")
    assert (await asked(site, "/halaman")).startswith("/form/buka/")


async def test_a_link_holds_for_fifteen_minutes_and_until_the_next_one(site: Site) -> None:
    await site.begin("eselon2")
    first = await asked(site)
    second = await asked(site)
    assert await use(site, first) == "" and await use(site, second) != ""
    late = await asked(site)
    age_keys(site.world, LINK_LIFETIME + A_MINUTE)
    assert await use(site, late) == ""
    assert await use(site, "/form/buka/" + "x" * 43) == ""


async def test_the_cookie_opens_one_draft_for_eight_hours_while_its_chat_owns_it(site: Site) -> None:
    await site.begin("eselon2")
    site.visitor.page_cookie = await use(site, await asked(site))
    half_filled(site.world, "eselon2", who=WHO)
    assert (await site.visitor.get(f"/form/{site.draft_id + 1}"))[0] == 404, "another draft of the same person"
    assert (await site.visitor.get(site.home))[0] == 200
    assert (await Visitor(site.client, site.url, "", "y" * 43).get(site.home))[0] == 404
    age_keys(site.world, COOKIE_LIFETIME - A_MINUTE)
    assert (await site.visitor.get(site.home))[0] == 200
    age_keys(site.world, 2 * A_MINUTE)
    assert (await site.visitor.get(site.home))[0] == 404


async def test_who_signed_out_of_the_chat_or_has_sent_the_form_opens_no_page(site: Site) -> None:
    await site.begin("eselon2")
    site.visitor.page_cookie = await use(site, await asked(site))
    await site.visitor.fill(f"{site.home}/blok_ii", eselon2="Kepala Dinas")
    left = await asked(site)
    do(site.world, WHO, lambda ctx: applications.submit(ctx, ctx.session.get_one(Draft, site.draft_id)))
    assert (await site.visitor.get(site.home))[0] == 404 and await use(site, left) == ""

    await site.begin("eselon2")
    site.visitor.page_cookie, other = await use(site, await asked(site)), await asked(site)
    assert do(site.world, WHO, lambda ctx: devices.sign_out(ctx, ctx.person_id))
    assert (await site.visitor.get(f"{site.home}/blok_ii"))[0] == 404 and await use(site, other) == ""


async def test_neither_links_nor_cookies_are_stored_or_sent_by_another_website(site: Site) -> None:
    await site.begin("eselon2")
    path = await asked(site)
    assert (await site.visitor.post(path, {}, Origin="https://jahat.example")).status == 403
    token, cookie = path.rpartition("/")[2], await use(site, path)
    database = b"".join(file.read_bytes() for file in site.world.folder.glob("pst.db*"))
    assert cookie.encode() not in database and len(cookie) == 43
    keys = site.world.process.units.write_now(lambda session: session.scalars(select(PageKey)).all())
    assert {key.kind for key in keys} == {"cookie"} and not any(key.digest in {token, cookie} for key in keys)


async def test_no_link_is_offered_without_a_public_address(site: Site) -> None:
    await site.begin("eselon2")
    site.world.process.app.form_pages = {"webchat": "/form/{draft}"}
    await site.say("halaman")
    assert (await site.chat())[-1].prompt.link is None and "belum tersedia di sini" in await site.last()
    await site.say("daftar")
    assert not [choice for choice in (await site.chat())[-1].prompt.choices if ":online:" in choice.value]


@pytest.mark.postgres
def test_of_two_who_use_a_link_at_once_on_postgresql_one_gets_in(tmp_path: Path, postgres_database: str) -> None:
    world = World(tmp_path, database_url=postgres_database)
    world.process.app.form_pages = {"": "/form/buka/{token}"}
    half_filled(world, "eselon2", who=WHO)
    link = do(world, WHO, lambda ctx: form_page.link(ctx, drafts.list_unfinished(ctx, FORM)[0]))
    assert link is not None
    token, units, app = link.url.rpartition("/")[2], world.process.units, world.process.app

    async def use_at_once() -> list[object]:
        now = world.now
        return await asyncio.gather(
            *(units.write(lambda session: form_page.redeem(session, app, token, now)) for _ in range(6))
        )

    assert sum(used is not None for used in asyncio.run(use_at_once())) == 1
    world.stop()


async def test_a_section_that_is_finished_twice_is_told_once(site: Site) -> None:
    """The button is pressed again where the answer to the first press was lost."""
    await site.begin("eselon2", "latar_belakang")
    site.visitor.page_cookie = await use(site, await asked(site))
    _, page = await site.visitor.get(f"{site.home}/blok_ii")
    given = inputs(page) | {"q.eselon2": "Kepala Dinas", "saved": "1"}
    for _ in range(2):
        assert (await site.visitor.post(f"{site.home}/blok_ii", given)).status == 303
    told = [say(message.prompt.text, "id") for message in await site.chat()]
    assert sum("Blok II tersimpan" in words for words in told) == 1
    assert (await site.visitor.fill(f"{site.home}/blok_ii", eselon2="Kepala Badan")).status == 303
    assert (await site.last()).startswith("Blok II tersimpan")
