"""A visitor and an officer write to each other, and the process dies of it: each message is passed on once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import select, update

from storage import threads
from storage.tables import LiveChat, OutboxRow
from tests.always_open import write_profile
from tests.crash.killed_program import killed_program
from tests.crash.page import Page, until
from tests.crash.prepared_data import let_the_clock_stand
from tests.crash.snapshot import conversation
from tests.forked_processes import forked, pst_bot
from tests.service import Service
from tests.talk import Talk, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

OFFICER, VISITOR = (f"{name:_<43}" for name in ("petugas", "pengunjung"))
ASKED, ANSWERED = "Berapa lama prosesnya?", "Paling lama 30 hari kerja."
DEATHS = (("handle.after", "1"), ("commit.after", "1"))


def address(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def test_what_is_written_while_the_process_dies_is_passed_on_once(tmp_path: Path) -> None:
    office = write_profile(tmp_path)
    world = World(tmp_path / "var", office=office, now=datetime.now(UTC) - timedelta(minutes=1))
    officer, visitor = Talk(world, address(OFFICER), "webchat"), Talk(world, address(VISITOR), "webchat")
    officer.say(f"/gabung {world.invite('officer', 'Siti')}")
    visitor.say("bicara dengan petugas")
    visitor.say("Halo")
    officer.press("live_desk:claim:1")
    world.process.units.write_now(lambda session: session.execute(update(OutboxRow).values(sent_at=world.now)))
    world.process.units.write_now(lambda session: let_the_clock_stand(session, world.now))
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
        told = {token: [words for _, _, words in conversation(world, address(token))] for token in (OFFICER, VISITOR)}
        assert sum(words == f"Pengunjung 1: {ASKED}" for words in told[OFFICER]) == 1
        assert sum(words == f"Siti (petugas): {ANSWERED}" for words in told[VISITOR]) == 1
    finally:
        world.stop()


async def _talk(service: Service, office: str) -> None:
    """The first death hits the visitor's message, the second one the officer's."""
    async with Page(service.url, VISITOR) as visitor, Page(service.url, OFFICER) as officer:
        for page, words, death in ((visitor, ASKED, DEATHS[0]), (officer, ANSWERED, DEATHS[1])):
            await page.do(words)
            service.launch = forked(killed_program, *death)
            await asyncio.to_thread(service.start, PST_OFFICE=office)
            await asyncio.to_thread(service.wait_until_dead)
            assert service.process is not None and service.process.returncode == -SIGKILL, f"it never came to {death}"
            service.launch = forked(pst_bot, "run", "--demo")
            await asyncio.to_thread(service.start, PST_OFFICE=office)
            await until(lambda: page.idle, within=60)  # noqa: B023
            service.kill()
        await asyncio.to_thread(service.start, PST_OFFICE=office)
        await until(lambda: visitor.idle and officer.idle, within=60)
