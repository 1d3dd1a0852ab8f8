"""Queries of the daily jobs: the applications with deadlines, page by page, and the reminders that were sent.

Every page is locked. Rows that another transaction has locked are skipped, unless a query says otherwise; the next run
finds them. The conditions of partial indexes are written literally, because a database uses such an index only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, delete, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.lifecycle import WITHOUT_RESULT
from storage.officers import IS_REACHABLE
from storage.tables import IN_WORK, ISSUED, NOT_ENDED, Application, Letter, Officer, SentReminder
from storage.unit import insert_new

PAGE = 100
#: where a page ended: the sorted value and the id of its last row
Cursor = tuple[date, int]
Row = TypeVar("Row")
_Day = TypeVar("_Day", bound=date | None)


def claim_reminder(session: Session, key: str, now: datetime) -> bool:
    """True for the first caller with this key. Call it in the transaction that queues the reminder."""
    return insert_new(session, SentReminder, {"key": key, "at": now})


def delete_old(session: Session, before: datetime) -> int:
    """Deletes one page of old keys and returns how many."""
    old = list(
        session.scalars(select(SentReminder.key).where(SentReminder.at < before).order_by(SentReminder.at).limit(PAGE))
    )
    session.execute(delete(SentReminder).where(SentReminder.key.in_(old)))
    return len(old)


def due_page(
    session: Session,
    query: Select[Row],
    column: InstrumentedAttribute[_Day],
    row_id: InstrumentedAttribute[int],
    after: Cursor | None,
    *,
    skip_locked: bool = True,
) -> Sequence[Row]:
    """The rows after the cursor, sorted by the column and the id."""
    if after is not None:
        place = tuple_(literal(after[0], column.type), literal(after[1], row_id.type))
        query = query.where(tuple_(column, row_id) > place)
    query = query.order_by(column, row_id).limit(PAGE).with_for_update(skip_locked=skip_locked)
    return session.scalars(query).all()


def oldest_before(
    session: Session, query: Select[Row], column: InstrumentedAttribute[datetime], before: datetime
) -> Sequence[Row]:
    """One page of the rows whose moment is not later than `before`, the oldest first; locked."""
    query = query.where(column <= before).order_by(column).limit(PAGE).with_for_update(skip_locked=True)
    return session.scalars(query).all()


def due_by(session: Session, status: str, until: date, after: Cursor | None) -> Sequence[Application]:
    """Applications with this status whose promised day is not later than `until`, the earliest first."""
    query = select(Application).where(IN_WORK, Application.status == status, Application.due_on <= until)
    return due_page(session, query, Application.due_on, Application.id, after)


def without_result(session: Session, after: Cursor | None) -> Sequence[Application]:
    """All applications that wait for a result. Those that another transaction has locked are waited for."""
    query = select(Application).where(NOT_ENDED, Application.status.in_(WITHOUT_RESULT))
    return due_page(session, query, Application.due_on, Application.id, after, skip_locked=False)


def returned(session: Session, before: datetime, after: Cursor | None) -> Sequence[Application]:
    """Applications that have waited for a revision since `before` or longer."""
    query = select(Application).where(
        IN_WORK, Application.status == "revision_requested", Application.returned_at <= before
    )
    return due_page(session, query, Application.due_on, Application.id, after)


def issued(session: Session, before: datetime, after: Cursor | None) -> Sequence[Application]:
    """Applications that were issued not later than `before`, with their letter delivered, and are not closed."""
    delivered = exists().where(
        Letter.application_id == Application.id, Letter.stage != "draft", Letter.state == "ready"
    )
    query = select(Application).where(ISSUED, Application.issued_at <= before, delivered)
    return due_page(session, query, Application.issued_at, Application.id, after)


def staff(session: Session, after: Cursor | None) -> Sequence[Officer]:
    """Officers and heads who can be reached, by person."""
    working = select(Officer).where(Officer.revoked_at.is_(None), IS_REACHABLE, Officer.role.in_(("officer", "head")))
    later = working.where(Officer.person_id > (after[1] if after else 0))
    return session.scalars(later.order_by(Officer.person_id).limit(PAGE)).all()


def count_by_status(session: Session, person_id: int | None) -> dict[str, int]:
    """How many applications in work have which status: this officer's and nobody's; `None`: all."""
    query = select(Application.status, func.count()).where(IN_WORK, *_held_by(person_id))
    return {status: count for status, count in session.execute(query.group_by(Application.status))}


def most_urgent(session: Session, person_id: int | None, limit: int) -> Sequence[Application]:
    """Of the same applications, those whose promised day comes first."""
    query = select(Application).where(IN_WORK, Application.status.in_(WITHOUT_RESULT), *_held_by(person_id))
    return session.scalars(query.order_by(Application.due_on, Application.id).limit(limit)).all()


def _held_by(person_id: int | None) -> tuple[ColumnElement[bool], ...]:
    if person_id is None:
        return ()
    return (or_(Application.officer_id == person_id, Application.officer_id.is_(None)),)
