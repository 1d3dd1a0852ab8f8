"""The form's page inside Telegram: what Telegram says of who opened it, signed with the bot's token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.chat import Link
from bot.handlers.telegram.mini_app import user_of
from domain.text import Text
from tests.formpage_site import BOT_TOKEN, Site, Visitor, opened, signed
from tests.talk import World

SIGNED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
#: as aiogram's own `check_webapp_signature` accepts it
SAMPLE = (
    "query_id=AAE&user=%7B%22id%22%3A+4711%2C+%22first_name%22%3A+%22Ani+%26+%E2%80%9CBudi%E2%80%9D%22%2C"
    "+%22language_code%22%3A+%22id%22%7D&auth_date=1772413200&signature=abc_-&hash=d0dada860c9b70b1bda48606bd4fc0cb46c3f898d723592e97ca49337c52ad1d"
)


def test_what_telegram_signed_for_this_bot_names_the_reader_for_an_hour() -> None:
    assert user_of(SAMPLE, BOT_TOKEN, SIGNED_AT) == "4711"
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    assert user_of(SAMPLE, BOT_TOKEN, SIGNED_AT + hour) == "4711"
    assert user_of(SAMPLE, BOT_TOKEN, SIGNED_AT + hour + minute) is None
    assert user_of(SAMPLE, BOT_TOKEN, SIGNED_AT - 2 * minute) is None, "not of the future"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hash=x",
        SAMPLE.replace("4711", "4712"),
        SAMPLE + "&user=%7B%22id%22%3A1%7D",
        SAMPLE.replace("signature=abc_-&", ""),
        signed({"id": 4711}, SIGNED_AT, BOT_TOKEN[:-1] + "x"),
        signed({"id": "4711"}, SIGNED_AT),
        signed({"id": True}, SIGNED_AT),
        signed([], SIGNED_AT),
        signed({"id": 4711}, SIGNED_AT, auth_date="99999999999999999999"),
        signed({"id": 4711}, SIGNED_AT, more="x" * 9000),
        SAMPLE.replace("hash=", "hash=é"),
    ],
)
def test_what_telegram_did_not_sign_names_nobody(said: str) -> None:
    assert user_of(said, BOT_TOKEN, SIGNED_AT) is None


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    world = World(tmp_path, settings={"public_url": "https://pst.example.go.id", "telegram_token": BOT_TOKEN})
    async with opened(world) as site:
        site.channel, site.address, site.visitor.token = "telegram", "4711", ""
        yield site
    await world.close()


async def test_every_question_opens_the_page_inside_the_app_and_the_app_says_for_whom(site: Site) -> None:
    await site.begin("eselon2", "latar_belakang")
    path = f"/form/app/telegram/{site.draft_id}"
    link = (await site.chat())[-1].prompt.link
    assert link == Link(Text("Isi di halaman"), f"https://pst.example.go.id{path}", in_app=True)
    assert (await site.visitor.get(path))[0] == 200 and (await site.visitor.get(site.home))[0] == 404
    now = datetime.now(UTC)
    strangers = ("", signed({"id": 4712}, now), signed({"id": 4711}, now - timedelta(hours=2)))
    for said in strangers:
        assert (await site.visitor.post(path, {"said": said})).status == 404
    assert (await site.visitor.post(path.replace("telegram", "webchat"), {"said": "4711"})).status == 404
    mine = {"said": signed({"id": 4711}, now)}
    assert (await site.visitor.post(path, mine, Origin="https://jahat.example")).status == 403
    assert (await site.visitor.post(f"{path}0", mine)).status == 404, "no draft of this person"
    answer = await site.visitor.post(path, mine)
    assert await answer.json() == {"page": site.home}
    cookie = answer.headers["Set-Cookie"]
    assert cookie.endswith("HttpOnly; Max-Age=28800; Path=/; SameSite=None; Secure; Partitioned")
    reader = Visitor(site.client, site.url, "", cookie.partition(";")[0].partition("=")[2])
    assert (await reader.fill(f"{site.home}/blok_ii", eselon2="Kepala Dinas")).status == 303
    assert (await site.last()).startswith("Blok II tersimpan: 8 jawaban.")


async def test_only_what_the_app_has_opened_may_stand_in_a_frame_of_its_web_version(site: Site) -> None:
    await site.begin("eselon2")
    path = f"/form/app/telegram/{site.draft_id}"
    answer = await site.visitor.post(path, {"said": signed({"id": 4711}, datetime.now(UTC))})
    value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    for where, cookies, ancestors in (
        (path, {}, "https://web.telegram.org"),
        (site.home, {"pst-page-app": value}, "https://web.telegram.org"),
        (site.home, {"pst-page": value}, "'none'"),
        (path.replace("telegram", "webchat"), {}, "'none'"),
        ("/form/buka/" + "a" * 43, {}, "'none'"),
    ):
        async with site.client.get(where, cookies=cookies) as page:
            assert f"frame-ancestors {ancestors};" in page.headers["Content-Security-Policy"], where


async def test_a_link_that_is_used_after_the_app_takes_its_place(site: Site) -> None:
    """Where one browser is the app's and the links', the draft of the link is opened."""
    await site.begin("eselon2")
    path = f"/form/app/telegram/{site.draft_id}"
    answer = await site.visitor.post(path, {"said": signed({"id": 4711}, datetime.now(UTC))})
    in_app = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    await site.say("halaman")
    link = (await site.chat())[-1].prompt.link
    assert link is not None
    used = await site.client.post(
        link.url.removeprefix("https://pst.example.go.id"),
        headers={"Origin": site.visitor.origin},
        cookies={"pst-page-app": in_app},
        allow_redirects=False,
    )
    given = dict(each.split("=", 1) for each in used.headers.getall("Set-Cookie"))
    assert given["pst-page-app"] == "; HttpOnly; Max-Age=0; Path=/; SameSite=None; Secure; Partitioned"
    assert len(given["pst-page"].partition(";")[0]) == 43


async def test_an_app_that_opens_no_pages_gets_a_one_time_link_for_the_word(site: Site) -> None:
    await site.begin("eselon2")
    await site.say("halaman")
    link = (await site.chat())[-1].prompt.link
    assert link is not None and "/form/buka/" in link.url and not link.in_app


async def test_no_page_opens_inside_the_app_without_https(tmp_path: Path) -> None:
    world = World(tmp_path, settings={"public_url": "http://127.0.0.1:1", "telegram_token": BOT_TOKEN})
    async with opened(world) as site:
        site.channel, site.address = "telegram", "4711"
        await site.begin("eselon2")
        assert (await site.chat())[-1].prompt.link is None
    await world.close()
