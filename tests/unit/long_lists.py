"""An installation with so many rows that its lists have pages, and the lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from domain.pages import ListPage, Place, read_place
from storage import case_search, cases, complaints, ratings
from storage.complaints import ComplaintReader
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
def filled_sqlite(tmp_path: Path) -> Iterator[Units]:
    fresh.lay(tmp_path / "pst.db")
    yield from opened(f"sqlite+aiosqlite:///{tmp_path}/pst.db")


@pytest.fixture
def filled_postgres(postgres_database: str) -> Iterator[Units]:
    yield from opened(postgres_database)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest) -> Units:
    found: Units = request.getfixturevalue(f"filled_{request.param}")
    return found


def run(session: Session, fetch: Fetch, start: Place | int) -> ListPage[Any]:
    return fetch(session, start)


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
