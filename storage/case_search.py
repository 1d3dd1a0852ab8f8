"""Finds the applications in work whose number, title or organiser contains words; and the index for it.

Common words fill a page from the applications that come next, the most urgent first. Other words are found by an index
of three-letter parts. Words of one or two letters are in no such index: all applications in work are read for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, column, func, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from domain.pages import ListPage, Place
from storage.cases import BY_DUE_DAY
from storage.pages import nearest, read_page, rows_needed
from storage.tables import NOT_ENDED, Application

WINDOW = 500  #: applications that are read before the index is asked
MOST_IDS = 1_000  #: when more applications match, all in work are read, the most urgent first

#: the virtual table that is SQLite's index; its triggers keep it equal to the applications in work
SQLITE_INDEX = "application_search"
POSTGRES_INDEX = "ix_applications_search"

_PART = 3  #: letters
_PARTS = table(SQLITE_INDEX, column("rowid"), column(SQLITE_INDEX))
_IDS = select(Application.id).where(NOT_ENDED)
_SEARCHED = func.lower(Application.number + text("' '") + Application.title + text("' '") + Application.organiser)
_CREATE_POSTGRES_INDEX = f"""
CREATE INDEX IF NOT EXISTS {POSTGRES_INDEX} ON applications
USING gin (lower(number || ' ' || title || ' ' || organiser) gin_trgm_ops) WHERE {NOT_ENDED}
"""


def search(session: Session, words: Sequence[str], start: Place | int, size: int) -> ListPage[Application]:
    """One page of those that contain all of the words, the most urgent first."""
    ids = _ids_of_next(session, words, start, rows_needed(start, size))
    if ids is None:
        ids = _ids_by_index(session, words)
    query = select(Application).where(NOT_ENDED)
    query = query.where(_contains(_SEARCHED, words)) if ids is None else query.where(Application.id.in_(ids))
    return read_page(session, query, BY_DUE_DAY, start, size) if ids != [] else ListPage(())


def _ids_of_next(session: Session, words: Sequence[str], start: Place | int, needed: int) -> Sequence[int] | None:
    """The next matches, if there are enough of them among the applications that come next."""
    following = select(Application.id, _SEARCHED.label("words")).where(NOT_ENDED)
    window = nearest(following, BY_DUE_DAY, start).limit(WINDOW).subquery()
    ids = session.scalars(select(window.c.id).where(_contains(window.c.words, words)).limit(needed)).all()
    return ids if len(ids) == needed else None


def _ids_by_index(session: Session, words: Sequence[str]) -> Sequence[int] | None:
    """All matches; `None` when there are too many of them, or the index does not have the words."""
    indexed = [word for word in words if len(word) >= _PART]
    if not indexed:
        return None
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    matching = _matching(indexed) if is_sqlite else _IDS.where(_contains(_SEARCHED, words))
    ids = session.scalars(matching.limit(MOST_IDS)).all()
    if len(ids) == MOST_IDS:
        return None
    checked = _IDS.where(Application.id.in_(ids), _contains(_SEARCHED, words))
    return session.scalars(checked).all() if ids else ids


def _contains(searched: ColumnElement[str], words: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(searched.contains(word.lower(), autoescape=True) for word in words))


def ensure_postgres_index(connection: Connection) -> bool:
    """Creates the index where it is missing. False when the database user may not create the extension `pg_trgm`:
    searching then reads all applications in work.
    """
    if connection.scalar(select(func.to_regclass(POSTGRES_INDEX))) is not None:
        return True
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(text(_CREATE_POSTGRES_INDEX))
    except DBAPIError:
        return False
    return True


def _matching(words: Sequence[str]) -> Select[int]:
    """The ids of the applications that contain all of these words."""
    phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
    matches: ColumnElement[bool] = _PARTS.c[SQLITE_INDEX].op("MATCH")(phrases)
    return select(_PARTS.c.rowid).where(matches)
