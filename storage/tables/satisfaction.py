"""What the users of the service answer in the satisfaction survey."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base


class SatisfactionSurvey(Base):
    """One survey; one for each application, consultation and visit. It names them for a time only, then nobody."""

    __tablename__ = "satisfaction_surveys"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), unique=True, index=True)
    queue_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("queue_tickets.id"), unique=True, index=True)
    scores: Mapped[dict[str, Json]]  #: element of `domain.satisfaction` → 1 to 4
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)  #: when the last element was answered
