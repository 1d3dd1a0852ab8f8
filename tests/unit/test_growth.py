"""Long lists and the search of officers: what they find, and that no statement reads more than it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.orm import Session

from domain.pages import ListPage, Place, read_place
from storage import case_search, cases, complaints, notices, ratings, statistics
from storage.complaints import ComplaintReader
from storage.form_versions import count_other_versions
from storage.migrate import upgrade
from storage.tables import (
    Application,
    Complaint,
    Consultation,
    Draft,
    Letter,
    Person,
    QueueDay,
    QueueTicket,
    Rating,
    RegisterEntry,
    Remark,
)
from storage.unit import Units
from tests import fresh

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
ROWS, SIZE, OFFICER_ID = 120, 6, 2
STATUSES = ("submitted", "under_review", "letter_drafted", "issued", "closed")
TITLES = ("Survei Padi 100%", "Survei STUNTING_baru", 'Kompilasi "Ternak"', "Sensus di élok", "Survei o'Hara")

Fetch = Callable[[Session, Place | int], ListPage[Any]]
LISTS: dict[str, Fetch] = {
    "status": lambda session, start: cases.in_status(session, "submitted", start, SIZE),
    "mine": lambda session, start: cases.assigned_to(session, OFFICER_ID, start, SIZE),
    "ended": lambda session, start: cases.ended(session, start, SIZE),
    "romantik": lambda session, start: cases.not_in_romantik(session, start, SIZE),
    "found": lambda session, start: case_search.search(session, ["survei"], start, SIZE),
    "complaints": lambda session, start: complaints.list_open(session, ComplaintReader(3, is_head=False), start, SIZE),
    "comments on letters": lambda session, start: ratings.with_comment(session, "letter", start, SIZE),
    "comments on advice": lambda session, start: ratings.with_comment(session, "consultation", start, SIZE),
    "comments on visits": lambda session, start: ratings.with_comment(session, "visit", start, SIZE),
}


def fill(session: Session) -> None:
    session.add_all(Person(id=id, created_at=NOW) for id in (1, OFFICER_ID, 3))
    session.flush()
    empty: dict[str, object] = {name: {} for name in ("answers", "changed", "partial", "remarks", "replies")}
    draft = {**empty, "person_id": 1, "form": "f", "version": 1, "state": "submitted", "refill": [], "revision": 1}
    touched = {"created_at": NOW, "updated_at": NOW}
    session.execute(insert(Draft), [{**draft, **touched, "id": id} for id in range(1, ROWS + 1)])
    session.execute(insert(Application), [application(id) for id in range(1, ROWS + 1)])
    rated = range(1, ROWS + 1, 2)
    session.execute(
        insert(Rating),
        [{"application_id": id, "stars": 5, "comment": "baik" * (id % 3), "created_at": NOW} for id in rated],
    )
    commented = [{"id": id, "stars": 4, "comment": "baik" * (id % 3)} for id in rated]
    asked = {"person_id": 1, "state": "closed", "created_at": NOW, "due_on": NOW.date(), "changed_at": NOW}
    session.execute(insert(Consultation), [{**asked, **one, "number": f"KON-{one['id']}"} for one in commented])
    session.execute(insert(QueueDay), [{"day": NOW.date(), "last_place": 0, "calls": 0}])
    served = {
        "day": NOW.date(),
        "service": "konsultasi",
        "place": 1,
        "state": "served",
        "taken_at": NOW,
        "ended_at": NOW,
    }
    session.execute(insert(QueueTicket), [{**served, **one, "number": one["id"]} for one in commented])
    accepted = [id for id in range(1, ROWS + 1) if application(id)["issued_at"] is not None]
    drawn = {"stage": "issued", "state": "ready", "facts": {}, "sha256": "", "created_at": NOW}
    session.execute(insert(Letter), [{**drawn, "id": id, "application_id": id} for id in accepted])
    session.execute(insert(RegisterEntry), [entry(id) for id in accepted])
    session.execute(insert(Complaint), [complaint(id) for id in range(1, 31)])


def application(id: int) -> dict[str, Any]:
    status = STATUSES[id % len(STATUSES)]
    return {
        **{"id": id, "number": f"REK-2026-{id:04}", "person_id": 1, "draft_id": id, "form": "f", "version": 1},
        **{"status": status, "title": TITLES[id * 7 // 3 % len(TITLES)], "organiser": f"Dinas {id % 4} Jeneponto"},
        **{"submitted_at": NOW, "due_on": date(2026, 4, 1) + timedelta(days=id * 31 % 9), "due_certain": True},
        **{
            "round": 1,
            "officer_id": (None, OFFICER_ID, 3)[id % 3],
            "verdict": "layak" if status == "issued" else "",
            "grounds": [],
            "advice": [],
        },
        **{"director_note": "", "issued_at": NOW if status == "issued" else None},
    }


def entry(id: int) -> dict[str, Any]:
    return {
        **{"application_id": id, "letter_id": id, "number": f"B-{id}", "code": f"{id:026}", "day": NOW.date()},
        **{"title": "x", "organiser": "x", "verdict": "layak", "state": "valid", "reason": ""},
    }


def complaint(id: int) -> dict[str, Any]:
    state = "answered" if id % 4 == 0 else "open"
    return {
        **{"id": id, "number": f"P-{id}", "person_id": 1, "text": "x", "created_at": NOW, "state": state},
        **{"first_answer_by": NOW.date(), "settle_by": NOW.date(), "due_on": NOW.date(), "changed_at": NOW},
    }


def opened(url: str) -> Iterator[Units]:
    units = Units(url)
    upgrade(units.engine)
    if not units.is_sqlite:
        with units.engine.begin() as connection:
            assert case_search.ensure_postgres_index(connection)
    units.write_now(fill)
    yield units
    units.dispose()


@pytest.fixture
def sqlite_units(tmp_path: Path) -> Iterator[Units]:
    fresh.lay(tmp_path / "pst.db")
    yield from opened(f"sqlite+aiosqlite:///{tmp_path}/pst.db")


@pytest.fixture
def postgres_units(postgres_database: str) -> Iterator[Units]:
    yield from opened(postgres_database)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def units(request: pytest.FixtureRequest) -> Units:
    found: Units = request.getfixturevalue(f"{request.param}_units")
    return found


def run(session: Session, fetch: Fetch, start: Place | int) -> ListPage[Any]:
    return fetch(session, start)


def find(words: Sequence[str], session: Session, start: Place | int) -> ListPage[Application]:
    return case_search.search(session, words, start, SIZE)


def walk(units: Units, fetch: Fetch, start: Place | int = 0, *, back: bool = False) -> list[list[Any]]:
    """The rows of each page, turned with the buttons of the pages."""
    pages: list[list[Any]] = []
    place: Place | int | None = start
    while place is not None:
        page = units.write_now(partial(run, fetch=fetch, start=place))
        pages.append([row.id for row in page.rows])
        place = page.before if back else page.after
        place = read_place(place.code) if place else None
    return pages


def test_turning_pages_shows_every_row_once_in_both_directions(units: Units) -> None:
    for name, fetch in LISTS.items():
        everything = units.write_now(partial(all_rows, fetch=fetch))
        forward = walk(units, fetch)
        assert [id for page in forward for id in page] == everything, name
        assert all(len(page) == SIZE for page in forward[:-1]) and len(forward) > 2, name
        skipped = (len(forward) - 1) * SIZE
        last = units.write_now(partial(run, fetch=fetch, start=skipped))
        assert last.before is not None
        backward = walk(units, fetch, last.before, back=True)
        assert backward[::-1] == forward[:-1], name


def all_rows(session: Session, fetch: Fetch) -> list[int]:
    """By the old way of turning pages: skipping rows."""
    found: list[int] = []
    while page := fetch(session, len(found)).rows:
        found += [row.id for row in page]
    return found


def test_a_row_that_leaves_the_list_moves_no_row_past_the_reader(units: Units) -> None:
    first = units.write_now(lambda session: cases.assigned_to(session, OFFICER_ID, 0, SIZE))
    assert first.after is not None
    expected = walk(units, LISTS["mine"])[1]
    done = [application.id for application in first.rows[:3]]
    end = update(Application).where(Application.id.in_(done)).values(status="issued")
    units.write_now(lambda session: session.execute(end))
    assert walk(units, LISTS["mine"], first.after)[0] == expected


FOUND = (
    *("survei", "SURVEI padi", "padi", "rek-2026-000", "0007", "100%", "g_b", "%", '"ternak"', "o'hara", "hara dinas"),
    *("di", "1 jeneponto", "zzzz", "padi ternak", "élok", "2 padi 0", "((", "*", "AND", "NEAR(padi", "\\", "dinas 3"),
)


@pytest.mark.parametrize("window,most_ids", [(500, 1_000), (12, 1_000), (12, 3)])
def test_every_way_of_searching_finds_what_reading_all_finds(
    units: Units, monkeypatch: pytest.MonkeyPatch, window: int, most_ids: int
) -> None:
    """With small limits, so that a few applications are searched like hundreds of thousands."""
    monkeypatch.setattr(case_search, "WINDOW", window)
    monkeypatch.setattr(case_search, "MOST_IDS", most_ids)
    for typed in FOUND:
        words = typed.split()
        found = walk(units, partial(find, words))
        assert [id for page in found for id in page] == units.write_now(partial(matching, words=words)), typed


def matching(session: Session, words: Sequence[str]) -> list[int]:
    rows = session.scalars(select(Application).order_by(Application.due_on, Application.id))
    in_work = [row for row in rows if row.status not in ("issued", "closed")]

    def searched(row: Application) -> str:
        return f"{row.number} {row.title} {row.organiser}".lower()

    return [row.id for row in in_work if all(word.lower() in searched(row) for word in words)]


def test_the_index_follows_what_changes_in_an_application(units: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_search, "WINDOW", 1)

    def found(*words: str) -> list[int]:
        pages = walk(units, partial(find, words))
        return [id for page in pages for id in page]

    def change(**values: object) -> None:
        units.write_now(lambda session: session.execute(update(Application).where(Application.id == 1).values(values)))

    change(title="Sensus Kerapu")
    assert found("kerapu") == [1] and 1 not in found("padi")
    change(status="issued")
    assert found("kerapu") == []
    change(status="under_review", organiser="Dinas Terumbu")
    assert found("kerapu", "terumbu") == [1]


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
def test_a_page_is_read_along_its_index_and_nothing_is_sorted(sqlite_units: Units, name: str) -> None:
    fetch = LISTS[name]
    first = sqlite_units.write_now(lambda session: fetch(session, 0))
    for start in (0, first.after):
        assert start is not None
        steps = steps_of(sqlite_units, partial(run, fetch=fetch, start=start))
        read = [step for step in steps if LISTED.match(step)]
        assert read and all(INDEXES[name] in step or "PRIMARY KEY" in step for step in read), steps
        assert name == "found" or not any("TEMP B-TREE" in step for step in steps), steps


def test_a_look_for_notices_reads_none_of_the_replies(sqlite_units: Units) -> None:
    statements: list[str] = []
    with Session(sqlite_units.engine) as session:
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


def test_versions_that_are_not_known_are_counted(units: Units) -> None:
    units.write_now(change_versions)
    counted = units.write_now(partial(count_other_versions, known={("f", 1), ("f", 4)}))
    assert counted == {("f", 2): 2, ("f", 3): 7, ("g", 1): 1}


def test_known_versions_are_not_counted_row_by_row(sqlite_units: Units) -> None:
    steps = steps_of(sqlite_units, partial(count_other_versions, known={("f", 1)}))
    first = [f"SCAN {table} USING COVERING INDEX ix_{table}_form_version" for table in ("drafts", "applications")]
    assert [step for step in steps if step.startswith("SCAN")] == first, "each reads one row: LIMIT 1"
    assert len(steps) == 4 and all("ix_" in step for step in steps), steps


def urgent_of(session: Session, of_all: bool) -> object:
    return cases.urgent(session, ("submitted", "under_review"), 3, 3, of_all=of_all)


def test_the_most_urgent_are_read_along_indexes(sqlite_units: Units) -> None:
    for of_all in (True, False):
        steps = steps_of(
            sqlite_units,
            partial(urgent_of, of_all=of_all),
        )
        assert all("INDEX ix_applications_" in step for step in steps), steps


@pytest.mark.postgres
def test_without_the_extension_the_search_reads_all_and_finds_the_same(postgres_database: str) -> None:
    """A database user who may create tables, but no extension."""
    owner = Units(postgres_database)
    with owner.engine.begin() as connection:
        connection.execute(text("CREATE ROLE clerk LOGIN"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO clerk"))
    units = Units(postgres_database.replace("//pst@", "//clerk@"))
    try:
        upgrade(units.engine)
        with units.engine.begin() as connection:
            assert not case_search.ensure_postgres_index(connection)
        units.write_now(fill)
        assert units.write_now(lambda session: case_search.search(session, ["padi"], 0, SIZE)).rows
    finally:
        units.dispose()
        with owner.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY clerk"))
            connection.execute(text("DROP ROLE clerk"))
        owner.dispose()


@pytest.mark.parametrize(
    "odd", ["", "after", "after.1", "beside.1.2", "after.-1.2", "after.٣.1", "after.1." + "9" * 18]
)
def test_an_odd_place_is_no_place(odd: str) -> None:
    assert read_place(odd) is None


def test_a_place_that_no_row_can_have_shows_the_list(units: Units) -> None:
    for name, fetch in LISTS.items():
        for side in ("after", "before"):
            place = read_place(f"{side}.{'9' * 17}.{'9' * 17}")
            assert place is not None
            rows = units.write_now(partial(run, fetch=fetch, start=place)).rows
            assert rows or side == "after", name


def test_reports_count_the_same_on_both_databases_and_read_few_rows_of_many(units: Units) -> None:
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

    units.write_now(decide)
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
    counted = units.read_now(count)
    assert counted == [ROWS, {"x": 60, "": 60}, issued, days, days, {1: 60}, 12, 48, ("q0", 30), 10, left, {}]
