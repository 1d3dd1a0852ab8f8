"""Complaints that wait for an answer."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from domain.pages import ListPage, Place
from storage.pages import Order, read_page
from storage.tables import Complaint

#: the literal condition of the partial index
_OPEN = text("state = 'open'")
_OLDEST_FIRST = Order(Complaint.id, Complaint.id, number=int, stored=int)


def count_open(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Complaint).where(_OPEN)) or 0


def list_open(session: Session, start: Place | int, size: int) -> ListPage[Complaint]:
    """One page, the oldest first."""
    return read_page(session, select(Complaint).where(_OPEN), _OLDEST_FIRST, start, size)
