"""The guest book of the desk."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class GuestVisit(Base):
    """One visit. What the visitor answered is sealed; the service alone is not, for counting."""

    __tablename__ = "guest_visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: nobody: an officer wrote it down
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: the officer who did
    service: Mapped[str] = mapped_column(String(20))  #: an id of `services.toml`
    answers: Mapped[bytes]
    __table_args__ = (Index("ix_guest_visits_person_id_id", "person_id", "id"),)
