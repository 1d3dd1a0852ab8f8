"""The staff, and the codes with which they join."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base


class Officer(Base):
    """A member of the staff, who joined with a one-time code."""

    __tablename__ = "officers"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))  #: officer, head, director, admin
    name: Mapped[str]
    joined_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    letter_signer: Mapped[dict[str, Json] | None]  #: whom this director named last as the signer of letters


class Invite(Base):
    """A one-time code for joining the staff, stored as a keyed hash."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    name: Mapped[str]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Authenticator(Base):
    """The app with which a member of the staff proves who they are. Secrets are sealed."""

    __tablename__ = "authenticators"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret: Mapped[bytes | None]  #: `None`: no code has confirmed one yet
    pending_secret: Mapped[bytes | None]  #: shown on the page, and not confirmed by a code yet
    link: Mapped[str | None] = mapped_column(String(64), unique=True)  #: keyed hash of the one-time link to the page
    link_expires_at: Mapped[datetime | None]
    last_step: Mapped[int]  #: of the code that was used last; it is used once
    wrong_codes: Mapped[int]  #: in a row
    paused_until: Mapped[datetime | None]  #: after too many of them


class StepUpGrant(Base):
    """A right code was given at an address: for some minutes no other one is asked for there."""

    __tablename__ = "step_up_grants"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime]


class CodeAttempts(Base):
    """How many wrong codes came from one address."""

    __tablename__ = "code_attempts"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
