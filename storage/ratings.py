"""Ratings of applications."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import Rating


def get(session: Session, application_id: int) -> Rating | None:
    return session.get(Rating, application_id)


def count_and_mean(session: Session) -> tuple[int, float]:
    """Of all ratings; the mean of none is 0."""
    count, mean = session.execute(select(func.count(), func.avg(Rating.stars))).one()
    return int(count), float(mean or 0)


def with_comment(session: Session, page: int, size: int) -> Sequence[Rating]:
    """One page, the newest first, and one row more when there is another page."""
    query = select(Rating).where(Rating.comment != "").order_by(Rating.created_at.desc(), Rating.application_id.desc())
    return session.scalars(query.offset(page * size).limit(size + 1)).all()
