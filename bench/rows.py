"""Generates the rows of a large office: applications in work, and entries of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice

from sqlalchemy import insert
from sqlalchemy.orm import Session

from domain.catalogue import Entry
from storage import catalogue
from storage.tables import Address, Application, Base, CatalogueEntry, Draft, Officer, Person
from storage.unit import Units

#: a share of 1/7 of all titles has each
TOPICS = ("padi", "stunting", "kemiskinan", "pariwisata", "ternak", "pendidikan", "perikanan")
OFFICERS = 50
APPLICANT_ID = OFFICERS + 1
#: only so many titles have it, however many rows there are
RARE_WORD, RARE_ROWS = "terumbu", 5
_BATCH = 50_000
_NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


def fill(units: Units, rows: int) -> None:
    """Inserts `rows` applications, of which `OFFICERS` officers hold equal shares, and as many entries."""
    units.write_now(_add_people)
    for table, values in ((Draft, _drafts(rows)), (Application, _applications(rows))):
        _insert(units, table, values)
    rest = _entries(rows)
    while entries := list(islice(rest, _BATCH)):
        units.write_now(partial(_add_entries, entries=entries))
    units.write_now(catalogue.analyze)


def fill_drafts(units: Units, rows: int) -> None:
    """Inserts so many open drafts."""
    units.write_now(_add_people)
    _insert(units, Draft, ({**draft, "state": "open"} for draft in _drafts(rows)))


def _insert(units: Units, table: type[Base], values: Iterable[Mapping[str, object]]) -> None:
    rest = iter(values)
    while batch := list(islice(rest, _BATCH)):
        units.write_now(_insertion(table, batch))


def _insertion(table: type[Base], batch: list[Mapping[str, object]]) -> Callable[[Session], object]:
    return lambda session: session.connection().execute(insert(table), batch)


def _add_entries(session: Session, entries: Sequence[tuple[int, Entry]]) -> None:
    """The words go in by the drivers' own ways: a million entries have fourteen million."""
    connection = session.connection()
    connection.execute(insert(CatalogueEntry), [_entry_row(id, entry) for id, entry in entries])
    words = sorted((word, id) for id, entry in entries for word in entry.words)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO catalogue_words (word, entry_id) VALUES (?, ?)", words)
        return
    copy = "COPY catalogue_words (word, entry_id) FROM STDIN"
    with connection.connection.cursor() as cursor, cursor.copy(copy) as copied:  # type: ignore[attr-defined]
        for row in words:
            copied.write_row(row)


def _add_people(session: Session) -> None:
    for id in range(1, APPLICANT_ID + 1):
        session.add(Person(id=id, created_at=_NOW, name=f"Orang {id}"))
        session.flush()
        session.add(Address(id=id, person_id=id, channel="console", external_id=str(id), locale="id", created_at=_NOW))
    for id in range(1, OFFICERS + 1):
        session.add(Officer(person_id=id, role="officer", name=f"Petugas {id}", joined_at=_NOW))


def _drafts(rows: int) -> Iterator[dict[str, object]]:
    empty: dict[str, object] = {name: {} for name in ("answers", "changed", "partial", "remarks", "replies")}
    for id in range(1, rows + 1):
        yield {
            **empty,
            "id": id,
            "person_id": APPLICANT_ID,
            "form": "recommendation_request",
            "version": 1,
            "state": "submitted",
            "refill": [],
            "source_messages": {},
            "revision": 1,
            "created_at": _NOW,
            "updated_at": _NOW,
        }


def _applications(rows: int) -> Iterator[dict[str, object]]:
    for id in range(1, rows + 1):
        yield {
            "id": id,
            "number": f"REK-2026-{id:07}",
            "person_id": APPLICANT_ID,
            "draft_id": id,
            "form": "recommendation_request",
            "version": 1,
            "status": "under_review" if id % 3 else "submitted",
            "title": _title(id, rows),
            "organiser": _organiser(id),
            "submitted_at": _NOW,
            "due_on": date(2026, 4, 1) + timedelta(days=id % 250),
            "due_certain": True,
            "round": 1,
            "officer_id": id % OFFICERS + 1 if id % 3 else None,
            "verdict": "",
            "grounds": [],
            "advice": [],
            "director_note": "",
        }


def _entries(rows: int) -> Iterator[tuple[int, Entry]]:
    for id in range(1, rows + 1):
        year = 2007 + id % 20
        entry = Entry(
            title=_title(id, rows),
            organiser=_organiser(id),
            year=year,
            region=f"Kabupaten {id % 97}",
            region_code=f"{7301 + id % 97}",
            method="survei",
            recommendation_identity="",
            letter_number=f"B-{id}/{7301 + id % 97}/KS.200/{year}",
            letter_date=None,
            status="rekomendasi_terbit",
            source="",
            note="",
        )
        yield id, entry


def _entry_row(id: int, entry: Entry) -> dict[str, object]:
    facts = {column: getattr(entry, column) for column in Entry.__dataclass_fields__}
    return {"id": id, "key": entry.key, **facts}


def _title(id: int, rows: int) -> str:
    rare = f" {RARE_WORD}" if id % max(rows // RARE_ROWS, 1) == 0 else ""
    return f"Survei {TOPICS[id % len(TOPICS)]}{rare} wilayah {id % 97} tahap {id}"


def _organiser(id: int) -> str:
    return f"Dinas {TOPICS[id // 7 % len(TOPICS)]} Kabupaten {id % 97}"
