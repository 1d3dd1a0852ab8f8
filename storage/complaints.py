"""Complaints that wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage.tables import Complaint

#: the literal condition of the partial index
_OPEN = text("state = 'open'")


def count_open(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Complaint).where(_OPEN)) or 0


def list_open(session: Session, page: int, size: int) -> Sequence[Complaint]:
    """One page, the oldest first, and one more when there is another page."""
    query = select(Complaint).where(_OPEN).order_by(Complaint.id)
    return session.scalars(query.offset(page * size).limit(size + 1)).all()
