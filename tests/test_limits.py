"""Limits from outside: a flood is told and not handled, a form in work goes on, complaints and codes have a day's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import limits
from bot.chat import Incoming
from bot.limits import DAILY, Allowance
from bot.service import daily_limits, people
from bot.service.context import Context
from domain.text import Json
from storage.tables import Complaint, Dialogue, InboxRow
from tests.casework import context_of
from tests.talk import Talk, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.stop()


def dialogue(world: World) -> tuple[str, Json, str | None]:
    row = world.process.units.write_now(lambda s: s.scalars(select(Dialogue).order_by(Dialogue.address_id)).first())
    assert row is not None
    return row.conversation, row.data, row.asked


def count(world: World, table: type[InboxRow] | type[Complaint]) -> int:
    return world.process.units.write_now(lambda s: s.scalars(select(func.count()).select_from(table)).one())


def test_a_flood_is_told_once_and_the_form_in_work_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.ALLOWANCES, ("messages", "address"), Allowance(5, 1))
    talk = Talk(world)
    talk.say("halo")
    talk.press("account:register")
    talk.press("account:agree")
    before, stored = dialogue(world), count(world, InboxRow)
    world.now += timedelta(minutes=1)

    async def flood() -> list[bool]:
        sent = [Incoming(f"flood-{n}", "console", "tester", world.now, "other") for n in range(25)]
        return [await world.process.inbound.receive(message) for message in sent]

    assert asyncio.run(flood()) == [True] * 5 + [False] * 20
    assert count(world, InboxRow) == stored + 5, "what was refused leaves nothing in the database"
    told = asyncio.run(talk.news())
    assert sum("Terlalu banyak pesan" in str(message.prompt.text) for message in told) == 1
    assert dialogue(world)[:2] == before[:2]
    world.now += timedelta(minutes=1)
    assert talk.say("Budi Santoso")


def test_somebody_else_is_answered_beside_a_flood(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.ALLOWANCES, ("messages", "address"), Allowance(2, 0.001))
    loud, calm = Talk(world, "loud"), Talk(world, "calm")
    for _ in range(4):
        loud.say("halo")
    assert "Terlalu banyak pesan" in loud.last
    calm.say("halo")
    assert "Terlalu banyak pesan" not in calm.last


def test_complaints_of_one_person_are_counted_by_the_day(world: World) -> None:
    talk = Talk(world)
    talk.say("halo")
    for number in range(DAILY["complaints_of_person"] + 1):
        talk.press("complaint:write")
        talk.say(f"Lama sekali, sudah {number} minggu.")
        talk.tap("Kirim")
    assert "belum kami catat" in talk.last
    assert count(world, Complaint) == DAILY["complaints_of_person"]
    world.now = world.now.replace(day=world.now.day + 1)
    talk.tap("Kirim")
    assert "kami terima dengan nomor" in talk.last, "the words were kept"


def test_what_one_person_is_refused_uses_up_nobody_elses_complaint(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.DAILY, "complaints", DAILY["complaints_of_person"] + 1)
    loud, calm = context_for(world, "loud"), context_for(world, "calm")

    def complain(context: Callable[[Session], Context]) -> bool:
        return world.process.units.write_now(lambda session: daily_limits.may_complain(context(session)))

    assert [complain(loud) for _ in range(10)].count(True) == DAILY["complaints_of_person"]
    assert complain(calm)


def context_for(world: World, who: str) -> Callable[[Session], Context]:
    return lambda session: context_of(world, session, who)


def test_code_mails_are_counted_by_network_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One network with ever new addresses mails no more codes than its share."""
    monkeypatch.setitem(limits.DAILY, "mails_from_source", 3)

    def ask(number: int, source: str) -> str:
        talk = Talk(world, f"browser-{number}")
        talk.say("halo")
        world.now += people.RESEND_AFTER
        talk.press("account:move")
        message = replace(talk._incoming("text", "", False, text=f"alamat{number}@example.go.id"), source=source)
        talk._send(message)
        return talk.last

    answers = [ask(number, "192.0.2.1") for number in range(4)]
    assert answers[3].startswith("Hari ini sudah terlalu banyak kode yang diminta.")
    assert not any(answer.startswith("Hari ini") for answer in answers[:3])
    assert not ask(5, "192.0.2.2").startswith("Hari ini")


@pytest.mark.parametrize(
    ("figure", "mailboxes", "not_touched"),
    [
        ("mails_to_mailbox", ("sasaran@example.go.id", "Sasaran+a@example.go.id", "SASARAN+b@EXAMPLE.go.id"), True),
        ("mails", ("satu@example.go.id", "dua@example.go.id", "tiga@example.go.id"), False),
    ],
)
def test_code_mails_are_counted_by_mailbox_and_in_all_whoever_asks(
    world: World, monkeypatch: pytest.MonkeyPatch, figure: str, mailboxes: tuple[str, ...], not_touched: bool
) -> None:
    monkeypatch.setitem(cast("dict[str, int]", limits.DAILY), figure, 2)

    def is_refused(email: str) -> bool:
        talk = Talk(world, f"peminta {email}")
        talk.say("halo")
        talk.press("account:move")
        talk.say(email)
        return talk.last.startswith("Hari ini sudah terlalu banyak kode yang diminta.")

    assert [is_refused(email) for email in mailboxes] == [False, False, True]
    assert is_refused("lain@example.go.id") is not not_touched
