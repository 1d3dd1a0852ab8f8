"""The audit: a later change of a line is found, and reading is recorded too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.runtime.audit_anchor import LEASE, AuditAnchor
from bot.service import cases, drafts
from domain.form.definition import Value
from domain.text import Json
from storage import audit, audit_anchor
from storage.audit import HASHED, SIGNED
from storage.audit_check import AuditReport, verify
from storage.secrets import Keys
from storage.tables import Application, AuditLine, Letter, NumberSeries
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    OFFICER,
    OTHER_OFFICER,
    acts,
    do,
    issued,
    letter_drafted,
    staffed,
    submitted,
)
from tests.talk import START, Talk, World

CASE, OTHER = "person/901", "person/902"
LINES = 5


DATABASES = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The address of a PostgreSQL database where a test asks for one; else SQLite."""
    is_postgresql = getattr(request, "param", "") == "postgresql"
    return str(request.getfixturevalue("postgres_database")) if is_postgresql else ""


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data", database_url=database)
    yield world
    world.stop()


@pytest.fixture
def chains(world: World) -> World:
    """Two cases whose lines were appended alternately."""

    def write(session: Session) -> None:
        for number in range(LINES):
            for case in (CASE, OTHER):
                after: dict[str, Json] = {"status": f"langkah {number}", "nilai": [1, 2.5, None, "é"]}
                audit.append(
                    session, keys_of(world), case, "person/1", "act", START + timedelta(seconds=number), {}, after
                )

    world.process.units.write_now(write)
    return world


def keys_of(world: World) -> Keys:
    return world.process.app.keys


def folder_of(world: World) -> Path:
    return world.process.settings.data_dir


def verified(world: World) -> tuple[int, int, list[tuple[str, int]]]:
    report = reported(world)
    return report.chains, report.lines, sorted(report.broken.items())


def reported(world: World) -> AuditReport:
    """As the command reads it: on a connection that cannot write."""
    process = world.process
    return asyncio.run(process.units.read_snapshot(partial(verify, keys=keys_of(world), folder=folder_of(world))))


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


def _forged(session: Session, case: str, number: int, version: int = SIGNED) -> AuditLine:
    """As somebody makes it who can write to the table, but does not have the key."""
    row = AuditLine(case=case, number=number, at=START, actor="person/9", act="forged", before={}, after={}, hash="")
    before, row.version = session.get(AuditLine, (case, number - 1)), version
    row.hash = audit.digest(row, before.hash if before else "", audit.signer(Keys(bytes(32))))
    return row


def test_an_inserted_line_is_named(chains: World) -> None:
    def insert(session: Session) -> None:
        for number in range(LINES, 2, -1):
            moved = update(AuditLine).where(AuditLine.case == CASE, AuditLine.number == number)
            session.execute(moved.values(number=number + 1))
        session.add(_forged(session, CASE, 3))

    chains.process.units.write_now(insert)
    assert verified(chains)[2] == [(CASE, 3)]


@pytest.mark.parametrize("case,number", [(CASE, LINES + 1), ("person/903", 1)])
def test_a_line_that_the_service_did_not_append_is_named(chains: World, case: str, number: int) -> None:
    chains.process.units.write_now(lambda session: session.add(_forged(session, case, number)))
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


# The anchor, and the rows that the audit is about


def anchored(world: World) -> AuditReport:
    """The anchor is extended, as the running service does every second."""
    process = world.process
    world.now += LEASE
    asyncio.run(AuditAnchor(process.units, process.app.keys, folder_of(world), world.clock).extend())
    return reported(world)


def write(world: World, work: Callable[[Session], object]) -> AuditReport:
    world.process.units.write_now(work)
    return reported(world)


def append(world: World) -> None:
    world.process.units.write_now(lambda session: audit.append(session, keys_of(world), CASE, "person/1", "act", START))


@DATABASES
def test_an_anchor_fits_then_is_behind_by_what_was_added_since(chains: World) -> None:
    assert reported(chains).anchor.startswith("there is no anchor yet") and reported(chains).is_whole
    assert anchored(chains).anchor == "the anchor fits"
    append(chains)
    append(chains)
    behind = reported(chains)
    assert behind.anchor == "the anchor is behind by 2 lines, which were added since" and behind.is_whole
    assert anchored(chains).anchor == "the anchor fits"
    assert (folder_of(chains) / audit_anchor.FILE).stat().st_mode & 0o077 == 0


def test_a_crash_before_the_file_is_written_leaves_an_anchor_that_is_behind(chains: World) -> None:
    anchored(chains)
    append(chains)
    chains.process.units.write_now(audit_anchor.number_lines)
    assert reported(chains).anchor.startswith("the anchor is behind by 1 lines")
    assert anchored(chains).anchor == "the anchor fits"


def _drop_end(session: Session) -> None:
    session.execute(delete(AuditLine).where(AuditLine.case == CASE, AuditLine.number > 3))
    session.execute(update(NumberSeries).where(NumberSeries.name == f"audit/{CASE}").values(last=3))


def _drop_chain(session: Session) -> None:
    session.execute(delete(AuditLine).where(AuditLine.case == CASE))
    session.execute(delete(NumberSeries).where(NumberSeries.name == f"audit/{CASE}"))


def _replace_chain(session: Session) -> None:
    """By lines of the version whose hashes need no key."""
    before = ""
    for row in session.scalars(select(AuditLine).where(AuditLine.case == CASE).order_by(AuditLine.number)):
        row.version, row.act = HASHED, "forged"
        before = row.hash = audit.digest(row, before, str)


def _insert_chain(session: Session) -> None:
    session.add(_forged(session, "person/903", 1, HASHED))
    session.add(NumberSeries(name="audit/person/903", last=1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_drop_end, "2 anchored lines are missing"),
        (_drop_chain, "5 anchored lines are missing"),
        (_replace_chain, "the anchored lines differ from the anchor"),
        (_insert_chain, "1 lines have no signature although the anchor knows of fewer"),
    ],
    ids=["the end of a chain", "a whole chain", "a chain without signatures", "a chain that is added"],
)
def test_what_the_chains_alone_cannot_show_is_shown_by_the_anchor(
    chains: World, change: Callable[[Session], None], said: str
) -> None:
    anchored(chains)
    report = write(chains, change)
    assert CASE not in report.broken and report.anchor == said and not report.is_whole


def test_a_missing_or_damaged_anchor_is_no_new_one(chains: World) -> None:
    anchored(chains)
    file = folder_of(chains) / audit_anchor.FILE
    file.unlink()
    with pytest.raises(audit_anchor.AnchorUnusable, match="missing"):
        anchored(chains)
    assert "is missing" in reported(chains).anchor and not reported(chains).is_whole
    file.write_text("{}")
    assert "damaged" in reported(chains).anchor and not reported(chains).is_whole


def test_the_operator_begins_the_anchor_anew_after_a_backup_and_the_audit_tells_of_it(chains: World) -> None:
    anchored(chains)
    assert not write(chains, _drop_end).is_whole
    chains.now += LEASE
    process = chains.process
    anchor = AuditAnchor(process.units, process.app.keys, folder_of(chains), chains.clock)
    assert asyncio.run(anchor.begin_anew()) == 2 * LINES - 2 + 1
    assert reported(chains).anchor == "the anchor fits" and reported(chains).is_whole
    line = chains.process.units.write_now(lambda session: session.get_one(AuditLine, ("installation", 1)))
    assert (line.actor, line.act) == ("operator", "anchor")


def test_lines_of_version_0_1_stay_verifiable_but_none_is_added(chains: World) -> None:
    def make_old(session: Session) -> None:
        for case in (CASE, OTHER):
            before = ""
            for row in session.scalars(select(AuditLine).where(AuditLine.case == case).order_by(AuditLine.number)):
                row.version = HASHED
                before = row.hash = audit.digest(row, before, str)

    assert write(chains, make_old).is_whole
    append(chains)
    assert anchored(chains).is_whole
    report = write(chains, lambda session: session.add(_forged(session, CASE, LINES + 2, HASHED)))
    assert report.broken == {CASE: LINES + 2} and not report.anchor_fits


@DATABASES
def test_rows_are_compared_with_their_chains(world: World) -> None:
    staffed(world)
    number = issued(world)
    assert reported(world).differing == []

    def change(session: Session) -> None:
        case = session.get_one(Application, number)
        case.status, case.verdict = "withdrawn", "ditolak"
        for letter in session.scalars(select(Letter).where(Letter.stage == "issued")):
            letter.number = "B-99/7304/KS.200/2026"

    report = write(world, change)
    assert sorted(report.differing) == [f"application/{number}: {what}" for what in ("letter", "status", "verdict")]
    assert not report.is_whole


@DATABASES
def test_an_application_without_audit_is_named(world: World) -> None:
    number = submitted(world)

    def drop(session: Session) -> None:
        session.execute(delete(AuditLine).where(AuditLine.case == f"application/{number}"))
        session.execute(delete(NumberSeries).where(NumberSeries.name == f"audit/application/{number}"))

    assert write(world, drop).differing == [f"application/{number}: without audit"]


@DATABASES
def test_the_writer_does_not_wait_for_a_verification(chains: World) -> None:
    reading, written = Event(), Event()

    def read(session: Session) -> AuditReport:
        first = verify(session, keys_of(chains), folder_of(chains))
        reading.set()
        assert written.wait(5), "the writer waits for the reader"
        again = verify(session, keys_of(chains), folder_of(chains))
        assert first.lines == again.lines, "one snapshot"
        return again

    def add() -> None:
        reading.wait(5)
        append(chains)
        written.set()

    writer = Thread(target=add)
    writer.start()
    assert asyncio.run(chains.process.units.read_snapshot(read)).is_whole
    writer.join()
