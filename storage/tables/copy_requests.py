"""Questions whether somebody may copy the answers of a colleague's application."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class CopyRequest(Base):
    """One person asks about one number. A number about which nobody can be asked has a row too, so that its asker is
    told the same as everybody else.
    """

    __tablename__ = "copy_requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  #: who asks
    number: Mapped[str] = mapped_column(String(60))  #: of an application, as people read it
    #: whose applicant was asked; `None`: nobody was
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))  #: "asked", "allowed", "refused", "expired" or "copied"
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("person_id", "number"),)
