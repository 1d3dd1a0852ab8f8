"""Conversations of visitors with officers, and what is said in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.secrets import Keys
from storage.tables import GOES_ON, File, LiveChat, LiveMessage

_PURPOSE = "live chat"


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One message, readable. `officer_id`: who wrote it; `None`: the visitor."""

    officer_id: int | None
    at: datetime
    words: str


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


def add_message(
    session: Session, keys: Keys, chat: LiveChat, officer_id: int | None, at: datetime, words: str, file_id: int | None
) -> None:
    body = keys.seal(_PURPOSE, words.encode(), str(chat.id))
    session.add(LiveMessage(chat_id=chat.id, officer_id=officer_id, at=at, body=body, file_id=file_id))
    session.flush()


def files_of_visitor(session: Session, chat_id: int) -> Sequence[File]:
    """What the visitor has sent, the oldest first."""
    query = select(File).join(LiveMessage, LiveMessage.file_id == File.id)
    sent = (LiveMessage.chat_id == chat_id, LiveMessage.officer_id.is_(None))
    return session.scalars(query.where(*sent).order_by(LiveMessage.id)).all()


def said_in(session: Session, keys: Keys, chat_id: int, limit: int | None = None) -> list[SaidLine]:
    """The newest messages, or all without a limit; the oldest of them first."""
    query = select(LiveMessage).where(LiveMessage.chat_id == chat_id).order_by(LiveMessage.id.desc()).limit(limit)
    rows = reversed(session.scalars(query).all())
    return [SaidLine(row.officer_id, row.at, keys.open(_PURPOSE, row.body, str(chat_id)).decode()) for row in rows]
