"""What officers ask applicants while an application is examined."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Inquiry(Base):
    """A question to the applicant that does not return the form, and its answer."""

    __tablename__ = "inquiries"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    question: Mapped[str] = mapped_column(String(60))  #: of the form; empty: about the whole application
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))  #: open, answered, withdrawn
    answer: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: the officer who took it by telephone
    answered_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_inquiries_application_id_state", "application_id", "state"),)
