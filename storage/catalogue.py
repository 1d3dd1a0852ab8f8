"""The tables of the catalogue: imports entries, and finds them by the beginnings of words.

A search starts from the rarest word. When all words are common, it starts from the newest entries, because many of them
match. So the cost of a search depends on how many entries contain its rarest word, hardly on the size of the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from domain.catalogue import WORD_LENGTH, CatalogueSearch, Entry, EntryRow
from domain.frozen import frozen
from domain.pages import Place
from storage import vocabulary
from storage.pages import Order, nearest, read_page, rows_needed
from storage.statements import Statement
from storage.tables import CatalogueEntry, CatalogueWord

BATCH = 500  #: entries that one transaction imports
PAGE = 5  #: entries on one page
MAX_YEARS = 4  #: years that a page offers as filters
RARE = 1_000  #: a word in fewer entries is rare: all of them are read
COMMON = 50_000  #: words in more entries are equally common
WINDOW = 2_000  #: the newest entries, which are read first when all words are common

_FACTS = tuple(field.name for field in fields(Entry))
_NEWEST_FIRST = Order(CatalogueEntry.year, CatalogueEntry.id, number=int, stored=int, newest_first=True)
_ENTRIES = select(CatalogueEntry.id)
_NO_YEAR = 10_000  #: later than any entry


@frozen
class ImportCounts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: ImportCounts) -> ImportCounts:
        return ImportCounts(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


@frozen
class CataloguePage:
    entries: tuple[EntryRow, ...]
    number: int  #: from 1
    before: Place | None  #: of the previous page, if there is one
    after: Place | None  #: of the next page, if there is one
    years: tuple[int, ...]  #: the newest years with a match; empty when the search names a year


@frozen
class _Plan:
    """How the database finds the matching entries."""

    conditions: tuple[ColumnElement[bool], ...]
    scans: bool  #: reads the entries, newest first, until enough match


def load(session: Session, batch: Sequence[Entry]) -> ImportCounts:
    """Inserts or updates at most `BATCH` entries. A second call with the same entries changes nothing."""
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


def set_status(session: Session, identity: str, status: str) -> None:
    """Of the activity with this recommendation identity, if it is in the catalogue."""
    columns = (getattr(CatalogueEntry, name) for name in _FACTS)
    key = Entry("", "", 0, "", "", "", identity, "", None, "", "", "").key
    held = session.execute(select(*columns).where(CatalogueEntry.key == key)).all()
    load(session, [Entry(**{**facts._mapping, "status": status}) for facts in held])


def analyze(session: Session) -> None:
    """Call it after an import: PostgreSQL plans queries by table statistics, which it updates itself minutes later."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE catalogue, catalogue_words, catalogue_trigrams"))


def search(session: Session, search: CatalogueSearch, page_number: int, place: Place | None = None) -> CataloguePage:
    """One page of the matching entries, newest year first. Page numbers start at 1.

    The page begins at `place`; without one, its number says how many entries come before it.
    """
    start = place or (page_number - 1) * PAGE
    plan = _plan(session, search, start)
    found = read_page(session, select(CatalogueEntry).where(*plan.conditions), _NEWEST_FIRST, start, PAGE)
    years = _years(session, plan, search) if search.year is None and found.rows else ()
    number = page_number if found.before else 1
    return CataloguePage(tuple(map(_listed, found.rows)), number, found.before, found.after, years)


def correct(session: Session, search: CatalogueSearch) -> CatalogueSearch | None:
    """The search with a near word for each that no entry has; `None` when there is none for one of them."""
    words: list[str] = []
    for prefix in search.prefixes:
        found = [prefix] if _count(session, prefix, 1) else vocabulary.near_words(session, prefix)
        known = next((word for word in found if _count(session, word, 1)), None)
        if known is None:
            return None
        words.append(known)
    meant = CatalogueSearch(" ".join(words), search.year)
    return meant if tuple(words) != search.prefixes else None


def get(session: Session, entry_id: int) -> EntryRow | None:
    row = session.get(CatalogueEntry, entry_id)
    return _listed(row) if row else None


def is_empty(session: Session) -> bool:
    return session.scalar(select(CatalogueEntry.id).limit(1)) is None


def _index(session: Session, entries: dict[int, Entry]) -> None:
    words = [{"word": word, "entry_id": id} for id, entry in entries.items() for word in sorted(entry.words)]
    session.connection().execute(
        insert(CatalogueWord), words
    )  # without the ORM, for speed: an entry has about 20 words
    vocabulary.add_words(session, {word for entry in entries.values() for word in entry.words})


def _facts(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in _FACTS}


def _listed(row: CatalogueEntry) -> EntryRow:
    return EntryRow(row.id, Entry(**{name: getattr(row, name) for name in _FACTS}))


def _plan(session: Session, search: CatalogueSearch, start: Place | int) -> _Plan:
    filters: list[ColumnElement[bool]] = []
    if search.year is not None:
        filters.append(CatalogueEntry.year == search.year)
    if search.organiser:
        filters.append(CatalogueEntry.organiser == search.organiser)
    counts = {prefix: _count(session, prefix, RARE) for prefix in search.prefixes}
    rarest_first = sorted(counts, key=counts.__getitem__)
    if rarest_first and counts[rarest_first[0]] < RARE:
        return _Plan((_among(session, rarest_first), *filters), scans=False)
    scan = _Plan((*map(_has, rarest_first), *filters), scans=True)
    if not rarest_first or _page_in_window(session, search, start):
        return scan
    rarest_first.sort(key=lambda prefix: _count(session, prefix, COMMON))
    return _Plan((_among(session, rarest_first), *filters), scans=False)


def _count(session: Session, prefix: str, limit: int) -> int:
    """In how many entries a word begins like this; stops counting at the limit."""
    return _COUNT.first(session, **_bounds(0, prefix), most=limit) or 0


def _page_in_window(session: Session, search: CatalogueSearch, start: Place | int) -> bool:
    """Whether a page and one entry more match among the entries that come next."""
    of_year = _ENTRIES.where(CatalogueEntry.year == search.year) if search.year is not None else _ENTRIES
    needed = rows_needed(start, PAGE)
    words = [_begins(prefix) for prefix in search.prefixes]
    counted = _count_in_window(nearest(of_year, _NEWEST_FIRST, start), needed, words, search.organiser or None)
    return session.scalar(counted) == needed


def _count_in_window(
    entries: Select[int], needed: int, words: Sequence[ColumnElement[bool]], organiser: BindParameter[str] | str | None
) -> Select[int]:
    """Counts up to `needed` matches among the first of these entries. The database stops reading when it has them."""
    window = entries.limit(WINDOW).subquery()
    matching = select(window.c.id).where(*(_holds(window.c.id, word) for word in words))
    if organiser is not None:
        of_organiser = exists().where(CatalogueEntry.id == window.c.id, CatalogueEntry.organiser == organiser)
        matching = matching.where(of_organiser)
    return select(func.count()).select_from(matching.limit(needed).subquery())


def _years(session: Session, plan: _Plan, search: CatalogueSearch) -> tuple[int, ...]:
    if not plan.scans:
        years = select(CatalogueEntry.year).where(*plan.conditions).distinct()
        return tuple(session.scalars(years.order_by(CatalogueEntry.year.desc()).limit(MAX_YEARS)))
    organiser = {"organiser": search.organiser} if search.organiser else {}
    words = {name: word for n, prefix in enumerate(search.prefixes) for name, word in _bounds(n, prefix).items()}
    matches = _matches_of_year(len(search.prefixes), with_organiser=bool(organiser))
    found: list[int] = []
    year = _YEAR_BEFORE.first(session, year=_NO_YEAR)
    while year is not None and len(found) < MAX_YEARS:
        if matches.first(session, **words, **organiser, year=year):
            found.append(year)
        year = _YEAR_BEFORE.first(session, year=year)
    return tuple(found)


def _begins(prefix: str, of: type[CatalogueWord] = CatalogueWord) -> ColumnElement[bool]:
    """The stored word begins with the prefix. Words are lower-case ASCII letters and digits, so `prefix` filled up with
    "z" is an upper bound in every sort order.
    """
    return and_(of.word >= prefix, of.word <= prefix.ljust(WORD_LENGTH, "z"))


def _among(session: Session, rarest_first: Sequence[str]) -> ColumnElement[bool]:
    """The entry contains such words; for a query that starts from all entries with the first of them.

    PostgreSQL gets these entries as an array, which it fills once. From a sub-query it would rather read the catalogue,
    newest first, hoping for a page of matches soon: of common words that meet nowhere it then reads every entry.
    """
    first = aliased(CatalogueWord)
    others = (_holds(first.entry_id, _begins(prefix)) for prefix in rarest_first[1:])
    ids = select(first.entry_id).where(_begins(rarest_first[0], first), *others)
    if session.get_bind().dialect.name == "postgresql":
        return CatalogueEntry.id == func.any(func.array(ids.scalar_subquery()))
    return CatalogueEntry.id.in_(ids)


def _has(prefix: str) -> ColumnElement[bool]:
    """The entry contains such a word; for a query that checks one entry after the other."""
    return _holds(CatalogueEntry.id, _begins(prefix))


def _holds(entry_id: ColumnElement[int] | InstrumentedAttribute[int], word: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(CatalogueWord.entry_id == entry_id, word)


# Statements -----------------------------------------------------------------------------------------------------------


def _bounds(number: int, prefix: str) -> dict[str, str]:
    """The parameters of `_begins_bound`."""
    return {f"from{number}": prefix, f"to{number}": prefix.ljust(WORD_LENGTH, "z")}


def _begins_bound(number: int) -> ColumnElement[bool]:
    """`_begins` with parameters."""
    return and_(CatalogueWord.word >= bindparam(f"from{number}"), CatalogueWord.word <= bindparam(f"to{number}"))


@cache
def _matches_of_year(words: int, *, with_organiser: bool) -> Statement[int]:
    """1 when an entry of the year matches. A page of common words runs it for each of the newest years."""
    of_year = _NEWEST_FIRST.sort(_ENTRIES.where(CatalogueEntry.year == bindparam("year")))
    organiser = bindparam("organiser", type_=CatalogueEntry.organiser.type) if with_organiser else None
    return Statement(_count_in_window(of_year, 1, [_begins_bound(number) for number in range(words)], organiser), int)


_COUNT: Statement[int] = Statement(
    select(func.count()).select_from(
        select(CatalogueWord.entry_id).where(_begins_bound(0)).limit(bindparam("most", type_=Integer)).subquery()
    ),
    int,
)
_YEAR_BEFORE: Statement[int | None] = Statement(
    select(func.max(CatalogueEntry.year)).where(CatalogueEntry.year < bindparam("year")), lambda year: year
)
