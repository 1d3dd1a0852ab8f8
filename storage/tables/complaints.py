"""Complaints, what was answered to them, and who must not read them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base

#: queries repeat the condition literally, so that the database uses the partial indexes
COMPLAINT_OPEN = text("state = 'open'")
COMPLAINT_ANSWERED = text("state = 'answered'")


class Complaint(Base):
    """One complaint. One without a name has no person: a secret code opens its status."""

    __tablename__ = "complaints"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    #: keyed hash of the secret code; empty for a complaint with a name
    secret: Mapped[str] = mapped_column(String(64), default="", server_default="")
    text: Mapped[str]
    #: the officer's case or name, as the complainer said it; empty: about nobody
    about: Mapped[str] = mapped_column(default="", server_default="")
    about_application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    #: a name that we do not know was written: only heads read it
    for_heads: Mapped[bool] = mapped_column(default=False, server_default="0")
    created_at: Mapped[datetime] = mapped_column(index=True)
    first_answer_by: Mapped[date]  #: as promised when it was filed
    settle_by: Mapped[date]
    due_on: Mapped[date]  #: the next of the promised days: of the first answer, then of the settlement
    state: Mapped[str] = mapped_column(String(10))  #: open, answered, closed
    round: Mapped[int] = mapped_column(default=1, server_default="1")  #: 2 after it was reopened
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: who has taken it
    answered_at: Mapped[datetime | None]  #: first
    in_time: Mapped[bool | None]  #: whether the first answer kept its promise; None: not answered yet
    changed_at: Mapped[datetime]  #: when the state last changed
    __table_args__ = (
        Index("ix_complaints_open", "id", sqlite_where=COMPLAINT_OPEN, postgresql_where=COMPLAINT_OPEN),
        Index("ix_complaints_due", "due_on", "id", sqlite_where=COMPLAINT_OPEN, postgresql_where=COMPLAINT_OPEN),
        Index(
            "ix_complaints_answered",
            "changed_at",
            sqlite_where=COMPLAINT_ANSWERED,
            postgresql_where=COMPLAINT_ANSWERED,
        ),
    )


class ComplaintEntry(Base):
    """What came with a complaint, or was said after it was filed: a file, an answer, why it is not settled."""

    __tablename__ = "complaint_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  #: interim, answer, reopening, file
    text: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: the officer; empty for the complainer
    at: Mapped[datetime]
    file_id: Mapped[int | None]  #: of a file, until it is deleted; `text` is its name


class ComplaintExclusion(Base):
    """Somebody of the staff whom a complaint is about: they neither read nor handle it."""

    __tablename__ = "complaint_exclusions"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
