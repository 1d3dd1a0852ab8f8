"""What people wrote and the service did not understand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class UnknownPhrase(Base):
    """One phrase, masked, of whoever wrote it."""

    __tablename__ = "unknown_phrases"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  #: keyed hash of the masked words
    words: Mapped[bytes]  #: masked and sealed
    count: Mapped[int]  #: how often it was written
    last_at: Mapped[datetime] = mapped_column(index=True)
