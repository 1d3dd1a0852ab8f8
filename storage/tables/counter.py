"""Visitors whose forms officers record at the counter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class CounterRecord(Base):
    """One form that officers fill in for a visitor. The draft belongs to the visitor."""

    __tablename__ = "counter_records"
    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  #: who saw the identity card and began
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  #: the visitor
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), unique=True)
    no_email_reason: Mapped[str]  #: empty where the mailbox is proven
    created_at: Mapped[datetime]
    #: keyed hash of the one-time code with which the visitor takes the form over in a chat of their own
    code: Mapped[str | None] = mapped_column(String(64))
    code_expires_at: Mapped[datetime | None]
    taken_over_at: Mapped[datetime | None]  #: since then only the visitor changes it
    __table_args__ = (Index("uq_counter_records_code", "code", unique=True),)
