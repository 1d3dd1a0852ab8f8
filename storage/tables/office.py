"""The office, its catalogue, and what the installation itself keeps."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base

_UNDONE = text("done_at IS NULL")


class Officer(Base):
    """Somebody of the office: joined by a one-time code, until revoked."""

    __tablename__ = "officers"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))  #: officer, head, director, admin
    name: Mapped[str]
    joined_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Invite(Base):
    """A one-time code for joining, kept as a keyed hash."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    name: Mapped[str]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CodeAttempts(Base):
    """How many wrong codes came from one address."""

    __tablename__ = "code_attempts"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]


class NumberSeries(Base):
    """The last number given out of a series such as "application/2026"."""

    __tablename__ = "number_series"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int]


class CatalogueEntry(Base):
    """An activity that already has a recommendation."""

    __tablename__ = "catalogue"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        String(64), unique=True
    )  #: hash of what makes an entry the same on a second import
    title: Mapped[str]
    organiser: Mapped[str]
    year: Mapped[int]
    region: Mapped[str]
    region_code: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(40))
    recommendation_identity: Mapped[str] = mapped_column(String(30))
    letter_number: Mapped[str] = mapped_column(String(60))
    letter_date: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(30))
    source: Mapped[str]
    note: Mapped[str]
    __table_args__ = (Index("ix_catalogue_year_id", "year", "id"),)


class CatalogueWord(Base):
    """The words of an entry, folded: search by the beginnings of words with one index on every database."""

    __tablename__ = "catalogue_words"
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("catalogue.id", ondelete="CASCADE"), primary_key=True, index=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Job(Base):
    """Something to be done later by the worker, once. `key` makes asking twice harmless."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    arguments: Mapped[dict[str, Json]]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    __table_args__ = (Index("ix_jobs_due", "due_at", sqlite_where=_UNDONE, postgresql_where=_UNDONE),)


class Lease(Base):
    """What only one process may do at a time, such as asking a platform for what is new."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]


class SentReminder(Base):
    """A reminder that was sent; its key makes it the only one of its kind, however many processes look at the clock."""

    __tablename__ = "sent_reminders"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Setting(Base):
    """Facts of this installation, such as the fingerprint of its key."""

    __tablename__ = "installation"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str]
