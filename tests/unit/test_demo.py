"""What `--demo` adds: staff who join by themselves, once, and are otherwise ordinary staff."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.chat import Incoming
from bot.handlers.webchat import Notifier
from bot.runtime import demo
from bot.runtime.web import application
from bot.service import officers
from domain.permissions import Role
from storage.tables import AuditLine, Invite, Officer
from tests.casework import audit_faults
from tests.talk import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.stop()


def join_demo(world: World, address: str, role: Role) -> None:
    asyncio.run(demo.joining(world.process)("webchat", address, role, "id"))


def staff(world: World) -> list[tuple[str, str]]:
    return world.process.units.write_now(
        lambda session: [(row.role, row.name) for row in officers.list_active(session)]
    )


def menu(world: World, address: str) -> list[str]:
    """The first button of each answer to a first message."""
    incoming = Incoming(f"hello-{address}", "webchat", address, world.now, "text", text="halo", language="id")

    async def said() -> list[str]:
        await world.process.inbound.receive(incoming)
        rows = await world.process.history.conversation("webchat", address, 0, 10)
        return [row.prompt.choices[0].value for row in rows if row.prompt.choices]

    return asyncio.run(said())


def test_officer_and_director_join_once_by_an_invitation_that_is_used_up_and_audited(world: World) -> None:
    for _ in range(2):
        join_demo(world, "a", "officer")
        join_demo(world, "b", "director")
    assert staff(world) == [("officer", "Petugas Demo"), ("director", "Direktur Demo")]
    assert (menu(world, "a"), menu(world, "b"), menu(world, "c")) == (["inbox:start"], ["inbox:start"], ["apply:start"])
    read = world.process.units.write_now
    assert all(invite.used_at for invite in read(lambda session: session.scalars(select(Invite)).all()))
    lines = read(lambda session: session.scalars(select(AuditLine).order_by(AuditLine.at)).all())
    assert [(line.act, line.after) for line in lines] == [("join", {"role": "officer"}), ("join", {"role": "director"})]
    assert audit_faults(world) == []


def test_a_revoked_person_does_not_join_again_by_opening_the_demo(world: World) -> None:
    join_demo(world, "a", "officer")
    (person,) = world.process.units.write_now(lambda session: session.scalars(select(Officer.person_id)).all())
    assert world.process.units.write_now(
        lambda session: officers.revoke(session, world.process.app.keys, person, world.now)
    )
    join_demo(world, "a", "officer")
    assert staff(world) == [] and menu(world, "a") == ["apply:start"]


def test_only_the_demo_mounts_the_switch_and_the_mails(world: World) -> None:
    def paths() -> set[str]:
        app = application(world.process, Notifier())
        return {resource.canonical for resource in app.router.resources()}

    ordinary = paths()
    world.process.app.demo = True
    added = {path.split("/")[1] for path in paths() - ordinary}
    assert added == {"demo", "as", "mail"}
    assert not any(path.startswith(("/demo", "/as", "/mail")) for path in ordinary)
