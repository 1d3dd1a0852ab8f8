"""Who may open a page without the cookie of a chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class PageKey(Base):
    """A one-time link to the page of one form or one survey, or the cookie that such a link was exchanged for. Only its
    keyed hash is stored.
    """

    __tablename__ = "page_keys"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  #: link, cookie
    page: Mapped[str] = mapped_column(String(20))  #: draft; letter, consultation, visit: the survey about one
    row_id: Mapped[int]  #: of the draft, the application, the consultation, or the number at the desk
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)  #: the chat that the link was for
    expires_at: Mapped[datetime]


class SigningKey(Base):
    """A one-time link to the page on which one letter is signed. Only its keyed hash is stored."""

    __tablename__ = "signing_keys"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)  #: the director's chat
    expires_at: Mapped[datetime]
