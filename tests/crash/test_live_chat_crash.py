"""A visitor and an officer write to each other, and the process dies of it: each message is passed on once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import threads
from storage.tables import LiveChat
from tests.always_open import write_profile
from tests.crash.deaths import start_again, start_to_die
from tests.crash.page import Page, until
from tests.crash.prepared_data import leave_nothing_to_do
from tests.crash.snapshot import conversation
from tests.page_cookies import address_of, token_of
from tests.service import Service
from tests.talk import Talk, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

OFFICER, VISITOR = map(token_of, ("petugas", "pengunjung"))
ASKED, ANSWERED = "Berapa lama prosesnya?", "Paling lama 30 hari kerja."
DEATHS = (("handle.after", "1"), ("commit.after", "1"))


def test_what_is_written_while_the_process_dies_is_passed_on_once(tmp_path: Path) -> None:
    office = write_profile(tmp_path)
    world = World(tmp_path / "var", office=office, now=datetime.now(UTC) - timedelta(minutes=1))
    officer, visitor = Talk(world, address_of(OFFICER), "webchat"), Talk(world, address_of(VISITOR), "webchat")
    officer.say(f"/gabung {world.invite('officer', 'Siti')}")
    visitor.say("bicara dengan petugas")
    visitor.say("Halo")
    officer.press("live_desk:claim:1")
    world.process.units.write_now(lambda session: leave_nothing_to_do(session, world.now))
    world.stop()
    service = Service(tmp_path)
    try:
        asyncio.run(_talk(service, str(office)))
    finally:
        service.kill()
    world.start()
    try:
        keys = world.process.app.keys
        said = world.process.units.write_now(
            lambda session: [
                line.words for line in threads.said_in(session, keys, session.scalars(select(LiveChat)).one())
            ]
        )
        assert said == ["Halo", ASKED, ANSWERED]
        told = {
            token: [words for _, _, words in conversation(world, address_of(token))] for token in (OFFICER, VISITOR)
        }
        assert sum(words == f"Pengunjung 1: {ASKED}" for words in told[OFFICER]) == 1
        assert sum(words == f"Siti (petugas): {ANSWERED}" for words in told[VISITOR]) == 1
    finally:
        world.stop()


async def _talk(service: Service, office: str) -> None:
    """The first death hits the visitor's message, the second one the officer's."""
    async with Page(service.url, VISITOR) as visitor, Page(service.url, OFFICER) as officer:
        for page, words, death in ((visitor, ASKED, DEATHS[0]), (officer, ANSWERED, DEATHS[1])):
            await page.do(words)
            await asyncio.to_thread(start_to_die, service, *death, PST_OFFICE=office)
            await asyncio.to_thread(start_again, service, PST_OFFICE=office)
            await until(lambda: page.idle, within=60)  # noqa: B023
            service.kill()
        await asyncio.to_thread(service.start, PST_OFFICE=office)
        await until(lambda: visitor.idle and officer.idle, within=60)
