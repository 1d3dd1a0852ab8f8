"""The survey begun in a chat on Telegram or WhatsApp and finished on its page, which opens by a one-time link."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, DummyCookieJar
from sqlalchemy import select

from bot.runtime.page_links import form_page_links
from domain.satisfaction import ELEMENTS
from storage.tables import SatisfactionSurvey
from tests.casework import APPLICANT, closed, staffed
from tests.formpage_site import Visitor
from tests.phones.walk import Somebody, on_three_channels
from tests.talk import World

PAGE = "/survei/letter/{case}"
SPENT = "sudah dipakai atau sudah lewat"


def surveys(world: World) -> list[tuple[dict[str, object], bool]]:
    query = select(SatisfactionSurvey)
    rows = world.process.units.write_now(lambda session: session.scalars(query).all())
    return [(dict(row.scores), row.finished_at is not None) for row in rows]


async def asked(somebody: Somebody) -> str:
    """The address of a new link, which stands on a button."""
    said = await somebody.tap("Isi di halaman")
    message = somebody.talk.told[-1]
    assert "berlaku 15 menit" in said and message.prompt.link is not None and somebody.phone is not None
    assert somebody.phone.seen(somebody.shown_as[message.id]).links == [message.prompt.link.url]
    return message.prompt.link.url


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_survey_is_begun_in_the_chat_and_finished_on_its_page(channel: str, tmp_path: Path) -> None:
    async with on_three_channels(tmp_path) as walk, ClientSession(cookie_jar=DummyCookieJar()) as client:
        world = walk.world
        world.process.app.form_pages = form_page_links(world.process.settings)
        world.now = datetime.now(UTC)  # the pages have the clock of the program
        site = world.process.settings.public_url
        phone = walk.add(APPLICANT, channel)
        await phone.say("halo")
        case = closed(staffed(world))
        await walk.wait()
        page, browser = site + PAGE.format(case=case), Visitor(client, site, "")
        await phone.say("status")
        await phone.tap("Isi survei kepuasan")
        assert "2 dari 9" in await phone.tap("Kurang sesuai")

        first, second = await asked(phone), await asked(phone)
        assert urlsplit(second).path.startswith("/survei/buka/")
        assert (await browser.post(first, {})).status == 404, "only the newest link holds"
        for _ in range(2):
            async with client.head(second) as preview:
                assert preview.status == 200
            status, shown = await browser.get(second)
            assert status == 200 and "Tekan Buka bila Anda sendiri" in shown, "looking at it uses nothing up"
        assert (await browser.post(second, {}, Origin="https://jahat.example")).status == 403
        opened = await browser.post(second, {})
        assert (opened.status, opened.headers["Location"]) == (303, PAGE.format(case=case))
        cookie = opened.cookies["pst-survey"]
        assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["max-age"] == "28800"
        again = await browser.post(second, {})
        assert (
            again.status == 404
            and SPENT in await again.text()
            and "lanjutkan survei dalam percakapan" in await again.text()
        )

        reader = Visitor(client, site, "", survey_cookie=cookie.value)
        for other in (browser, Visitor(client, site, "", page_cookie=cookie.value)):
            assert "tidak terbuka di peramban ini" in (await other.get(page))[1]
        assert "tidak terbuka" in (await reader.get(site + PAGE.format(case=case + 1)))[1], "another survey"
        status, shown = await reader.get(page)
        assert (
            status == 200
            and shown.count(" checked") == 1
            and "<script" not in shown
            and "Kembali ke percakapan" not in shown
        )
        part = await reader.post(page, {"U2": "3", "U3": "3"})
        assert part.status == 422 and surveys(world) == [({"U1": 2, "U2": 3, "U3": 3}, False)]
        assert "4 dari 9" in await phone.tap("Sangat mudah"), "the chat goes on after what the page has stored"
        whole = await reader.post(page, dict.fromkeys(ELEMENTS[3:], "3"))
        assert whole.status == 200 and "sudah kami simpan" in await whole.text()
        done = [({**dict.fromkeys(ELEMENTS, 3), "U1": 2, "U2": 4}, True)]
        assert surveys(world) == done
        assert "sudah Anda isi" in await phone.tap("Gratis")
        assert "sudah Anda isi" in await (await reader.post(page, dict.fromkeys(ELEMENTS, "1"))).text()
        assert "sudah Anda isi" in await phone.tap("Isi di halaman") and phone.talk.told[-1].prompt.link is None
        assert surveys(world) == done
        assert await walk.complaints() == []
