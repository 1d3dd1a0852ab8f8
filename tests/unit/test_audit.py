"""The audit: a later change of a line is found, and reading is recorded too."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.service import cases, drafts
from domain.form.definition import Value
from domain.text import Json
from storage import audit
from storage.tables import AuditLine
from tests.casework import APPLICANT, DIRECTOR, OFFICER, OTHER_OFFICER, acts, do, letter_drafted, staffed, submitted
from tests.talk import START, Talk, World
from tests.unit.audit_chains import CASE, LINES, OTHER, forged, keys_of, reported, with_two_cases


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


@pytest.fixture
def chains(world: World) -> World:
    return with_two_cases(world)


def verified(world: World) -> tuple[int, int, list[tuple[str, int]]]:
    report = reported(world)
    return report.chains, report.lines, sorted(report.broken.items())


def line(session: Session, number: int, case: str = CASE) -> AuditLine:
    return session.get_one(AuditLine, (case, number))


def test_chains_that_nobody_touched_verify(chains: World) -> None:
    assert verified(chains) == (2, 2 * LINES, [])


@pytest.mark.parametrize(
    "column,value",
    [
        ("at", START + timedelta(hours=1)),
        ("actor", "person/2"),
        ("act", "another"),
        ("before", {"status": "lain"}),
        ("after", {"status": "lain"}),
        ("hash", "0" * 64),
    ],
)
@pytest.mark.parametrize("number", [1, 3, LINES])
def test_a_changed_column_of_any_line_is_named(chains: World, column: str, value: object, number: int) -> None:
    changed = update(AuditLine).where(AuditLine.case == CASE, AuditLine.number == number).values({column: value})
    chains.process.units.write_now(lambda session: session.execute(changed))
    assert verified(chains)[2] == [(CASE, number)]


@pytest.mark.parametrize("number,named", [(1, 2), (3, 4), (LINES, LINES)])
def test_a_removed_line_is_named_even_the_last(chains: World, number: int, named: int) -> None:
    removed = delete(AuditLine).where(AuditLine.case == CASE, AuditLine.number == number)
    chains.process.units.write_now(lambda session: session.execute(removed))
    assert verified(chains)[2] == [(CASE, named)]


def test_a_whole_case_that_is_gone_is_named(chains: World) -> None:
    chains.process.units.write_now(lambda session: session.execute(delete(AuditLine).where(AuditLine.case == CASE)))
    assert verified(chains) == (1, LINES, [(CASE, 1)])


def test_an_inserted_line_is_named(chains: World) -> None:
    def insert(session: Session) -> None:
        for number in range(LINES, 2, -1):
            moved = update(AuditLine).where(AuditLine.case == CASE, AuditLine.number == number)
            session.execute(moved.values(number=number + 1))
        session.add(forged(session, CASE, 3))

    chains.process.units.write_now(insert)
    assert verified(chains)[2] == [(CASE, 3)]


@pytest.mark.parametrize("case,number", [(CASE, LINES + 1), ("person/903", 1)])
def test_a_line_that_the_service_did_not_append_is_named(chains: World, case: str, number: int) -> None:
    chains.process.units.write_now(lambda session: session.add(forged(session, case, number)))
    assert verified(chains)[2] == [(case, number)]


def test_two_swapped_lines_are_named(chains: World) -> None:
    def swap(session: Session) -> None:
        for number, to in ((2, 99), (3, 2), (99, 3)):
            moved = update(AuditLine).where(AuditLine.case == CASE, AuditLine.number == number)
            session.execute(moved.values(number=to))

    chains.process.units.write_now(swap)
    assert verified(chains)[2] == [(CASE, 2)]


def test_a_line_of_another_case_does_not_fit_here(chains: World) -> None:
    def carry(session: Session) -> None:
        theirs = line(session, 3, OTHER)
        session.execute(
            update(AuditLine)
            .where(AuditLine.case == CASE, AuditLine.number == 3)
            .values(hash=theirs.hash, after=theirs.after, actor=theirs.actor)
        )

    chains.process.units.write_now(carry)
    assert verified(chains)[2] == [(CASE, 3)]


def test_broken_cases_are_all_named_and_the_others_verify(chains: World) -> None:
    def change(session: Session) -> None:
        for case, number in ((CASE, 4), (OTHER, 2)):
            line(session, number, case).act = "x"

    chains.process.units.write_now(change)
    assert verified(chains) == (2, 2 * LINES, [(CASE, 4), (OTHER, 2)])


def test_the_zone_of_the_time_does_not_matter(world: World) -> None:
    local = START.astimezone(timezone(timedelta(hours=8)))
    world.process.units.write_now(lambda session: audit.append(session, keys_of(world), CASE, "person/1", "act", local))
    assert verified(world) == (1, 1, [])


def test_what_is_rolled_back_leaves_no_gap(chains: World) -> None:
    def fail(session: Session) -> None:
        audit.append(session, keys_of(chains), CASE, "person/1", "act", START)
        raise RuntimeError("a deliberate fault")

    with pytest.raises(RuntimeError):
        chains.process.units.write_now(fail)
    chains.process.units.write_now(
        lambda session: audit.append(session, keys_of(chains), CASE, "person/1", "act", START)
    )
    assert verified(chains) == (2, 2 * LINES + 1, [])


def last_line(world: World, number: int) -> tuple[str, str, dict[str, Json]]:
    def read(session: Session) -> tuple[str, str, dict[str, Json]]:
        row = line(session, len(acts(session, number)), f"application/{number}")
        return row.actor, row.act, row.after

    return world.process.units.write_now(read)


def person(world: World, who: str) -> str:
    return f"person/{do(world, who, lambda ctx: ctx.actor.id)}"


def test_reading_a_section_a_file_and_a_letter_is_recorded_with_its_actor(world: World) -> None:
    staffed(world)
    number = letter_drafted(world)
    talk = Talk(world, OTHER_OFFICER)
    talk.press(f"examine:block:{number}:blok_i")
    assert last_line(world, number) == (person(world, OTHER_OFFICER), "read", {"section": "blok_i"})
    director = Talk(world, DIRECTOR)
    director.say("halo")  # draws the letter
    director.press(f"case:letter:{number}")
    assert director.told[-1].prompt.attachment is not None
    assert last_line(world, number)[:2] == (person(world, DIRECTOR), "read_letter")
    assert verified(world)[2] == []


def test_opening_an_upload_is_recorded_with_its_file(world: World) -> None:
    staffed(world)
    file = do(world, APPLICANT, lambda ctx: drafts.add_file(ctx, "surat.pdf", "pdf", 9, "object", "person/1").id)
    letter: Value = [{"id": file, "name": "surat.pdf", "size": 9, "kind": "pdf"}]
    number = submitted(world, APPLICANT, {"surat_permohonan": letter})
    Talk(world, OFFICER).press(f"examine:file:{number}:{file}")
    assert last_line(world, number) == (person(world, OFFICER), "read_file", {"file": file})


def test_what_was_not_read_is_not_recorded(world: World) -> None:
    staffed(world)
    number = submitted(world)
    before = world.process.units.write_now(lambda session: acts(session, number))
    talk = Talk(world, OFFICER)
    talk.press(f"examine:file:{number}:99")
    talk.press(f"case:letter:{number}")
    talk.press(f"examine:block:{number}:tidak_ada")
    assert world.process.units.write_now(lambda session: acts(session, number)) == before


def test_every_act_on_a_case_leaves_its_line(world: World) -> None:
    staffed(world)
    number = letter_drafted(world, cases.REJECTED)
    assert world.process.units.write_now(lambda session: acts(session, number)) == ["submit", "claim", "decide"]
