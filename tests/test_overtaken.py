"""Two units of work on the same row at once: nothing is lost, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from bot.service import applications, cases, drafts, transitions
from bot.service.access import ActionRefused
from domain.form.definition import Value
from domain.text import Json
from storage import clock, dialogues
from storage import drafts as draft_rows
from storage.dialogues import OpenDialogue
from storage.tables import Application, Draft
from storage.unit import ATTEMPTS, Overtaken
from tests.casework import (
    APPLICANT,
    FORM,
    OFFICER,
    OTHER_OFFICER,
    address_of,
    audited,
    context_of,
    half_filled,
    issued,
    staffed,
    submitted,
)
from tests.talk import World

Result = TypeVar("Result")

#: seconds; longer than a unit takes
TOGETHER_WITHIN = 1.0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    world = staffed(World(tmp_path / "data", database_url=url))
    yield world
    world.stop()


class Meeting:
    """Where two units wait for each other after they have loaded the same row. A row that is locked, or SQLite, lets
    the second one in only after the first has committed: then the first does not wait for ever.
    """

    def __init__(self) -> None:
        self._barrier = Barrier(2)

    def wait(self) -> None:
        with suppress(BrokenBarrierError):
            self._barrier.wait(TOGETHER_WITHIN)


def at_once(world: World, *works: Callable[[Session], Result]) -> list[Result]:
    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(world.process.units.write_now, works))


def test_two_messages_of_one_address_leave_both_their_marks(world: World) -> None:
    meeting = Meeting()

    def leave(mark: str) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            dialogue = opened(session)
            meeting.wait()
            dialogues.save(session, dialogue.sender.id, world.now, {"data": {**dialogue.data, mark: True}})

        return work

    def marks(session: Session) -> Mapping[str, Json]:
        return opened(session).data

    def opened(session: Session) -> OpenDialogue:
        address = address_of(session, OFFICER)
        dialogues.create(session, address.id, world.now)
        dialogue = dialogues.load(session, address.channel, address.external_id, world.now)
        assert dialogue is not None
        return dialogue

    assert world.process.units.write_now(marks) == {}
    at_once(world, leave("first"), leave("second"))
    assert world.process.units.write_now(marks) == {"first": True, "second": True}


def test_answers_from_two_channels_are_both_kept(world: World) -> None:
    half_filled(world, "tujuan", "latar_belakang")
    meeting = Meeting()

    def answer(name: str, value: Value) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            ctx = context_of(world, session, APPLICANT)
            listed = drafts.list_unfinished(ctx, FORM)[0]
            meeting.wait()
            draft = drafts.get_mine(ctx, listed.id)
            assert draft is not None
            drafts.record(ctx, draft, ctx.app.form(FORM).questions[name], value)

        return work

    at_once(world, answer("tujuan", "Mengukur kepuasan."), answer("latar_belakang", "Amanat peraturan."))
    answers = world.process.units.write_now(lambda session: session.query(Draft).one().answers)
    assert (answers.get("tujuan"), answers.get("latar_belakang")) == ("Mengukur kepuasan.", "Amanat peraturan.")


def test_a_draft_is_sent_or_set_aside_but_not_both(world: World) -> None:
    half_filled(world)
    meeting = Meeting()

    def send(session: Session) -> None:
        ctx = context_of(world, session, APPLICANT)
        listed = drafts.list_unfinished(ctx, FORM)
        meeting.wait()
        draft = drafts.get_mine(ctx, listed[0].id) if listed else None
        if draft is not None:
            assert isinstance(applications.submit(ctx, draft), Application)

    def set_aside(session: Session) -> None:
        ctx = context_of(world, session, APPLICANT)
        listed = drafts.list_unfinished(ctx, FORM)
        meeting.wait()
        for draft in listed:
            drafts.set_aside(ctx, draft)

    at_once(world, send, set_aside)
    state, sent = world.process.units.write_now(
        lambda session: (session.query(Draft).one().state, session.query(Application).count())
    )
    assert (state, sent) in {("submitted", 1), ("set_aside", 0)}


def test_of_two_officers_who_saw_the_same_list_one_claims(world: World) -> None:
    application_id = submitted(world)
    meeting = Meeting()

    def claim(who: str) -> Callable[[Session], str]:
        def work(session: Session) -> str:
            ctx = context_of(world, session, who)
            listed = cases.inbox(ctx, "submitted", 0).rows
            meeting.wait()
            application = cases.open_case(ctx, application_id)
            assert not listed or application is listed[0]  # in one session a row is one object
            try:
                cases.claim(ctx, application)
            except ActionRefused:
                return "refused"
            return "claimed"

        return work

    assert sorted(at_once(world, claim(OFFICER), claim(OTHER_OFFICER))) == ["claimed", "refused"]


def test_the_clock_and_the_applicant_close_an_application_once(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())  # delivers the letter
    meeting = Meeting()

    def by_clock(session: Session) -> None:
        page = clock.issued(session, world.now + timedelta(days=1), None)
        meeting.wait()
        for application in page:
            ctx = context_of(world, session, APPLICANT)
            transitions.move(ctx, application, "close", by_system=True)

    def by_applicant(session: Session) -> None:
        ctx = context_of(world, session, APPLICANT)
        application = applications.get_mine(ctx, application_id)
        meeting.wait()
        if application is not None and application.status == "issued":
            transitions.move(ctx, application, "close")

    at_once(world, by_clock, by_applicant)
    assert audited(world, application_id).count("close") == 1


def test_a_draft_that_was_loaded_before_another_change_is_not_overwritten(world: World) -> None:
    half_filled(world)
    units, now, runs = world.process.units, world.now, 0
    stale = units.write_now(lambda session: session.query(Draft).one())
    units.write_now(lambda session: draft_rows.change(session, session.query(Draft).one(), now, answers={"a": "new"}))

    def overwrite(session: Session) -> None:
        nonlocal runs
        runs += 1
        draft_rows.change(session, stale, now, answers={"a": "old"})

    with pytest.raises(Overtaken):
        units.write_now(overwrite)
    assert runs == ATTEMPTS
    assert units.write_now(lambda session: session.query(Draft).one().answers) == {"a": "new"}


def test_an_overtaken_unit_leaves_nothing_of_its_first_run(world: World) -> None:
    runs = 0

    def work(session: Session) -> str:
        nonlocal runs
        runs += 1
        address_of(session, OFFICER).locale = f"l{runs}"
        session.flush()
        if runs == 1:
            raise Overtaken("once")
        return address_of(session, OFFICER).locale

    assert world.process.units.write_now(work) == "l2"
