"""The acts that wait to be done or undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import HeldAct


def of_application(session: Session, application_id: int) -> HeldAct | None:
    return session.scalars(select(HeldAct).where(HeldAct.application_id == application_id)).first()


def take(session: Session, held_id: int, application_id: int) -> HeldAct | None:
    """Deletes the row, which is returned; `None` when it was done or undone before. The caller has locked the
    application.
    """
    found = session.get(HeldAct, held_id, with_for_update=True, populate_existing=True)
    if found is None or found.application_id != application_id:
        return None
    session.delete(found)
    session.flush()
    return found


def bring_forward(session: Session, latest: datetime) -> None:
    """Makes acts due at this moment that are due later."""
    session.execute(update(HeldAct).where(HeldAct.due_at > latest).values(due_at=latest))


def application_of_due(session: Session, held_id: int, now: datetime) -> int | None:
    """`None` for an act that is not due. Not locked."""
    return session.scalar(select(HeldAct.application_id).where(HeldAct.id == held_id, HeldAct.due_at <= now))
