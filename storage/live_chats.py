"""Conversations of visitors with officers. What is said in them is read and kept by `storage.threads`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import GOES_ON, LiveChat


def get(session: Session, chat_id: int) -> LiveChat | None:
    """Locked."""
    return session.get(LiveChat, chat_id, with_for_update=True, populate_existing=True)


def going_on(session: Session, person_id: int) -> LiveChat | None:
    """The visitor's conversation that waits or is open; locked."""
    query = select(LiveChat).where(LiveChat.person_id == person_id, GOES_ON).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def count_before(session: Session, chat_id: int) -> int:
    """How many others wait that began earlier."""
    earlier = (GOES_ON, LiveChat.state == "waiting", LiveChat.id < chat_id)
    return session.scalar(select(func.count()).select_from(LiveChat).where(*earlier)) or 0


def count_waiting(session: Session) -> int:
    query = select(func.count()).select_from(LiveChat).where(GOES_ON, LiveChat.state == "waiting")
    return session.scalar(query) or 0


def waiting_or_held_by(session: Session, officer_id: int, limit: int) -> Sequence[LiveChat]:
    """Those that the officer has, then those that wait; the oldest first. Not locked."""
    mine = (LiveChat.state == "waiting") | (LiveChat.officer_id == officer_id)
    query = select(LiveChat).where(GOES_ON, mine).order_by(LiveChat.state, LiveChat.id)
    return session.scalars(query.limit(limit)).all()


def of_application(session: Session, application_id: int) -> Sequence[LiveChat]:
    """Those that an officer has claimed, the oldest first."""
    query = select(LiveChat).where(LiveChat.application_id == application_id, LiveChat.officer_id.is_not(None))
    return session.scalars(query.order_by(LiveChat.id)).all()
