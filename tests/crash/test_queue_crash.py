"""An officer calls the next number, and the process dies of it: it is called once, and its visitor hears of it once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import select, update

from storage.tables import OutboxRow, QueueDay, QueueTicket
from tests.always_open import write_profile
from tests.crash.killed_program import killed_program
from tests.crash.page import Page, until
from tests.crash.prepared_data import let_the_clock_stand
from tests.crash.snapshot import conversation
from tests.forked_processes import forked, pst_bot
from tests.service import Service
from tests.talk import Talk, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

OFFICER, VISITOR, NEXT = (f"{name:_<43}" for name in ("petugas", "pengunjung", "berikutnya"))
DEATHS = (("handle.after", "1"), ("commit.after", "1"))


def address(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def test_a_call_that_dies_calls_one_number_once(tmp_path: Path) -> None:
    office = write_profile(tmp_path)
    world = World(tmp_path / "var", office=office, now=datetime.now(UTC) - timedelta(minutes=1))
    officer = Talk(world, address(OFFICER), "webchat")
    officer.say(f"/gabung {world.invite('officer', 'Siti')}")
    today = world.now.astimezone(world.process.app.office.zone).date()
    for token in (VISITOR, NEXT):
        Talk(world, address(token), "webchat").press(f"queue:take:rekomendasi:{today:%Y%m%d}")
    world.process.units.write_now(lambda session: session.execute(update(OutboxRow).values(sent_at=world.now)))
    world.process.units.write_now(lambda session: let_the_clock_stand(session, world.now))
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
        said = {token: [words for _, _, words in conversation(world, address(token))] for token in (VISITOR, NEXT)}
        assert sum("A-001 dipanggil" in words for words in said[VISITOR]) == 1
        assert sum("A-002: giliran berikutnya" in words for words in said[NEXT]) == 1
    finally:
        world.stop()


async def _call(service: Service, office: str) -> None:
    async with Page(service.url, OFFICER) as page:
        await page.press("desk:next:0", "Panggil berikutnya")
        for death in DEATHS:
            service.launch = forked(killed_program, *death)
            await asyncio.to_thread(service.start, PST_OFFICE=office)
            await asyncio.to_thread(service.wait_until_dead)
            assert service.process is not None and service.process.returncode == -SIGKILL, f"it never came to {death}"
        service.launch = forked(pst_bot, "run", "--demo")
        await asyncio.to_thread(service.start, PST_OFFICE=office)
        await until(lambda: page.idle, within=60)
