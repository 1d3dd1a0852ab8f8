"""The anchor of the audit, and the rows that the audit is about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.runtime.audit_anchor import LEASE, AuditAnchor
from storage import audit, audit_anchor
from storage.audit import HASHED
from storage.audit_check import AuditReport, verify
from storage.tables import Application, AuditLine, NumberSeries, RegisterEntry
from tests.casework import issued, staffed, submitted
from tests.talk import START, World
from tests.unit.audit_chains import CASE, LINES, OTHER, folder_of, forged, keys_of, reported, with_two_cases

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
    return with_two_cases(world)


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
    session.add(forged(session, "person/903", 1, HASHED))
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
    report = write(chains, lambda session: session.add(forged(session, CASE, LINES + 2, HASHED)))
    assert report.broken == {CASE: LINES + 2} and not report.anchor_fits


@DATABASES
def test_rows_are_compared_with_their_chains(world: World) -> None:
    staffed(world)
    number = issued(world)
    assert reported(world).differing == []

    def change(session: Session) -> None:
        case = session.get_one(Application, number)
        case.status, case.verdict = "withdrawn", "ditolak"
        for entry in session.scalars(select(RegisterEntry)):
            entry.number = "B-99/7304/KS.200/2026"

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
