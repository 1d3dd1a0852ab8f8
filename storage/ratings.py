"""Ratings of applications."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.pages import ListPage, Place
from storage.pages import Order, read_page
from storage.tables import COMMENTED, Rating

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEWEST_FIRST = Order(
    column=Rating.created_at,
    row_id=Rating.application_id,
    number=lambda at: (at - _EPOCH) // _MICROSECOND,
    stored=lambda microseconds: _EPOCH + microseconds * _MICROSECOND,
    newest_first=True,
)


def get(session: Session, application_id: int) -> Rating | None:
    return session.get(Rating, application_id)


def count_and_mean(session: Session) -> tuple[int, float]:
    """Of all ratings; the mean of none is 0."""
    count, mean = session.execute(select(func.count(), func.avg(Rating.stars))).one()
    return int(count), float(mean or 0)


def with_comment(session: Session, start: Place | int, size: int) -> ListPage[Rating]:
    """One page, the newest first."""
    return read_page(session, select(Rating).where(COMMENTED), _NEWEST_FIRST, start, size)
