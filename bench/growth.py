"""The lists and the searches that grow with the number of applications and of entries in the catalogue."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import repeat
from multiprocessing import get_context

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.figures import Figure
from bench.processes import postgres_server
from bench.rows import RARE_WORD, fill
from domain.catalogue import CatalogueSearch
from storage import case_search, cases, catalogue, migrate
from storage.unit import Units

PART = "growth"
OFFICER_ID, SIZE = 7, 6
CALLS = 15  #: of each query; the first one is not counted


def _search(*words: str) -> Callable[[Session], object]:
    return partial(case_search.search, words=words, start=0, size=SIZE)


def _catalogue(typed: str) -> Callable[[Session], object]:
    return partial(catalogue.search, search=CatalogueSearch.of(typed), page_number=1)


QUERIES: Mapping[str, Callable[[Session], object]] = {
    "mine": partial(cases.assigned_to, person_id=OFFICER_ID, start=0, size=SIZE),
    "a status": partial(cases.in_status, status="submitted", start=0, size=SIZE),
    "officers' search, a common word": _search("padi"),
    "officers' search, two common words": _search("survei", "padi"),
    "officers' search, a rare word": _search(RARE_WORD),
    "officers' search, no match": _search("zzzz"),
    "catalogue, common words": _catalogue("survei padi"),
    "catalogue, a rare word": _catalogue(RARE_WORD),
    "catalogue, common words that meet nowhere": _catalogue("padi stunting ternak"),
    "how many in each status": cases.count_by_status,
}


def measure(sizes: Sequence[int]) -> list[Figure]:
    """Both databases are filled at the same time, each by a process of its own; then one after the other is asked."""
    found: list[Figure] = []
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="pst-bench-") as folder, postgres_server() as (postgres_url, _):
            urls = {"ours (SQLite)": f"sqlite+aiosqlite:///{folder}/pst.db", "ours (PostgreSQL)": postgres_url}
            with ProcessPoolExecutor(len(urls), mp_context=get_context("spawn")) as processes:
                list(processes.map(_fill, urls.values(), repeat(rows)))
            for subject, url in urls.items():
                found += _figures(subject, url, rows)
    return found


def _figures(subject: str, url: str, rows: int) -> Iterator[Figure]:
    units = Units(url)
    try:
        for name, query in QUERIES.items():
            yield Figure(PART, subject, f"{rows:,} rows", name, "ms", _milliseconds(units, query))
    finally:
        units.dispose()


def _fill(url: str, rows: int) -> None:
    units = Units(url)
    try:
        migrate.upgrade(units.engine)
        if units.is_sqlite:
            fill(units, rows)
            return
        with units.engine.begin() as connection:
            assert case_search.ensure_postgres_index(connection)
        fill(units, rows)
        with units.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    finally:
        units.dispose()


def _milliseconds(units: Units, query: Callable[[Session], object]) -> tuple[float, ...]:
    units.write_now(query)
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        units.write_now(query)
        taken.append((time.perf_counter() - began) * 1000)
    return tuple(taken)
