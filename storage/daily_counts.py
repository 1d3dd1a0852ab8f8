"""Counts of a day, for limits. Each is one row, which stays locked from the count until the transaction ends."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storage.tables import DailyCount
from storage.unit import insert_new


def add(session: Session, name: str, day: date, by: int = 1) -> int:
    """Adds to the count, and returns it."""
    insert_new(session, DailyCount, {"name": name, "day": day, "count": 0})
    added = (
        update(DailyCount)
        .where(DailyCount.name == name, DailyCount.day == day)
        .values(count=DailyCount.count + by)
        .returning(DailyCount.count)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(added).one()


def delete_old(session: Session, before: date) -> None:
    """Deletes the counts of earlier days."""
    session.execute(delete(DailyCount).where(DailyCount.day < before))
