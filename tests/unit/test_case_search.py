"""The search of officers finds in every way what reading all applications finds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from domain.pages import ListPage, Place
from storage import case_search
from storage.migrate import upgrade
from storage.tables import Application
from storage.unit import Units
from tests.unit.long_lists import SIZE, fill, walk


def find(words: Sequence[str], session: Session, start: Place | int) -> ListPage[Application]:
    return case_search.search(session, words, start, SIZE)


FOUND = (
    *("survei", "SURVEI padi", "padi", "rek-2026-000", "0007", "100%", "g_b", "%", '"ternak"', "o'hara", "hara dinas"),
    *("di", "1 jeneponto", "zzzz", "padi ternak", "élok", "2 padi 0", "((", "*", "AND", "NEAR(padi", "\\", "dinas 3"),
)


@pytest.mark.parametrize("window,most_ids", [(500, 1_000), (12, 1_000), (12, 3)])
def test_every_way_of_searching_finds_what_reading_all_finds(
    filled: Units, monkeypatch: pytest.MonkeyPatch, window: int, most_ids: int
) -> None:
    """With small limits, so that a few applications are searched like hundreds of thousands."""
    monkeypatch.setattr(case_search, "WINDOW", window)
    monkeypatch.setattr(case_search, "MOST_IDS", most_ids)
    for typed in FOUND:
        words = typed.split()
        found = walk(filled, partial(find, words))
        assert [id for page in found for id in page] == filled.write_now(partial(matching, words=words)), typed


def matching(session: Session, words: Sequence[str]) -> list[int]:
    rows = session.scalars(select(Application).order_by(Application.due_on, Application.id))
    in_work = [row for row in rows if row.status not in ("issued", "closed")]

    def searched(row: Application) -> str:
        return f"{row.number} {row.title} {row.organiser}".lower()

    return [row.id for row in in_work if all(word.lower() in searched(row) for word in words)]


def test_the_index_follows_what_changes_in_an_application(filled: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_search, "WINDOW", 1)

    def found(*words: str) -> list[int]:
        pages = walk(filled, partial(find, words))
        return [id for page in pages for id in page]

    def change(**values: object) -> None:
        filled.write_now(lambda session: session.execute(update(Application).where(Application.id == 1).values(values)))

    change(title="Sensus Kerapu")
    assert found("kerapu") == [1] and 1 not in found("padi")
    change(status="issued")
    assert found("kerapu") == []
    change(status="under_review", organiser="Dinas Terumbu")
    assert found("kerapu", "terumbu") == [1]


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
