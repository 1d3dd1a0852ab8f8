"""The catalogue in its tables: bringing entries up to date, and finding them by the beginnings of words.

A search starts from the rarest word. When every word is common, the newest entries are looked at first: many of them
match. So what a search costs hangs on how many entries share its rarest word, hardly on how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from domain.catalogue import WORD_LENGTH, Entry, Listed, Search
from storage.tables import CatalogueEntry, CatalogueWord

BATCH = 500  #: entries that one transaction brings up to date
PAGE = 5  #: entries
MOST_YEARS = 4
RARE = 1_000  #: places of a word up to which all of them are looked at
WINDOW = 2_000  #: newest entries that are looked at first when every word is common

_FACTS = tuple(field.name for field in fields(Entry))
_NEWEST_FIRST = (CatalogueEntry.year.desc(), CatalogueEntry.id.desc())


@dataclass(frozen=True, slots=True)
class ImportCounts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: ImportCounts) -> ImportCounts:
        return ImportCounts(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class SearchPage:
    entries: tuple[Listed, ...]
    number: int  #: from 1
    has_more: bool
    years: tuple[int, ...]  #: the newest in which something is found; empty under a year filter


@dataclass(frozen=True, slots=True)
class _Plan:
    conditions: tuple[ColumnElement[bool], ...]
    walks: bool  #: goes through the entries newest first until enough are found


def load(session: Session, batch: Sequence[Entry]) -> ImportCounts:
    """Brings one batch up to date (at most `BATCH` entries): a second time changes nothing."""
    entries = {entry.key: entry for entry in batch}
    columns = (getattr(CatalogueEntry, name) for name in ("id", "key", *_FACTS))
    stored = {
        key: (id, Entry(*facts))
        for id, key, *facts in session.execute(select(*columns).where(CatalogueEntry.key.in_(entries)))
    }
    new = [key for key in entries if key not in stored]
    changed = {stored[key][0]: entry for key, entry in entries.items() if key in stored and stored[key][1] != entry}
    if new:
        session.execute(insert(CatalogueEntry), [{"key": key, **_facts(entries[key])} for key in new])
        made = select(CatalogueEntry.id, CatalogueEntry.key).where(CatalogueEntry.key.in_(new))
        _index(session, {id: entries[key] for id, key in session.execute(made)})
    if changed:
        session.execute(update(CatalogueEntry), [{"id": id, **_facts(entry)} for id, entry in changed.items()])
        session.execute(delete(CatalogueWord).where(CatalogueWord.entry_id.in_(changed)))
        _index(session, changed)
    return ImportCounts(len(new), len(changed), len(entries) - len(new) - len(changed))


def analyze(session: Session) -> None:
    """After an import: PostgreSQL plans by what it knows of its tables, and by itself looks only minutes later."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE catalogue, catalogue_words"))


def search(session: Session, search: Search, number: int) -> SearchPage:
    """One page of what fits, newest year first; page numbers start at 1."""
    plan = _plan(session, search, number * PAGE + 1)
    found = select(CatalogueEntry).where(*plan.conditions).order_by(*_NEWEST_FIRST)
    rows = session.scalars(found.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    years = _years(session, plan) if search.year is None else ()
    return SearchPage(tuple(_listed(row) for row in rows[:PAGE]), number, len(rows) > PAGE, years)


def get(session: Session, entry_id: int) -> Listed | None:
    row = session.get(CatalogueEntry, entry_id)
    return _listed(row) if row else None


def is_empty(session: Session) -> bool:
    return session.scalar(select(CatalogueEntry.id).limit(1)) is None


def _index(session: Session, entries: dict[int, Entry]) -> None:
    words = [{"word": word, "entry_id": id} for id, entry in entries.items() for word in sorted(entry.words)]
    session.connection().execute(insert(CatalogueWord), words)  # past the ORM: there are some twenty for each entry


def _facts(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in _FACTS}


def _listed(row: CatalogueEntry) -> Listed:
    return Listed(row.id, Entry(**{name: getattr(row, name) for name in _FACTS}))


def _plan(session: Session, search: Search, needed: int) -> _Plan:
    filters: list[ColumnElement[bool]] = []
    if search.year is not None:
        filters.append(CatalogueEntry.year == search.year)
    if search.organiser:
        filters.append(CatalogueEntry.organiser == search.organiser)
    places = {prefix: _places(session, prefix) for prefix in search.prefixes}
    rarest_first = sorted(places, key=places.__getitem__)
    if rarest_first and places[rarest_first[0]] < RARE:
        return _Plan((_among(rarest_first[0]), *map(_has, rarest_first[1:]), *filters), walks=False)
    walk = _Plan((*map(_has, rarest_first), *filters), walks=True)
    if not rarest_first or _found_in_window(session, walk, search.year, needed):
        return walk
    return _Plan((*map(_among, rarest_first), *filters), walks=False)


def _places(session: Session, prefix: str) -> int:
    """In how many places a word begins so, counted up to `RARE`."""
    some = select(CatalogueWord.entry_id).where(_begins(prefix)).limit(RARE).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _found_in_window(session: Session, plan: _Plan, year: int | None, needed: int) -> bool:
    """Whether the newest entries (of a year) alone give as many as are needed."""
    newest = select(CatalogueEntry.id).order_by(*_NEWEST_FIRST).limit(WINDOW)
    window = newest.where(CatalogueEntry.year == year) if year is not None else newest
    fitting = _ids(plan).where(CatalogueEntry.id.in_(window)).limit(needed).subquery()
    return session.scalar(select(func.count()).select_from(fitting)) == needed


def _years(session: Session, plan: _Plan) -> tuple[int, ...]:
    if not plan.walks:
        years = select(CatalogueEntry.year).where(*plan.conditions).distinct()
        return tuple(session.scalars(years.order_by(CatalogueEntry.year.desc()).limit(MOST_YEARS)))
    found: list[int] = []
    year = session.scalar(select(func.max(CatalogueEntry.year)))
    while year is not None and len(found) < MOST_YEARS:
        if _found_in_window(session, plan, year, 1):
            found.append(year)
        year = session.scalar(select(func.max(CatalogueEntry.year)).where(CatalogueEntry.year < year))
    return tuple(found)


def _ids(plan: _Plan) -> Select[int]:
    return select(CatalogueEntry.id).where(*plan.conditions)


def _begins(prefix: str) -> ColumnElement[bool]:
    """Words are small ASCII letters and digits, so "z" to the full length bounds them from above in any sort order."""
    return and_(CatalogueWord.word >= prefix, CatalogueWord.word <= prefix.ljust(WORD_LENGTH, "z"))


def _among(prefix: str) -> ColumnElement[bool]:
    """The entry is one of those with such a word: for going through all of them.

    The offset keeps PostgreSQL from turning this into `_has` and looking at every entry there is.
    """
    return CatalogueEntry.id.in_(select(CatalogueWord.entry_id).where(_begins(prefix)).offset(0))


def _has(prefix: str) -> ColumnElement[bool]:
    """The entry has such a word: for looking at one entry after the other."""
    return exists().where(CatalogueWord.entry_id == CatalogueEntry.id, _begins(prefix))
