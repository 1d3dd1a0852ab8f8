"""What could be undone is due, and the process dies of doing it: it is done once, and told once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.tables import HeldAct
from tests.casework import OFFICER, audit_faults, audited, staffed, status, under_review
from tests.crash.deaths import start_again, start_to_die
from tests.crash.page import until
from tests.crash.prepared_data import leave_nothing_to_do
from tests.service import Service
from tests.talk import Talk, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

#: before it is committed, and between the commit and the notice
DEATHS = ("held.done", "commit.after")


def test_what_was_confirmed_is_done_once_though_the_process_dies_of_it_twice(tmp_path: Path) -> None:
    application_id = _confirm(tmp_path / "var")
    service = Service(tmp_path)
    try:
        for death in DEATHS:
            start_to_die(service, death)
        start_again(service)
        asyncio.run(until(lambda: _requests(service), within=30))
    finally:
        service.kill()
    assert len(_requests(service)) == 1
    world = World(tmp_path / "var", now=datetime.now(UTC))
    try:
        assert status(world, application_id) == "revision_requested"
        assert audited(world, application_id).count("request_revision") == 1 and audit_faults(world) == []
        waiting = select(func.count()).select_from(HeldAct)
        assert world.process.units.write_now(lambda session: session.scalar(waiting)) == 0
    finally:
        world.stop()


def _requests(service: Service) -> list[str]:
    """The mails that ask for the revision."""
    return [subject for subject, _ in service.mails() if "perlu diperbaiki" in subject]


def _confirm(folder: Path) -> int:
    """A request for a revision that is due by now. Everything that was said before was sent."""
    now = datetime.now(UTC) - timedelta(minutes=3)
    world = staffed(World(folder, settings={"undo_seconds": 30}, now=now))
    application_id = under_review(world, "tujuan")
    officer = Talk(world, OFFICER)
    officer.press(f"case:revision:{application_id}")
    officer.tap("Ya, minta perbaikan")
    assert "belum ada yang diberi tahu" in officer.last
    asyncio.run(world.work())
    world.process.units.write_now(lambda session: leave_nothing_to_do(session, world.now))
    world.stop()
    return application_id
