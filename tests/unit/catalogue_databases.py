"""Databases with a catalogue, and what is found in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.service.catalogue import SAMPLE, import_file
from domain.catalogue import CatalogueSearch, Entry
from storage import catalogue
from storage.catalogue import CataloguePage, ImportCounts
from storage.migrate import upgrade
from storage.unit import Units
from tests import fresh

STUNTING = Entry(
    title="Kompilasi Data Stunting di Kabupaten Kepulauan Selayar Tahun 2026",
    organiser="Dinas Kesehatan Kabupaten Kepulauan Selayar",
    year=2026,
    region="Kabupaten Kepulauan Selayar",
    region_code="7301",
    method="kompilasi_produk_administrasi",
    recommendation_identity="",
    letter_number="B-92/7301/KS.200/2026",
    letter_date=date(2026, 3, 3),
    status="rekomendasi_terbit",
    source="Register surat keluar",
    note="",
)
COLUMNS = [field.name for field in fields(Entry)]


def numbered(number: int, title: str = "Survei", year: int = 2026) -> Entry:
    return replace(STUNTING, title=f"{title} {number}", year=year, letter_number=f"B-{number}/7301/KS.200/{year}")


def opened(url: str) -> Iterator[Units]:
    units = Units(url)
    upgrade(units.engine)
    yield units
    units.engine.dispose()


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Units]:
    fresh.lay(tmp_path / "catalogue.db")
    yield from opened(f"sqlite+aiosqlite:///{tmp_path}/catalogue.db")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Units:
    """Each database that an office may have."""
    fixture = "units" if request.param == "sqlite" else "postgres_units"
    units: Units = request.getfixturevalue(fixture)
    return units


@pytest.fixture
def postgres_units(postgres_database: str) -> Iterator[Units]:
    yield from opened(postgres_database)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Units]:
    """A database with the packaged sample; tests only read it."""
    for units in opened(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('sample')}/catalogue.db"):
        import_file(units, SAMPLE)
        yield units


def load(units: Units, *entries: Entry) -> ImportCounts:
    return units.write_now(partial(catalogue.load, batch=entries))


def page(units: Units, typed: str | CatalogueSearch, number: int = 1) -> CataloguePage:
    search = typed if isinstance(typed, CatalogueSearch) else CatalogueSearch.of(typed)
    return units.write_now(lambda session: catalogue.search(session, search, number))


def titles(units: Units, typed: str | CatalogueSearch, number: int = 1) -> list[str]:
    return [listed.entry.title for listed in page(units, typed, number).entries]


@contextmanager
def queries_of(units: Units) -> Iterator[list[tuple[str, Any]]]:
    """What the database is asked on the writer's connection, with the parameters."""
    told: list[tuple[str, Any]] = []
    connection = units.engine.raw_connection()
    driver: Any = connection.driver_connection
    connection.close()  # back into the pool, which has no other

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **more: Any) -> Noting:
            note(str(query), params)
            return super().execute(query, params, **more)

    def note(query: str, parameters: Any = ()) -> None:
        if query.startswith("SELECT"):
            told.append((query, parameters))

    if units.is_sqlite:
        driver.set_trace_callback(note)
    else:
        driver.cursor_factory = Noting
    yield told
    if units.is_sqlite:
        driver.set_trace_callback(None)
    else:
        driver.cursor_factory = psycopg.Cursor
