"""The queue at the desk: one row a day, and one a number."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base
from storage.tables.cases import COMMENTED, RATED

_OPEN = text("state IN ('waiting', 'called')")


class QueueDay(Base):
    """A day of the queue. Whoever changes the order of the numbers locks this row first."""

    __tablename__ = "queue_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    last_place: Mapped[int]
    calls: Mapped[int]  #: grows with every call
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class QueueTicket(Base):
    """A number. A number that moves to another day ends here and begins there, so none is given twice."""

    __tablename__ = "queue_tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(ForeignKey("queue_days.day"))
    service: Mapped[str] = mapped_column(String(20))  #: an id of `services.toml`
    number: Mapped[int]  #: within its service and day
    place: Mapped[int]  #: the lowest one is called next
    state: Mapped[str] = mapped_column(String(10))  #: see `domain.queue.TicketState`
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id"), index=True
    )  #: nobody: a visitor without a phone
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: the officer who gave it
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: who called it
    taken_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    unanswered: Mapped[int] = mapped_column(default=0)  #: calls to which nobody came
    told: Mapped[int] = mapped_column(default=0)  #: see `domain.queue.Told`
    stars: Mapped[int | None]  #: 1 to 5, after it was served
    comment: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (
        UniqueConstraint("day", "service", "number"),
        Index("ix_queue_tickets_day_place", "day", "place", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_queue_tickets_rated", "ended_at", "stars", sqlite_where=RATED, postgresql_where=RATED),
        Index("ix_queue_tickets_comment", "id", sqlite_where=COMMENTED, postgresql_where=COMMENTED),
    )
