"""People, their addresses, and the codes on their way to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base

_PROVEN = text("email_proven_at IS NOT NULL AND merged_into_id IS NULL")


class Person(Base):
    """Somebody who has written at least once. Registration fills the row; `merged_into_id` is kept when two turn out
    to be one.
    """

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    consent_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(default="")
    institution: Mapped[str] = mapped_column(default="")
    position: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    email_proven_at: Mapped[datetime | None]
    identity_kind: Mapped[str] = mapped_column(default="")
    identity_last4: Mapped[str] = mapped_column(default="")
    identity_valid_until: Mapped[date | None]
    eligibility: Mapped[str] = mapped_column(default="")  #: what the eligibility questions found: "", "kabupaten"
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    __table_args__ = (Index("uq_people_email", "email", unique=True, sqlite_where=_PROVEN, postgresql_where=_PROVEN),)


class Address(Base):
    """Where a person can be reached: a channel and its own identifier for them."""

    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(200))
    alternate_address: Mapped[str | None] = mapped_column(
        String(200)
    )  #: another identifier of the same address: a phone number
    locale: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    last_incoming_at: Mapped[datetime | None]  #: the last message from there
    blocked_at: Mapped[datetime | None]  #: the person shut us out; nothing but mail reaches them
    rate_used_until: Mapped[datetime | None]  #: up to when the messages of this address are spent
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("uq_addresses_channel_alternate_address", "channel", "alternate_address", unique=True),
    )


class EmailCode(Base):
    """A six-digit code on its way to an e-mail address. Kept as a keyed hash."""

    __tablename__ = "email_codes"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int]  #: how many wrong codes were typed


class Continuation(Base):
    """A one-time code for going on in another channel, kept as a keyed hash; one a person."""

    __tablename__ = "continuations"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
