"""The numbers of the queue. The condition of the partial index is written literally, because a database uses such an
index only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.orm import Session

from domain.queue import PACE_OF, TicketState
from storage.tables import QueueDay, QueueTicket
from storage.unit import insert_new

_OPEN = text("state IN ('waiting', 'called')")
_IN_ORDER = (QueueTicket.place, QueueTicket.id)
#: numbers that one transaction of the daily jobs changes
PAGE = 100


def lock_day(session: Session, day: date) -> QueueDay:
    """The row of a day, made if missing. Locked until the transaction ends: everything that changes the order of a
    day's numbers waits here.
    """
    insert_new(session, QueueDay, {"day": day, "last_place": 0, "calls": 0})
    query = select(QueueDay).where(QueueDay.day == day).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def get_day(session: Session, day: date) -> QueueDay | None:
    """Not locked."""
    return session.get(QueueDay, day, populate_existing=True)


def get(session: Session, ticket_id: int) -> QueueTicket | None:
    """As it is now. Lock its day first before you change it."""
    return session.get(QueueTicket, ticket_id, populate_existing=True)


def lock(session: Session, ticket_id: int) -> QueueTicket | None:
    """For its rating, which changes no order: its day stays free."""
    return session.get(QueueTicket, ticket_id, with_for_update=True, populate_existing=True)


def next_number(session: Session, day: date, service: str) -> int:
    """From 1, in a day that is locked."""
    query = select(func.max(QueueTicket.number)).where(QueueTicket.day == day, QueueTicket.service == service)
    return (session.scalar(query) or 0) + 1


def open_of_person(session: Session, person_id: int, since: date) -> QueueTicket | None:
    """The number of this person that waits or is called, on this day or later."""
    query = select(QueueTicket).where(QueueTicket.person_id == person_id, QueueTicket.day >= since, _OPEN)
    return session.scalars(query.order_by(QueueTicket.day, *_IN_ORDER).limit(1)).first()


def last_served(session: Session, person_id: int) -> QueueTicket | None:
    """The newest number with which this person was served."""
    query = select(QueueTicket).where(QueueTicket.person_id == person_id, QueueTicket.state == "served")
    return session.scalars(query.order_by(QueueTicket.id.desc()).limit(1)).first()


def waiting(session: Session, day: date, limit: int) -> Sequence[QueueTicket]:
    """The next numbers, in order."""
    return session.scalars(_of(day, "waiting").order_by(*_IN_ORDER).limit(limit)).all()


def called(session: Session, day: date) -> Sequence[QueueTicket]:
    """The numbers that are at the desk, the newest call first."""
    return session.scalars(_of(day, "called").order_by(QueueTicket.called_at.desc(), QueueTicket.id.desc())).all()


def count_waiting(session: Session, day: date, before: QueueTicket | None = None) -> int:
    """How many wait; `before`: only those that are called before this one."""
    query = select(func.count()).where(QueueTicket.day == day, _OPEN, QueueTicket.state == "waiting")
    if before is not None:
        earlier = (QueueTicket.place < before.place) | (
            (QueueTicket.place == before.place) & (QueueTicket.id < before.id)
        )
        query = query.where(earlier)
    return session.scalar(query) or 0


def service_lengths(session: Session, day: date) -> list[timedelta]:
    """How long the newest visitors of a day took, the oldest of them first."""
    query = select(QueueTicket.called_at, QueueTicket.ended_at).where(
        QueueTicket.day == day, QueueTicket.state == "served"
    )
    rows = session.execute(query.order_by(QueueTicket.ended_at.desc()).limit(PACE_OF)).all()
    return [ended - began for began, ended in reversed(rows) if began is not None and ended is not None]


def left_over(session: Session, until: date, state: TicketState) -> Sequence[QueueTicket]:
    """One page of the numbers in this state up to a day."""
    query = select(QueueTicket).where(QueueTicket.day <= until, _OPEN, QueueTicket.state == state)
    return session.scalars(query.order_by(QueueTicket.day, *_IN_ORDER).limit(PAGE)).all()


def days_waiting(session: Session, first: date) -> Sequence[date]:
    """The days from this one on for which numbers wait."""
    waiting = QueueTicket.day >= first, _OPEN, QueueTicket.state == "waiting"
    return session.scalars(select(QueueTicket.day).where(*waiting).distinct().order_by(QueueTicket.day)).all()


def close_days(session: Session, until: date, now: datetime) -> None:
    """No more numbers are given for these days."""
    still_open = QueueDay.day <= until, QueueDay.closed_at.is_(None)
    session.execute(update(QueueDay).where(*still_open).values(closed_at=now))


def give_back(session: Session, officer_id: int) -> None:
    """Numbers that somebody called who serves no longer wait again, at their old place."""
    theirs = QueueTicket.officer_id == officer_id, _OPEN, QueueTicket.state == "called"
    for day in session.scalars(select(QueueTicket.day).where(*theirs).distinct().order_by(QueueTicket.day)).all():
        lock_day(session, day)
    session.execute(update(QueueTicket).where(*theirs).values(state="waiting", officer_id=None, called_at=None))


def _of(day: date, state: TicketState) -> Select[QueueTicket]:
    return select(QueueTicket).where(QueueTicket.day == day, _OPEN, QueueTicket.state == state)
