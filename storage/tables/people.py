"""People, their addresses, and the codes on their way to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base

_PROVEN = text("email_proven_at IS NOT NULL AND merged_into_id IS NULL")


class Person(Base):
    """Somebody who has written at least once. Registration fills the row. When two rows turn out to be one person, the
    losing row keeps `merged_into_id`.
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
    mailbox: Mapped[str] = mapped_column(default="", server_default="")  #: of the e-mail address, however it is written
    email_proven_at: Mapped[datetime | None]
    identity_kind: Mapped[str] = mapped_column(default="")
    identity_last4: Mapped[str] = mapped_column(default="")
    identity_valid_until: Mapped[date | None]
    eligibility: Mapped[str] = mapped_column(default="")  #: the result of the eligibility questions: "", "kabupaten"
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    erased_at: Mapped[datetime | None]  #: when all their data were deleted; only the empty row stays
    __table_args__ = (
        Index("uq_people_mailbox", "mailbox", unique=True, sqlite_where=_PROVEN, postgresql_where=_PROVEN),
    )


class Address(Base):
    """Where a person can be reached: a channel and its identifier of the person."""

    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(200))
    #: another identifier of the same address, such as a phone number
    alternate_address: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    last_incoming_at: Mapped[datetime | None]  #: when the last message came from there
    blocked_at: Mapped[datetime | None]  #: when the person blocked us
    rate_used_until: Mapped[datetime | None]  #: until when the rate limit of this address is used up
    #: when its person joined the staff from here; from other addresses the person has no role
    staff_since: Mapped[datetime | None]
    #: keyed hash of the code that signs this address out, with all that joined the account together with it
    undo_code: Mapped[str | None] = mapped_column(String(64))
    hidden_message_id: Mapped[int | None]  #: messages up to this one were for the person who was signed out here
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_addresses_undo_code", "undo_code"),
        Index("uq_addresses_channel_alternate_address", "channel", "alternate_address", unique=True),
    )


class CoverLetterSigner(Base):
    """Who signed the newest cover letter that this person had made for an institution, and its letterhead. Empty texts
    become dots.
    """

    __tablename__ = "cover_letter_signers"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    institution: Mapped[str] = mapped_column(primary_key=True)  #: as the form names it, in lower case
    name: Mapped[str]
    position: Mapped[str]
    nip: Mapped[str] = mapped_column(String(18))
    #: its lines; empty: it is printed on the paper already; `None`: nobody was asked yet
    letterhead: Mapped[str | None]


class EmailCode(Base):
    """An eight-digit code and a link that were sent to an e-mail address, stored as keyed hashes. `address_id`: where
    they were asked for, and where they work.
    """

    __tablename__ = "email_codes"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int]  #: how many wrong codes were typed
    token: Mapped[str] = mapped_column(String(64), server_default="")  #: of the link
    message_id: Mapped[int | None] = mapped_column(index=True)  #: the mail


class Continuation(Base):
    """A one-time code for continuing on another channel, stored as a keyed hash; one for each person."""

    __tablename__ = "continuations"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
