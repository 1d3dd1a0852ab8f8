"""Stored files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base

#: queries repeat the condition literally, so that the database uses the partial index
UNSENT_FILE = text("unsent_since IS NOT NULL")


class File(Base):
    """An inspected upload or a rendered document. The file store has the encrypted bytes under the name `object`."""

    __tablename__ = "files"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    object: Mapped[str] = mapped_column(String(64), index=True)
    owner: Mapped[str] = mapped_column(String(40))  #: for whom the bytes are encrypted
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    created_at: Mapped[datetime]
    #: of a copy for a member of the staff: the case that its reader must be allowed to read
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    #: the same for a consultation, and for a complaint
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"))
    unsent_since: Mapped[datetime | None]  #: it is attached to a text that was not sent yet
    __table_args__ = (Index("ix_files_unsent", "unsent_since", sqlite_where=UNSENT_FILE, postgresql_where=UNSENT_FILE),)


class RemoteFile(Base):
    """A file that a platform has kept since it was sent, and that can be sent again with the platform's id."""

    __tablename__ = "remote_files"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    remote: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class WaitingFile(Base):
    """A file that a page has uploaded before its message. Its name, and its name in the spool, are sealed."""

    __tablename__ = "waiting_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200))
    message_id: Mapped[str] = mapped_column(String(200))  #: that the page has given to it
    place: Mapped[int]  #: of the file in its message, from 0
    payload: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (UniqueConstraint("channel", "address", "message_id", "place"),)
