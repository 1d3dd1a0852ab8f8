"""Lists of applications for officers: named queries, each with its index.

Queries repeat the condition of the partial index literally (`IN_WORK`): a database uses the index only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from domain.pages import ListPage, Place
from storage.pages import Order, read_page
from storage.tables import ENDED, IN_WORK, NOT_IN_ROMANTIK, Application, RegisterEntry

#: the most urgent first
BY_DUE_DAY = Order(Application.due_on, Application.id, number=date.toordinal, stored=date.fromordinal)
#: the newest first
BY_ID = Order(Application.id, Application.id, number=int, stored=int, newest_first=True)


def in_status(session: Session, status: str, start: Place | int, size: int) -> ListPage[Application]:
    """One page of a status of work, the most urgent first."""
    query = select(Application).where(IN_WORK, Application.status == status)
    return read_page(session, query, BY_DUE_DAY, start, size)


def assigned_to(session: Session, person_id: int, start: Place | int, size: int) -> ListPage[Application]:
    """The same for the applications in work that are assigned to an officer."""
    query = select(Application).where(IN_WORK, Application.officer_id == person_id)
    return read_page(session, query, BY_DUE_DAY, start, size)


def ended(session: Session, start: Place | int, size: int) -> ListPage[Application]:
    """The same for those no longer in work, the newest first."""
    return read_page(session, select(Application).where(ENDED), BY_ID, start, size)


def not_in_romantik(session: Session, start: Place | int, size: int) -> ListPage[Application]:
    """The same for those whose valid letter says that they are feasible, and that have no number in Romantik yet."""
    valid = exists().where(RegisterEntry.application_id == Application.id, RegisterEntry.state == "valid")
    return read_page(session, select(Application).where(NOT_IN_ROMANTIK, valid), BY_ID, start, size)


def urgent(
    session: Session, statuses: Sequence[str], person_id: int, limit: int, *, of_all: bool
) -> Sequence[Application]:
    """The most urgent in these statuses, without the person's own applications. Assigned to this person or to nobody;
    `of_all`: to anybody.

    Each part is read along an index and stops at `limit`.
    """
    parts: list[ColumnElement[bool]] = [Application.status == status for status in statuses]
    if not of_all:
        parts = [Application.officer_id == person_id, Application.officer_id.is_(None)]
    of_others = and_(IN_WORK, Application.status.in_(statuses), Application.person_id != person_id)
    found = [
        application
        for part in parts
        for application in session.scalars(BY_DUE_DAY.sort(select(Application).where(of_others, part)).limit(limit))
    ]
    return sorted(found, key=lambda application: (application.due_on, application.id))[:limit]


def count_by_status(session: Session) -> dict[str, int]:
    """Status of work → how many applications; statuses without any are left out."""
    query = select(Application.status, func.count()).where(IN_WORK).group_by(Application.status)
    return {status: count for status, count in session.execute(query)}


def count_by_officer(session: Session) -> dict[int, int]:
    """Person id of an officer → how many applications in work they hold."""
    query = select(Application.officer_id, func.count()).where(IN_WORK, Application.officer_id.is_not(None))
    rows = session.execute(query.group_by(Application.officer_id))
    return {officer_id: count for officer_id, count in rows if officer_id is not None}


def by_number(session: Session, number: str) -> Application | None:
    """Not locked."""
    return session.scalars(select(Application).where(Application.number == number)).first()


def assigned_to_each_other(session: Session, one_id: int, other_id: int) -> Sequence[Application]:
    """Applications in work of one of two people that are assigned to the other."""
    crossed = or_(
        and_(Application.person_id == one_id, Application.officer_id == other_id),
        and_(Application.person_id == other_id, Application.officer_id == one_id),
    )
    return session.scalars(select(Application).where(IN_WORK, crossed)).all()
