"""What the staff see of deliveries: how far the newest notice got, and which messages were not delivered."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from domain.text import Json
from storage import outbox, people
from storage.deliveries import Delivery, newest_notice, undelivered
from storage.tables import OutboxRow
from tests.casework import APPLICANT, OFFICER, do, revision_requested, staffed
from tests.program import run
from tests.talk import Talk, World

SAID: Json = {"text": {"m": "Rahasia pemohon"}}
SENT = datetime.fromisoformat("2026-03-02T01:00Z")


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def tell(world: World, reason: str, *deliveries: tuple[str, dict[str, Any]], at: datetime | None = None) -> None:
    """One notice to all addresses of the applicant. `deliveries`: channel, columns of the outbox row."""

    def queue(session: Session) -> None:
        person = people.find(session, "console", APPLICANT)
        assert person is not None
        for channel, came in deliveries:
            address = people.get_or_create_address(session, channel, f"{APPLICANT} {channel}", "id", world.now)
            address.person_id = person.person_id
            message_id = outbox.add(
                session, world.process.app.keys, address, SAID, at or world.now, reason=reason, bulk=reason != "reply"
            )
            session.execute(update(OutboxRow).where(OutboxRow.message_id == message_id).values({"failure": "", **came}))

    world.process.units.write_now(queue)


def newest(world: World) -> Delivery:
    number = do(world, APPLICANT, lambda ctx: ctx.actor.id)
    found = world.process.units.write_now(lambda session: newest_notice(session, number))
    assert found is not None
    return found


#: columns of an outbox row → its state
BECAME: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "waiting"),
    ({"template_sent_at": SENT}, "template_sent"),
    ({"sent_at": SENT}, "sent"),
    ({"sent_at": SENT, "progress": "delivered"}, "delivered"),
    ({"sent_at": SENT, "progress": "read"}, "read"),
    ({"sent_at": SENT, "progress": "failed"}, "failed"),
    ({"gave_up_at": SENT, "failure": "blocked: by the user"}, "failed"),
)


def test_the_newest_notice_counts_where_it_got_furthest(world: World) -> None:
    do(world, APPLICANT, lambda ctx: None)
    tell(world, "letter", ("here", {}))
    for day, (came, state) in enumerate(BECAME, start=1):
        at = world.now + timedelta(days=day)
        tell(world, "revision_requested", ("here", came), ("there", came), at=at)
        tell(world, "reply", ("here", {}), at=at + timedelta(hours=1))
        assert (newest(world).state, newest(world).reason) == (state, "revision_requested")
        tell(world, "result", ("here", came), ("there", {"sent_at": SENT, "progress": "read"}), at=at)
        assert newest(world).state == "read"


def test_the_officer_reads_how_far_the_newest_notice_got(world: World) -> None:
    staffed(world)
    number = revision_requested(world)
    talk = Talk(world, OFFICER)
    talk.press(f"case:show:{number}")
    assert "Pemberitahuan terakhir kepada pemohon (2 Maret 2026): belum terkirim." in talk.last
    failed = {"gave_up_at": world.now, "failure": "blocked: the person shut us out"}
    tell(world, "silent", ("here", failed), at=world.now + timedelta(days=1))
    talk.press(f"case:show:{number}")
    assert "(3 Maret 2026): gagal, blocked: the person shut us out." in talk.last


def test_undelivered_messages_are_listed_without_their_text(tmp_path: Path) -> None:
    world = World(tmp_path / "var")
    do(world, APPLICANT, lambda ctx: None)
    now = datetime.now().astimezone()
    gone = {"gave_up_at": now, "failure": "refused: no such\nuser"}
    tell(world, "letter", ("here", gone), ("there", {"sent_at": now}), at=now)
    tell(world, "result", ("there", {"sent_at": now, "progress": "failed", "failure": "131026"}), at=now)
    tell(world, "silent", ("here", gone), at=now - timedelta(days=31))
    world.stop()
    listed = run(tmp_path, "outbox", "list").stdout.splitlines()
    assert [line.split("\t")[1:] for line in listed[:-1]] == [
        ["here", "letter", "refused: no such user"],
        ["there", "result", "131026"],
    ]
    assert listed[-1] == "2 not delivered" and "Rahasia" not in "".join(listed)


def test_both_queries_use_their_index(world: World) -> None:
    statements: list[tuple[str, Any]] = []
    event.listen(
        world.process.units.engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, parameters, *_: statements.append((statement, parameters)),
    )
    world.process.units.write_now(lambda session: newest_notice(session, 1))
    world.process.units.write_now(lambda session: undelivered(session, world.now))
    world.process.units.write_now(lambda session: outbox.recent_notices(session, world.process.app.keys, 1, 0))
    asked = [(statement, parameters) for statement, parameters in statements if statement.startswith("SELECT")]
    with world.process.units.engine.connect() as connection:
        plans = [
            " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
            for statement, parameters in asked
        ]
    wanted = ["ix_outbox_notices", "ix_outbox_undelivered", "ix_outbox_notices"]
    assert [name for name, plan in zip(wanted, plans, strict=True) if name not in plan] == [], plans
