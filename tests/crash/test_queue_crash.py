"""An officer calls the next number, and the process dies of it: it is called once, and its visitor hears of it once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.tables import QueueDay, QueueTicket
from tests.always_open import write_profile
from tests.crash.deaths import start_again, start_to_die
from tests.crash.page import Page, until
from tests.crash.prepared_data import leave_nothing_to_do
from tests.crash.snapshot import conversation
from tests.page_cookies import address_of, token_of
from tests.service import Service
from tests.talk import Talk, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

OFFICER, VISITOR, NEXT = map(token_of, ("petugas", "pengunjung", "berikutnya"))
DEATHS = (("handle.after", "1"), ("commit.after", "1"))


def test_a_call_that_dies_calls_one_number_once(tmp_path: Path) -> None:
    office = write_profile(tmp_path)
    world = World(tmp_path / "var", office=office, now=datetime.now(UTC) - timedelta(minutes=1))
    officer = Talk(world, address_of(OFFICER), "webchat")
    officer.say(f"/gabung {world.invite('officer', 'Siti')}")
    today = world.now.astimezone(world.process.app.office.zone).date()
    for token in (VISITOR, NEXT):
        Talk(world, address_of(token), "webchat").press(f"queue:take:rekomendasi:{today:%Y%m%d}")
    world.process.units.write_now(lambda session: leave_nothing_to_do(session, world.now))
    world.stop()
    service = Service(tmp_path)
    try:
        asyncio.run(_call(service, str(office)))
    finally:
        service.kill()
    world.start()
    try:
        query = select(QueueTicket.number, QueueTicket.state).order_by(QueueTicket.number)
        found = world.process.units.write_now(lambda session: [tuple(row) for row in session.execute(query)])
        calls = world.process.units.write_now(lambda session: session.scalars(select(QueueDay.calls)).one())
        assert (found, calls) == ([(1, "called"), (2, "waiting")], 1)
        said = {token: [words for _, _, words in conversation(world, address_of(token))] for token in (VISITOR, NEXT)}
        assert sum("A-001 dipanggil" in words for words in said[VISITOR]) == 1
        assert sum("A-002: giliran berikutnya" in words for words in said[NEXT]) == 1
    finally:
        world.stop()


async def _call(service: Service, office: str) -> None:
    async with Page(service.url, OFFICER) as page:
        await page.press("desk:next:0", "Panggil berikutnya")
        for death in DEATHS:
            await asyncio.to_thread(start_to_die, service, *death, PST_OFFICE=office)
        await asyncio.to_thread(start_again, service, PST_OFFICE=office)
        await until(lambda: page.idle, within=60)
