"""Applications: letters that are interrupted, drawn and delivered."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from bot.runtime.jobs import draw_letter
from bot.runtime.letter_files import make_letter
from bot.service import applications, cases
from bot.service.context import Context
from storage import jobs
from storage.tables import Application, CatalogueEntry, File, Job, Letter, NumberSeries
from tests import casework
from tests.casework import APPLICANT, DIRECTOR, awaiting_issue, do, issued, on, status
from tests.talk import World
from tests.unit.case_rows import all_of


def test_an_interrupted_issue_uses_no_number(world: World) -> None:
    application_id = awaiting_issue(world)

    def cut_off(ctx: Context, it: Application) -> None:
        casework.issue(ctx, it)
        raise RuntimeError("a deliberate fault")

    with pytest.raises(RuntimeError):
        do(world, DIRECTOR, on(application_id, cut_off))
    assert status(world, application_id) == "awaiting_issue"
    series = [row.name for row in all_of(world, NumberSeries) if isinstance(row, NumberSeries)]
    assert not [name for name in series if name.startswith(("letter/", "identity/"))]
    do(world, DIRECTOR, on(application_id, casework.issue))
    assert newest_letter(world).number == "B-1/7304/KS.200/2026"


def newest_letter(world: World) -> Letter:
    letter = all_of(world, Letter)[-1]
    assert isinstance(letter, Letter)
    return letter


def work(world: World) -> None:
    async def until_idle() -> None:
        while await world.worker.work_once():
            pass

    asyncio.run(until_idle())


def delivered(world: World) -> int:
    return sum("sudah terbit" in subject for _, subject, _ in world.mails())


def test_a_letter_drawn_twice_is_delivered_once(world: World) -> None:
    issued(world)
    due = [
        jobs.DueJob(row.id, row.kind, row.arguments, 1)
        for row in all_of(world, Job)
        if isinstance(row, Job) and row.arguments.get("letter") == newest_letter(world).id
    ]

    async def twice() -> None:
        both = (draw_letter(world.process, due[0], world.now) for _ in range(2))
        await asyncio.gather(*both)

    asyncio.run(twice())
    work(world)
    assert delivered(world) == 1
    assert len([row for row in all_of(world, CatalogueEntry)]) == 1
    names = [row.name for row in all_of(world, File) if isinstance(row, File)]
    assert names.count("surat-B-1-7304-KS.200-2026.pdf") == 1


def test_a_letter_arrives_after_a_restart_and_is_what_its_facts_say(world: World) -> None:
    issued(world)
    assert (newest_letter(world).state, delivered(world)) == ("pending", 0)
    world.restart()
    work(world)
    letter = newest_letter(world)
    assert (letter.state, delivered(world)) == ("ready", 1)
    drawn = make_letter(world.process, letter.facts, world.now)
    assert letter.sha256 == hashlib.sha256(drawn).hexdigest()
    file = world.process.units.write_now(lambda session: session.get_one(File, letter.file_id))
    assert world.process.store.read(file.object, file.owner) == drawn


def test_the_catalogue_has_the_letters_own_day(world: World) -> None:
    world.now = world.now.replace(hour=23)  # in the office's zone it is the next day already
    issued(world)
    world.now = world.now.replace(day=9)
    work(world)
    (entry,) = all_of(world, CatalogueEntry)
    assert isinstance(entry, CatalogueEntry) and str(entry.letter_date) == newest_letter(world).facts["day"]


def test_a_rejected_application_gets_a_number_and_no_identity(world: World) -> None:
    application_id = awaiting_issue(world, cases.REJECTED)
    do(world, DIRECTOR, on(application_id, casework.issue))
    work(world)
    assert (newest_letter(world).number, newest_letter(world).identity) == ("B-1/7304/KS.200/2026", None)
    assert all_of(world, CatalogueEntry) == []


def test_a_draft_of_the_letter_is_not_the_applicants(world: World) -> None:
    application_id = awaiting_issue(world)
    work(world)

    def theirs(ctx: Context) -> File | None:
        mine = applications.get_mine(ctx, application_id)
        return applications.letter_file(ctx, mine) if mine else None

    assert newest_letter(world).state == "ready" and do(world, APPLICANT, theirs) is None
