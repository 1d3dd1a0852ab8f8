"""Lists of applications for officers: named queries, each with its index.

Queries repeat the condition of the partial index literally (`IN_WORK`): a database uses the index only then.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.lifecycle import ENDED
from storage.tables import IN_WORK, Application


def in_status(session: Session, status: str, page: int, size: int) -> Sequence[Application]:
    """One page of a status of work, the most urgent first, and one row more when there is another page."""
    query = select(Application).where(IN_WORK, Application.status == status)
    return session.scalars(_most_urgent_first(query).offset(page * size).limit(size + 1)).all()


def assigned_to(session: Session, person_id: int, page: int, size: int) -> Sequence[Application]:
    """The same for the applications in work that are assigned to an officer."""
    query = select(Application).where(IN_WORK, Application.officer_id == person_id)
    return session.scalars(_most_urgent_first(query).offset(page * size).limit(size + 1)).all()


def ended(session: Session, page: int, size: int) -> Sequence[Application]:
    """The same for those no longer in work, the newest first: read backwards along the primary key."""
    query = select(Application).where(Application.status.in_(ENDED)).order_by(Application.id.desc())
    return session.scalars(query.offset(page * size).limit(size + 1)).all()


def search(session: Session, words: Sequence[str], page: int, size: int) -> Sequence[Application]:
    """The same for those in work that contain all of the words in number, title or organiser."""
    where = func.lower(Application.number + " " + Application.title + " " + Application.organiser)
    query = select(Application).where(IN_WORK, *(where.contains(word.lower(), autoescape=True) for word in words))
    return session.scalars(_most_urgent_first(query).offset(page * size).limit(size + 1)).all()


def urgent(
    session: Session, statuses: Sequence[str], person_id: int, limit: int, *, of_all: bool
) -> Sequence[Application]:
    """The most urgent in these statuses, without the person's own applications. Assigned to this person or to nobody;
    `of_all`: to anybody.
    """
    query = select(Application).where(IN_WORK, Application.status.in_(statuses), Application.person_id != person_id)
    if not of_all:
        query = query.where(or_(Application.officer_id == person_id, Application.officer_id.is_(None)))
    return session.scalars(_most_urgent_first(query).limit(limit)).all()


def count_by_status(session: Session) -> dict[str, int]:
    """Status of work → how many applications; statuses without any are left out."""
    query = select(Application.status, func.count()).where(IN_WORK).group_by(Application.status)
    return {status: count for status, count in session.execute(query)}


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


def _most_urgent_first(query: Select[Application]) -> Select[Application]:
    return query.order_by(Application.due_on, Application.id)
