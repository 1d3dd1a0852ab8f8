"""Phrases that were not understood, each once with its count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import UnknownPhrase
from storage.unit import insert_new


def add(session: Session, digest: str, sealed: bytes, now: datetime) -> None:
    """Counts the phrase once more, or keeps it for the first time."""
    if insert_new(session, UnknownPhrase, {"digest": digest, "words": sealed, "count": 1, "last_at": now}):
        return
    again = update(UnknownPhrase).where(UnknownPhrase.digest == digest)
    session.execute(again.values(count=UnknownPhrase.count + 1, last_at=now))


def list_all(session: Session) -> Sequence[UnknownPhrase]:
    """The most frequent first."""
    return session.scalars(
        select(UnknownPhrase).order_by(UnknownPhrase.count.desc(), UnknownPhrase.last_at.desc(), UnknownPhrase.digest)
    ).all()
