"""What a person and officers write to each other, sealed: in a conversation in the chat, or in a consultation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage.secrets import Keys
from storage.tables import Consultation, File, LiveChat, LiveMessage

Thread: TypeAlias = LiveChat | Consultation
#: of what is sealed
PURPOSE = "live chat"


@frozen
class SaidLine:
    """One message, readable. `officer_id`: who wrote it; `None`: who asks. `file_id`: of a file that was sent."""

    officer_id: int | None
    at: datetime
    words: str
    file_id: int | None


def add_message(
    session: Session, keys: Keys, thread: Thread, officer_id: int | None, at: datetime, words: str, file_id: int | None
) -> None:
    row = LiveMessage(officer_id=officer_id, at=at, body=keys.seal(PURPOSE, words.encode(), _sealed_for(thread)))
    row.file_id = file_id
    if isinstance(thread, LiveChat):
        row.chat_id = thread.id
    else:
        row.consultation_id = thread.id
    session.add(row)
    session.flush()


def said_in(session: Session, keys: Keys, thread: Thread, limit: int | None = None) -> list[SaidLine]:
    """The newest messages, or all without a limit; the oldest of them first."""
    query = select(LiveMessage).where(_in(thread)).order_by(LiveMessage.id.desc()).limit(limit)
    context = _sealed_for(thread)
    return [
        SaidLine(row.officer_id, row.at, keys.open(PURPOSE, row.body, context).decode(), row.file_id)
        for row in reversed(session.scalars(query).all())
    ]


def files_of_asker(session: Session, thread: Thread) -> Sequence[File]:
    """What whoever asks has sent, the oldest first."""
    query = select(File).join(LiveMessage, LiveMessage.file_id == File.id)
    return session.scalars(query.where(_in(thread), LiveMessage.officer_id.is_(None)).order_by(LiveMessage.id)).all()


def files_in(session: Session, thread: Thread) -> Sequence[File]:
    """What both sides have sent, the oldest first."""
    query = select(File).join(LiveMessage, LiveMessage.file_id == File.id)
    return session.scalars(query.where(_in(thread)).order_by(LiveMessage.id)).all()


def copies_of_chats(session: Session, *chosen: ColumnElement[bool]) -> Sequence[int]:
    """Ids of the files that officers got in these conversations."""
    sent = select(File.object).join(LiveMessage, LiveMessage.file_id == File.id)
    objects = sent.join(LiveChat, LiveChat.id == LiveMessage.chat_id).where(*chosen)
    askers = select(LiveChat.person_id).where(*chosen)
    return session.scalars(select(File.id).where(File.object.in_(objects), File.person_id.not_in(askers))).all()


def files_of_consultations(session: Session, *chosen: ColumnElement[bool]) -> Sequence[int]:
    """Ids of the files in these consultations, with the copies of officers."""
    sent = select(File.object).join(LiveMessage, LiveMessage.file_id == File.id)
    objects = sent.join(Consultation, Consultation.id == LiveMessage.consultation_id).where(*chosen)
    return session.scalars(select(File.id).where(File.object.in_(objects))).all()


def delete_messages(session: Session, message_ids: Collection[int]) -> None:
    session.execute(delete(LiveMessage).where(LiveMessage.id.in_(message_ids)))


def sealed_for(chat_id: int | None, consultation_id: int | None) -> str:
    """Binds the sealed words to their thread; one of both is given."""
    return f"consultation/{consultation_id}" if chat_id is None else str(chat_id)


def _sealed_for(thread: Thread) -> str:
    return sealed_for(thread.id, None) if isinstance(thread, LiveChat) else sealed_for(None, thread.id)


def _in(thread: Thread) -> ColumnElement[bool]:
    column = LiveMessage.chat_id if isinstance(thread, LiveChat) else LiveMessage.consultation_id
    return column == thread.id
