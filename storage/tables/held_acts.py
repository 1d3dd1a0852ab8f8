"""Acts that wait before anybody is told, so that they can be undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base


class HeldAct(Base):
    """One act on an application. Its row is deleted when it is done or undone; the audit keeps both."""

    __tablename__ = "held_acts"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    act: Mapped[str] = mapped_column(String(30))
    arguments: Mapped[dict[str, Json]]  #: what the act was confirmed with
    round: Mapped[int]  #: of the answers that were seen
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))  #: of the actor, as whom it is done
    due_at: Mapped[datetime]
