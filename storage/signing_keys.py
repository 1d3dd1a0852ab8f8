"""One-time links to the page on which a letter is signed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from storage.tables import SigningKey


def store(session: Session, digest: str, letter_id: int, address_id: int, now: datetime, expires_at: datetime) -> None:
    """Of the links of an address to a letter, only the newest holds. Expired ones of the address are deleted."""
    old = or_(SigningKey.letter_id == letter_id, SigningKey.expires_at <= now)
    session.execute(delete(SigningKey).where(SigningKey.address_id == address_id, old))
    session.add(SigningKey(digest=digest, letter_id=letter_id, address_id=address_id, expires_at=expires_at))
    session.flush()


def find(session: Session, digest: str, now: datetime) -> SigningKey | None:
    """By the keyed hash; `None` after it has expired."""
    found = session.get(SigningKey, digest)
    return found if found is not None and now < found.expires_at else None


def spend(session: Session, digest: str, now: datetime) -> SigningKey | None:
    """The link, which is deleted: of several who use it at once, one gets it."""
    found = session.scalars(select(SigningKey).where(SigningKey.digest == digest).with_for_update()).first()
    if found is None:
        return None
    session.delete(found)
    session.flush()
    return found if now < found.expires_at else None
