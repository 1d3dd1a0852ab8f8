"""Series of numbers without gaps: applications, letters, identities, complaints, audit lines."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import NumberSeries
from storage.unit import insert_new


def next_number(session: Session, series: str) -> int:
    """The next number of a series, from 1. Locked until the transaction ends: none is given twice, none is lost."""
    row = lock(session, series)
    row.last += 1
    return row.last


def lock(session: Session, series: str) -> NumberSeries:
    """Locks the series until the transaction ends."""
    insert_new(session, NumberSeries, {"name": series, "last": 0})
    return session.scalars(select(NumberSeries).where(NumberSeries.name == series).with_for_update()).one()
