"""What one installation keeps for itself: settings, jobs, leases, number series."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base

_UNDONE = text("done_at IS NULL")


class Setting(Base):
    """A fact of this installation, such as the fingerprint of its key."""

    __tablename__ = "installation"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str]


class NumberSeries(Base):
    """The last number that was used of a series such as "application/2026"."""

    __tablename__ = "number_series"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int]


class DailyCount(Base):
    """How often something happened on one day, for a limit."""

    __tablename__ = "daily_counts"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    count: Mapped[int]


class Job(Base):
    """A job for the worker. The unique `key` allows adding the same job twice."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    arguments: Mapped[dict[str, Json]]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]  #: after its last attempt; it waits for the operator
    failure: Mapped[str] = mapped_column(default="")
    trace_id: Mapped[str] = mapped_column(String(16), server_default="")  #: of what caused it, see `storage.tracing`
    __table_args__ = (Index("ix_jobs_due", "due_at", sqlite_where=_UNDONE, postgresql_where=_UNDONE),)


class Lease(Base):
    """A task that only one process may do at a time, such as polling a platform."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]


class SendBudget(Base):
    """Until when all that may be sent through a channel is used up, by the clock of PostgreSQL."""

    __tablename__ = "send_budgets"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    used_until: Mapped[datetime]


class SentReminder(Base):
    """A reminder that was sent. The key prevents a second one, however many processes run the daily jobs."""

    __tablename__ = "sent_reminders"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
