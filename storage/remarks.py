"""What officers write about an application: remarks for the applicant, notes for colleagues."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import Note, Remark


def of_application(session: Session, application_id: int, *states: str) -> Sequence[Remark]:
    """The oldest first; only those in `states`, if any are named."""
    query = select(Remark).where(Remark.application_id == application_id)
    if states:
        query = query.where(Remark.state.in_(states))
    return session.scalars(query.order_by(Remark.id)).all()


def next_number(session: Session, application_id: int) -> int:
    """The caller has locked the application."""
    query = select(func.max(Remark.number)).where(Remark.application_id == application_id)
    return (session.scalar(query) or 0) + 1


def get(session: Session, remark_id: int) -> Remark | None:
    """Locked."""
    return session.get(Remark, remark_id, with_for_update=True)


def notes(session: Session, application_id: int) -> Sequence[Note]:
    """The oldest first."""
    return session.scalars(select(Note).where(Note.application_id == application_id).order_by(Note.id)).all()
