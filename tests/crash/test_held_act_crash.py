"""What could be undone is due, and the process dies of doing it: it is done once, and told once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import func, select, update

from storage.tables import HeldAct, OutboxRow
from tests.casework import OFFICER, audit_faults, audited, staffed, status, under_review
from tests.crash.killed_program import killed_program
from tests.crash.page import until
from tests.crash.prepared_data import let_the_clock_stand
from tests.forked_processes import forked, pst_bot
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
            service.launch = forked(killed_program, death)
            service.begin()
            service.wait_until_dead()
            assert service.process is not None and service.process.returncode == -SIGKILL, f"it never came to {death}"
        service.launch = forked(pst_bot, "run", "--demo")
        service.start()
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
    world.process.units.write_now(lambda session: session.execute(update(OutboxRow).values(sent_at=world.now)))
    world.process.units.write_now(lambda session: let_the_clock_stand(session, world.now))
    world.stop()
    return application_id
