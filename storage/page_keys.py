"""Keys to the page of one draft: one-time links, and the cookies that they are exchanged for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from storage.tables import PageKey

Kind = Literal["link", "cookie"]


def store(
    session: Session, digest: str, kind: Kind, draft_id: int, address_id: int, now: datetime, expires_at: datetime
) -> None:
    """Of the links of an address to a draft, only the newest holds. Expired keys of the address are deleted."""
    same = and_(PageKey.kind == "link", PageKey.draft_id == draft_id) if kind == "link" else PageKey.digest == digest
    session.execute(delete(PageKey).where(PageKey.address_id == address_id, or_(same, PageKey.expires_at <= now)))
    session.add(PageKey(digest=digest, kind=kind, draft_id=draft_id, address_id=address_id, expires_at=expires_at))
    session.flush()


def find(session: Session, digest: str, kind: Kind, now: datetime) -> PageKey | None:
    """By the keyed hash; `None` after it has expired."""
    found = session.get(PageKey, digest)
    return found if found is not None and found.kind == kind and now < found.expires_at else None


def spend(session: Session, digest: str, now: datetime) -> PageKey | None:
    """The link, which is deleted: of several who use it at once, one gets it."""
    query = select(PageKey).where(PageKey.digest == digest, PageKey.kind == "link").with_for_update()
    found = session.scalars(query).first()
    if found is None:
        return None
    session.delete(found)
    session.flush()
    return found if now < found.expires_at else None
