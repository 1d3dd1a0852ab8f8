"""Every code of a button, with arguments of somebody else, of nothing, too few and too many, in whatever conversation
is open: each gets an answer, none raises, and none is kept as failed.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any, get_args, get_type_hints

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.actions import BEGINNINGS, MAX_CODE, Action
from bot.actions.applicant import FormButton
from bot.actions.form_codes import ACTS
from bot.chat import Incoming
from bot.conversations import registration
from domain.form.definition import Form
from storage.tables import Address, Draft, InboxRow, Message
from tests import casework
from tests.casework import APPLICANT, DIRECTOR, FORM, OFFICER
from tests.talk import World

STRANGER, WRITER, REGISTERING = "orang asing", "penulis", "pendaftar"
#: an id that fits the column and belongs to nothing
NOTHING = 10**16
#: who presses everything → the ids in the codes; 1 to 4 are applications, and drafts, of others for most of them
PRESSED: Mapping[str, tuple[int, ...]] = {STRANGER: (1, NOTHING), APPLICANT: (2,), OFFICER: (1,), DIRECTOR: (3,)}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office with one case for each stage, and two people who are writing."""
    world = World(tmp_path_factory.mktemp("forged"))
    casework.staffed(world)
    for reach in ("revision_requested", "letter_drafted", "awaiting_issue", "issued"):
        casework.REACH[reach](world)
    casework.half_filled(world, "judul_kegiatan", who=WRITER)
    asyncio.run(press_all(world, REGISTERING, ["account:register", "account:agree"]))
    yield world
    world.stop()


def word(hint: Any, number: int) -> str:
    """One field of a code: a number, one of the allowed words, or any word."""
    allowed = get_args(hint)
    return str(number) if hint is int or (allowed and isinstance(allowed[0], int)) else str((*allowed, "x")[0])


def codes(numbers: tuple[int, ...]) -> Iterator[str]:
    """Every beginning with each of these numbers, with a field too few, and with one too many."""
    for beginning, kind in BEGINNINGS:
        if kind is not FormButton:
            yield from codes_of(beginning, kind, numbers)


def codes_of(beginning: str, kind: type[Action], numbers: tuple[int, ...]) -> Iterator[str]:
    hints, names = get_type_hints(kind), [field.name for field in fields(kind)]
    firsts: tuple[Any, ...] = ("",)
    if "*" in beginning:  # the first field stands in the beginning
        firsts = get_args(hints[names.pop(0)]) or ("x",)
    for first in firsts:
        start = beginning.replace("*", str(first))
        for number in numbers if names else (0,):
            yield ":".join([start, *(word(hints[name], number) for name in names)])
        yield ":".join([start, *("1" for _ in names[1:])])
        yield ":".join([start, *("1" for _ in names), "1"])


def form_codes(form: Form, draft_id: int, revision: int) -> Iterator[str]:
    """Every act on every third kind of question, and submitting with all that may be wrong."""
    of_kind = {question.kind: question.code for question in form.questions.values()}
    asked = ["-", *of_kind.values(), "99.9"]
    for number, (name, act) in enumerate(ACTS):
        for question in asked[number % 3 :: 3]:
            words = ["1" if get_type_hints(act)[field.name] is int else "x" for field in fields(act)]
            yield f"form:{draft_id}:{question}:{'.'.join(words if name == '*' else [name, *words])}:{revision}"
    yield from (f"form:{draft_id}:-:submit:{number}" for number in (0, revision + 1, NOTHING))
    yield from (f"form:{draft_id}:-:submit", f"form:{draft_id}:submit", "form:-:submit:1", f"form::{draft_id}:-:submit")


async def press_all(world: World, who: str, pressed: list[str]) -> None:
    for number, code in enumerate(pressed):
        tap = Incoming(f"{who}/{number}/{code}"[:150], "console", who, world.now, "tap", tap=code)
        world.now += timedelta(seconds=1)
        assert await world.process.inbound.receive(tap), "held back as a flood"


def unanswered(world: World, who: str) -> list[str]:
    """The taps after which nothing was said."""
    query = select(Message.direction, Message.external_id).join(Address, Address.id == Message.address_id)
    rows = world.process.units.write_now(
        lambda s: s.execute(query.where(Address.external_id == who).order_by(Message.id)).all()
    )
    following = [*rows[1:], ("in", "")]
    return [str(row[1]) for row, after in zip(rows, following, strict=True) if row[0] == after[0] == "in"]


def assert_answered(world: World, who: str, pressed: list[str]) -> None:
    random.Random(7).shuffle(pressed)  # so that each code meets other conversations
    with capture_logs() as logs:
        asyncio.run(press_all(world, who, ["menu:show", *pressed]))
    assert [line for line in logs if line["log_level"] in {"error", "critical"}] == []
    failed = world.process.units.write_now(
        lambda s: s.scalars(select(InboxRow.external_id).where(InboxRow.state == "failed")).all()
    )
    assert failed == []
    assert unanswered(world, who) == []


@pytest.mark.parametrize("who", PRESSED)
def test_every_code_is_answered_whatever_its_arguments(world: World, who: str) -> None:
    assert_answered(world, who, [*codes(PRESSED[who]), "x" * MAX_CODE, "🟥" * 16, "form:\x00:-:submit:1", ""])


@pytest.mark.parametrize(("form", "who"), [(FORM, WRITER), (FORM, STRANGER), (registration.FORM, REGISTERING)])
def test_every_act_of_a_form_is_answered_whatever_it_is_pressed_on(world: World, form: str, who: str) -> None:
    newest = select(Draft.id, Draft.revision).where(Draft.form == form).order_by(Draft.id.desc()).limit(1)
    draft_id, revision = world.process.units.write_now(lambda session: session.execute(newest).one())
    assert_answered(world, who, list(form_codes(world.process.app.form(form), draft_id, revision)))
