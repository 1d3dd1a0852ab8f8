"""Consultations: questions about statistics that an officer answers in writing, without a letter."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base
from storage.tables.cases import COMMENTED, RATED

#: queries repeat the condition literally, so that the database uses the partial indexes
CONSULTATION_OPEN = text("state = 'open'")
CONSULTATION_ANSWERED = text("state = 'answered'")


class Consultation(Base):
    """One consultation. What both sides write is in `LiveMessage`."""

    __tablename__ = "consultations"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  #: who asks
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: who has taken it
    state: Mapped[str] = mapped_column(String(10))  #: open: waits for an answer; answered; closed
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_on: Mapped[date]  #: the promised day of the next answer
    answered_at: Mapped[datetime | None]  #: first
    in_time: Mapped[bool | None]  #: whether the first answer kept its promise; None: not answered yet
    changed_at: Mapped[datetime]  #: when the state last changed
    stars: Mapped[int | None]  #: 1 to 5, after it was closed
    comment: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (
        Index("ix_consultations_open", "id", sqlite_where=CONSULTATION_OPEN, postgresql_where=CONSULTATION_OPEN),
        Index(
            "ix_consultations_due",
            "due_on",
            "id",
            sqlite_where=CONSULTATION_OPEN,
            postgresql_where=CONSULTATION_OPEN,
        ),
        Index(
            "ix_consultations_answered",
            "changed_at",
            sqlite_where=CONSULTATION_ANSWERED,
            postgresql_where=CONSULTATION_ANSWERED,
        ),
        Index("ix_consultations_rated", "changed_at", "stars", sqlite_where=RATED, postgresql_where=RATED),
        Index("ix_consultations_comment", "id", sqlite_where=COMMENTED, postgresql_where=COMMENTED),
    )
