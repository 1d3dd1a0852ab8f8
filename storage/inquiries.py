"""The questions that officers ask applicants beside the form."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import Inquiry

_IS_OPEN = Inquiry.state == "open"


def of_application(session: Session, application_id: int) -> Sequence[Inquiry]:
    """Those that were not withdrawn, the oldest first."""
    query = select(Inquiry).where(Inquiry.application_id == application_id, Inquiry.state != "withdrawn")
    return session.scalars(query.order_by(Inquiry.id)).all()


def open_of(session: Session, application_ids: Collection[int]) -> Sequence[Inquiry]:
    """Those that wait for an answer, the oldest first."""
    query = select(Inquiry).where(Inquiry.application_id.in_(application_ids), _IS_OPEN)
    return session.scalars(query.order_by(Inquiry.id)).all()


def count_open(session: Session, application_id: int) -> int:
    query = select(func.count()).select_from(Inquiry).where(Inquiry.application_id == application_id, _IS_OPEN)
    return session.scalar(query) or 0


def application_of(session: Session, inquiry_id: int) -> int | None:
    """Not locked."""
    return session.scalar(select(Inquiry.application_id).where(Inquiry.id == inquiry_id))


def get(session: Session, inquiry_id: int) -> Inquiry | None:
    """Locked. The caller has locked the application."""
    return session.get(Inquiry, inquiry_id, with_for_update=True, populate_existing=True)
