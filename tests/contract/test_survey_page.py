"""The page of the satisfaction survey, over HTTP, as a browser without script has it. The way from a phone to the page
stands in `tests/phones/test_survey_page.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from bot.runtime.process import SURVEY_PATH
from bot.service import devices
from bot.service.one_time_links import COOKIE_LIFETIME, LINK_LIFETIME
from domain.satisfaction import ELEMENTS
from storage.tables import PageKey, SatisfactionSurvey
from tests import casework
from tests.casework import APPLICANT, do, staffed
from tests.formpage_site import Site, Visitor, opened
from tests.page_cookies import age_keys
from tests.talk import World


def scores(site: Site) -> dict[str, object]:
    query = select(SatisfactionSurvey)
    row = site.world.process.units.write_now(lambda session: session.scalars(query).one_or_none())
    return dict(row.scores) if row else {}


async def test_the_survey_is_filled_in_on_a_page_and_can_be_taken_up_again(tmp_path: Path) -> None:
    world = World(tmp_path / "var")
    async with opened(world) as site:
        world.found_at[APPLICANT] = (site.channel, site.address)
        staffed(world)
        case = casework.closed(world)
        await site.press(f"survey:open:letter:{case}")
        link = (await site.chat())[-1].prompt.link
        page = SURVEY_PATH.format(service="letter", row=case)
        assert link is not None and link.url == page
        status, html = await site.visitor.get(page)
        assert status == 200 and html.count('type="radio"') == 36 and "<script" not in html

        stranger, nobody = replace(site.visitor, token="b" * 43), replace(site.visitor, token="")
        for other in (stranger, nobody):
            assert "Sangat sesuai" not in (await other.get(page))[1]
            assert "Terima kasih" not in await (await other.post(page, dict.fromkeys(ELEMENTS, "1"))).text()
        refused = await site.visitor.post(page, {"U1": "4"}, Origin="https://lain.example")
        assert refused.status == 403 and scores(site) == {}

        part = await site.visitor.post(page, {"U1": "4", "U2": "9", "U3": "", "U99": "1", "U4": "4"})
        html = await part.text()
        assert part.status == 422 and scores(site) == {"U1": 4, "U4": 4}
        assert '<a href="#U2">2. Sistem, mekanisme' in html and html.count(" checked") == 2
        await site.press(f"survey:open:letter:{case}")
        assert "Survei kepuasan, 2 dari 9" in await site.last()

        whole = await site.visitor.post(page, dict.fromkeys(ELEMENTS, "3"))
        assert whole.status == 200 and "sudah kami simpan" in await whole.text()
        again = await site.visitor.post(page, dict.fromkeys(ELEMENTS, "1"))
        assert "sudah Anda isi" in await again.text() and scores(site) == dict.fromkeys(ELEMENTS, 3)
    await world.close()


async def asked(site: Site, case: int) -> str:
    """The path of a new link; empty where none is given."""
    await site.press(f"survey:page:letter:{case}")
    link = (await site.chat())[-1].prompt.link
    return urlsplit(link.url).path if link else ""


async def used(site: Site, path: str) -> str:
    """The cookie that the button of a link gives; empty where the link does not hold."""
    answer = await site.visitor.post(path, {})
    assert answer.status in {303, 404}
    return answer.cookies["pst-survey"].value if answer.status == 303 else ""


async def test_a_link_is_for_one_survey_of_one_person_for_a_time(tmp_path: Path) -> None:
    world = World(tmp_path / "var", settings={"public_url": "https://pst.example.go.id"})
    async with opened(world) as site:
        site.channel, site.address, site.visitor.token = "console", APPLICANT, ""
        case = casework.closed(staffed(world))
        page = SURVEY_PATH.format(service="letter", row=case)
        reader = Visitor(site.client, site.url, "", survey_cookie=await used(site, await asked(site, case)))
        assert "Sangat sesuai" in (await reader.get(page))[1]

        form = (await asked(site, case)).replace("survei", "form")
        assert (await site.visitor.post(form, {})).status == 404, "no link to a form"
        token = form.rpartition("/")[2]
        late = await asked(site, case)
        age_keys(world, LINK_LIFETIME + timedelta(minutes=1))
        assert await used(site, late) == ""
        assert await used(site, f"/survei/buka/{'x' * 43}") == ""
        assert "Sangat sesuai" in (await reader.get(page))[1], "the page stays open for longer"
        database = b"".join(file.read_bytes() for file in world.folder.glob("pst.db*"))
        assert reader.survey_cookie.encode() not in database
        keys = world.process.units.write_now(lambda session: session.scalars(select(PageKey.digest)).all())
        assert token not in keys

        site.address = "orang lain"
        assert await asked(site, case) == "" and "tidak dapat diisi lagi" in await site.last()
        site.address = APPLICANT
        left = await used(site, await asked(site, case))
        assert do(world, APPLICANT, lambda ctx: devices.sign_out(ctx, ctx.person_id))
        for cookie in (left, reader.survey_cookie):
            html = (await replace(reader, survey_cookie=cookie).get(page))[1]
            assert "tidak dapat diisi lagi" in html and "Sangat sesuai" not in html
        age_keys(world, COOKIE_LIFETIME)
        assert (await reader.get(page))[0] == 404
        assert scores(site) == {}
    await world.close()


async def test_no_page_is_offered_where_there_is_no_public_address(tmp_path: Path) -> None:
    world = World(tmp_path / "var")
    async with opened(world) as site:
        site.channel, site.address = "console", APPLICANT
        case = casework.closed(staffed(world))
        await site.press(f"survey:open:letter:{case}")
        assert "halaman" not in str((await site.chat())[-1].prompt.choices)
        assert await asked(site, case) == "" and "1 dari 9" in await site.last()
    await world.close()
