"""Consultations: lists, those that are due, and counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from domain.pages import ListPage, Place
from storage.clock import Cursor, due_page, oldest_before
from storage.pages import Order, read_page
from storage.statistics import Moments
from storage.tables import CONSULTATION_ANSWERED, CONSULTATION_OPEN, Consultation

_OLDEST_FIRST = Order(Consultation.id, Consultation.id, number=int, stored=int)
_NEWEST_FIRST = Order(Consultation.id, Consultation.id, number=int, stored=int, newest_first=True)


def get(session: Session, consultation_id: int) -> Consultation | None:
    return session.get(Consultation, consultation_id)


def lock(session: Session, consultation_id: int) -> Consultation | None:
    return session.get(Consultation, consultation_id, with_for_update=True, populate_existing=True)


def by_number(session: Session, number: str) -> Consultation | None:
    return session.scalars(select(Consultation).where(Consultation.number == number)).first()


def count_open(session: Session, reader_id: int) -> int:
    """Those that wait for an answer, without the reader's own."""
    query = select(func.count()).select_from(Consultation)
    return session.scalar(query.where(CONSULTATION_OPEN, Consultation.person_id != reader_id)) or 0


def list_open(session: Session, reader_id: int, start: Place | int, size: int) -> ListPage[Consultation]:
    """One page of the same, the oldest first."""
    query = select(Consultation).where(CONSULTATION_OPEN, Consultation.person_id != reader_id)
    return read_page(session, query, _OLDEST_FIRST, start, size)


def page_of_person(session: Session, person_id: int, start: Place | int, size: int) -> ListPage[Consultation]:
    """One page of what this person asked, the newest first."""
    query = select(Consultation).where(Consultation.person_id == person_id)
    return read_page(session, query, _NEWEST_FIRST, start, size)


def count_of_person(session: Session, person_id: int) -> int:
    """Those that are not closed."""
    query = select(func.count()).select_from(Consultation)
    return session.scalar(query.where(Consultation.person_id == person_id, Consultation.state != "closed")) or 0


def due_by(session: Session, until: date, after: Cursor | None) -> Sequence[Consultation]:
    """Those whose answer is promised for a day that is not later than `until`, the earliest first; locked. Those that
    another transaction has locked are skipped: the next run finds them.
    """
    query = select(Consultation).where(CONSULTATION_OPEN, Consultation.due_on <= until)
    return due_page(session, query, Consultation.due_on, Consultation.id, after)


def answered_before(session: Session, before: datetime) -> Sequence[Consultation]:
    """One page of those that were answered, and about which nothing was asked since; locked."""
    return oldest_before(session, select(Consultation).where(CONSULTATION_ANSWERED), Consultation.changed_at, before)


@frozen
class ConsultationFigures:
    """Counts without content."""

    asked: int
    in_time: int  #: of them, answered first by the promised day
    rated: int
    mean: float  #: stars


def figures(session: Session, moments: Moments) -> ConsultationFigures:
    """Of the consultations that began then."""
    query = select(
        func.count(),
        func.count().filter(Consultation.in_time.is_(True)),
        func.count(Consultation.stars),
        func.avg(Consultation.stars),
    ).where(moments.hold(Consultation.created_at))
    asked, in_time, rated, mean = session.execute(query).one()
    return ConsultationFigures(asked, in_time, rated, float(mean or 0))
