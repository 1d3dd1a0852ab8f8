"""The jobs: deletion of old data, failed jobs, jobs that are added twice."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot.conversations import router
from bot.runtime.retention import ORPHAN_AFTER
from storage import jobs
from storage.tables import File, InboxRow, Message, OutboxRow, PageKey
from tests.filling import filling
from tests.samples import sample
from tests.talk import Talk, World


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def forget(world: World) -> None:
    """Runs the recurring job that deletes old data."""
    world.process.units.write_now(lambda session: jobs.add(session, "forget", "forget", world.now, {}))
    assert asyncio.run(world.worker.work_once())


def rows(world: World, table: type) -> int:
    return world.process.units.write_now(lambda session: session.query(table).count())


def test_messages_are_deleted_after_the_offices_days_and_ids_after_every_redelivery(world: World) -> None:
    Talk(world, "a").say("halo")
    world.now += timedelta(days=world.process.app.office.retention.messages, hours=1)
    Talk(world, "b").say("halo")
    forget(world)
    assert (rows(world, Message), rows(world, OutboxRow), rows(world, InboxRow)) == (2, 1, 1)


def test_links_to_a_form_that_nobody_used_are_deleted_after_they_have_expired(world: World) -> None:
    filling(world, "judul_kegiatan")
    for digest, left in (("expired", timedelta(0)), ("fresh", timedelta(seconds=1))):
        key = PageKey(digest=digest, kind="link", page="draft", row_id=1, address_id=1, expires_at=world.now + left)
        world.process.units.write_now(partial(Session.add, instance=key))
    forget(world)
    assert rows(world, PageKey) == 1


def test_a_stored_file_without_a_row_is_deleted_a_day_later(world: World) -> None:
    Talk(world).say("halo")
    store = world.process.store
    kept, orphan, young = (store.put(content, "person/1") for content in (b"kept", b"orphan", b"young"))

    def add(session: Session) -> None:
        row = File(person_id=1, object=kept, owner="person/1", name="a.pdf", kind="pdf", size=4, created_at=world.now)
        session.add(row)

    world.process.units.write_now(add)
    old = (world.now - ORPHAN_AFTER - timedelta(hours=1)).timestamp()
    for name in (kept, orphan):
        os.utime(world.folder / "files" / name[:2] / name, (old, old))
    forget(world)
    assert [store.exists(name) for name in (kept, orphan, young)] == [True, False, True]


def test_a_spool_file_is_deleted_minutes_later_unless_a_failed_message_needs_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a deliberate fault")

    talk = Talk(world)
    with monkeypatch.context() as patch:
        patch.setattr(router, "on_message", broken)
        talk.send(("surat.pdf", sample("surat.pdf")))
    spool = world.folder / "files" / "spool"
    (needed,) = spool.iterdir()
    (spool / "abandoned").write_bytes(b"")
    (spool / "young").write_bytes(b"")
    old = (world.now - timedelta(minutes=35)).timestamp()
    for name in (needed.name, "abandoned"):
        os.utime(spool / name, (old, old))
    world.process.units.write_now(lambda session: jobs.add(session, "spool", "spool", world.now, {}))
    asyncio.run(world.work())
    assert {file.name for file in spool.iterdir()} == {needed.name, "young"}
    assert asyncio.run(world.process.retry_failed()) == (1, 0)


def test_a_job_that_fails_is_put_back_with_a_pause(world: World) -> None:
    world.process.units.write_now(lambda session: jobs.add(session, "document", "k", world.now, {"template": "none"}))
    assert asyncio.run(world.worker.work_once())
    assert not asyncio.run(world.worker.work_once())
    world.now += jobs.PAUSE
    assert asyncio.run(world.worker.work_once())


def test_a_job_that_is_added_twice_is_one_job(world: World) -> None:
    first = world.process.units.write_now(lambda session: jobs.add(session, "forget", "k", world.now, {}))
    second = world.process.units.write_now(lambda session: jobs.add(session, "forget", "k", world.now, {}))
    assert (first, second) == (True, False)
