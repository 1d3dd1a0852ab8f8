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


class CodeAttempts(Base):
    """How many wrong codes came from one address."""

    __tablename__ = "code_attempts"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
