"""The page of the satisfaction survey, over HTTP, as a browser without script has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from bot.runtime.process import SURVEY_PATH
from domain.satisfaction import ELEMENTS
from storage.tables import SatisfactionSurvey
from tests import casework
from tests.casework import APPLICANT, staffed
from tests.formpage_site import Site, opened
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
