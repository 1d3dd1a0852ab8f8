"""Long lists and reports: their pages show every row once, and no statement reads more than it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from domain.pages import read_place
from storage import cases, notices, statistics
from storage.form_versions import count_other_versions
from storage.tables import Application, Draft, Remark
from storage.unit import Units
from tests.unit.long_lists import LISTS, NOW, OFFICER_ID, ROWS, SIZE, Fetch, run, walk


def test_turning_pages_shows_every_row_once_in_both_directions(filled: Units) -> None:
    for name, fetch in LISTS.items():
        everything = filled.write_now(partial(all_rows, fetch=fetch))
        forward = walk(filled, fetch)
        assert [id for page in forward for id in page] == everything, name
        assert all(len(page) == SIZE for page in forward[:-1]) and len(forward) > 2, name
        skipped = (len(forward) - 1) * SIZE
        last = filled.write_now(partial(run, fetch=fetch, start=skipped))
        assert last.before is not None
        backward = walk(filled, fetch, last.before, back=True)
        assert backward[::-1] == forward[:-1], name


def all_rows(session: Session, fetch: Fetch) -> list[int]:
    """By the old way of turning pages: skipping rows."""
    found: list[int] = []
    while page := fetch(session, len(found)).rows:
        found += [row.id for row in page]
    return found


def test_a_row_that_leaves_the_list_moves_no_row_past_the_reader(filled: Units) -> None:
    first = filled.write_now(lambda session: cases.assigned_to(session, OFFICER_ID, 0, SIZE))
    assert first.after is not None
    expected = walk(filled, LISTS["mine"])[1]
    done = [application.id for application in first.rows[:3]]
    end = update(Application).where(Application.id.in_(done)).values(status="issued")
    filled.write_now(lambda session: session.execute(end))
    assert walk(filled, LISTS["mine"], first.after)[0] == expected


#: list → the index along which SQLite reads it
INDEXES = {
    "status": "ix_applications_work",
    "mine": "ix_applications_officer",
    "ended": "ix_applications_ended",
    "romantik": "ix_applications_not_in_romantik",
    "found": "ix_applications_due",
    "complaints": "ix_complaints_open",
    "comments on letters": "ix_ratings_comment",
    "comments on advice": "ix_consultations_comment",
    "comments on visits": "ix_queue_tickets_comment",
}


LISTED = re.compile(r"(SCAN|SEARCH) (applications|complaints|ratings|consultations|queue_tickets)")


def steps_of(units: Units, act: Callable[[Session], object]) -> list[str]:
    """The steps in which SQLite carries out the statements of `act`."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, values))

    event.listen(units.engine, "before_cursor_execute", note)
    units.write_now(act)
    event.remove(units.engine, "before_cursor_execute", note)
    with units.engine.connect() as connection:
        return [
            row[3]
            for statement, values in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_read_along_its_index_and_nothing_is_sorted(filled_sqlite: Units, name: str) -> None:
    fetch = LISTS[name]
    first = filled_sqlite.write_now(lambda session: fetch(session, 0))
    for start in (0, first.after):
        assert start is not None
        steps = steps_of(filled_sqlite, partial(run, fetch=fetch, start=start))
        read = [step for step in steps if LISTED.match(step)]
        assert read and all(INDEXES[name] in step or "PRIMARY KEY" in step for step in read), steps
        assert name == "found" or not any("TEMP B-TREE" in step for step in steps), steps


def test_a_look_for_notices_reads_none_of_the_replies(filled_sqlite: Units) -> None:
    statements: list[str] = []
    with Session(filled_sqlite.engine) as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(statements.append)
        notices.queued_after(session, 7)
        driver.set_trace_callback(None)
        steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statements[-1]}")]
    assert "ix_outbox_notice_ids" in steps[0] and not any("TEMP B-TREE" in step for step in steps), steps


def change_versions(session: Session) -> None:
    session.execute(update(Draft).where(Draft.id <= 7).values(version=3))
    session.execute(update(Draft).where(Draft.id == 8).values(form="g", version=1))
    session.execute(update(Application).where(Application.id <= 2).values(version=2))


def test_versions_that_are_not_known_are_counted(filled: Units) -> None:
    filled.write_now(change_versions)
    counted = filled.write_now(partial(count_other_versions, known={("f", 1), ("f", 4)}))
    assert counted == {("f", 2): 2, ("f", 3): 7, ("g", 1): 1}


def test_known_versions_are_not_counted_row_by_row(filled_sqlite: Units) -> None:
    steps = steps_of(filled_sqlite, partial(count_other_versions, known={("f", 1)}))
    first = [f"SCAN {table} USING COVERING INDEX ix_{table}_form_version" for table in ("drafts", "applications")]
    assert [step for step in steps if step.startswith("SCAN")] == first, "each reads one row: LIMIT 1"
    assert len(steps) == 4 and all("ix_" in step for step in steps), steps


def urgent_of(session: Session, of_all: bool) -> object:
    return cases.urgent(session, ("submitted", "under_review"), 3, 3, of_all=of_all)


def test_the_most_urgent_are_read_along_indexes(filled_sqlite: Units) -> None:
    for of_all in (True, False):
        steps = steps_of(
            filled_sqlite,
            partial(urgent_of, of_all=of_all),
        )
        assert all("INDEX ix_applications_" in step for step in steps), steps


@pytest.mark.parametrize(
    "odd", ["", "after", "after.1", "beside.1.2", "after.-1.2", "after.٣.1", "after.1." + "9" * 18]
)
def test_an_odd_place_is_no_place(odd: str) -> None:
    assert read_place(odd) is None


def test_a_place_that_no_row_can_have_shows_the_list(filled: Units) -> None:
    for name, fetch in LISTS.items():
        for side in ("after", "before"):
            place = read_place(f"{side}.{'9' * 17}.{'9' * 17}")
            assert place is not None
            rows = filled.write_now(partial(run, fetch=fetch, start=place)).rows
            assert rows or side == "after", name


def test_reports_count_the_same_on_both_databases_and_read_few_rows_of_many(filled: Units) -> None:
    """Of 120 cases 60 were decided, after 0 to 9 working days; there are 360 remarks."""

    def decide(session: Session) -> None:
        decided = {"decided_at": NOW, "verdict": "layak", "days_with_applicant": 0, "promised_days": 7, "channel": "x"}
        session.execute(update(Application).values(verdict=""))
        for id in range(1, ROWS // 2 + 1):
            session.execute(update(Application).where(Application.id == id).values(**decided, days_total=id % 10))
        remark = {"round": 1, "author_id": 1, "created_at": NOW, "state": "open", "reply": ""}
        session.execute(
            insert(Remark),
            [
                {**remark, "application_id": 1, "question": f"q{n % 12}", "text": f"Catatan {n % 90}"}
                for n in range(360)
            ],
        )
        session.execute(update(Draft).values(state="open", last_question="judul", updated_at=NOW - timedelta(days=9)))

    filled.write_now(decide)
    moments = statistics.Moments(NOW, NOW + timedelta(seconds=1))
    before = statistics.Moments(NOW - timedelta(days=9), NOW)

    def count(session: Session) -> list[object]:
        return [
            sum(statistics.received_by_status(session, moments).values()),
            statistics.received_by_channel(session, moments),
            statistics.issued_by_verdict(session, moments),
            statistics.days_to_verdict(session, moments),
            statistics.days_at_office(session, moments),
            statistics.rounds(session, moments),
            statistics.decided_late(session, moments),
            statistics.overdue(session, date(2026, 5, 1)),
            statistics.remarked_questions(session, moments)[0],
            len(statistics.repeated_remarks(session, moments)),
            statistics.left_drafts(session, "f", before, NOW),
            statistics.received_by_status(session, before),
        ]

    days = dict.fromkeys(range(10), 6)
    issued, left = {"layak": 12, "": 12}, [("judul", ROWS)]
    counted = filled.read_now(count)
    assert counted == [ROWS, {"x": 60, "": 60}, issued, days, days, {1: 60}, 12, 48, ("q0", 30), 10, left, {}]
