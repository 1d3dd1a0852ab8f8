"""Conversations of visitors with an officer, in the chat of both."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base

#: queries repeat this condition literally, so that the database uses the partial index
GOES_ON = text("state <> 'ended'")


class LiveChat(Base):
    """One conversation. What is said in it is in `LiveMessage`."""

    __tablename__ = "live_chats"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  #: the visitor
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))  #: where the visitor asked for it
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: who has claimed it
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))  #: that it is about
    state: Mapped[str] = mapped_column(String(10))  #: waiting, open, ended
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]  #: when the last message was sent, or it was claimed
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_live_chats_going_on", "id", sqlite_where=GOES_ON, postgresql_where=GOES_ON),
        Index("ix_live_chats_person_id", "person_id"),
        Index("ix_live_chats_application_id", "application_id"),
    )


class LiveMessage(Base):
    """One message of a conversation with an officer, or of a consultation. Its words are sealed."""

    __tablename__ = "live_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("live_chats.id"), index=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: who wrote it; None: who asks
    at: Mapped[datetime] = mapped_column(index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    file_id: Mapped[int | None]  #: the copy of a file that the other side got
