"""Keys to pages: one-time links, and the cookies that they are exchanged for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage.tables import PageKey

Kind = Literal["link", "cookie"]


@frozen
class KeyedPage:
    """Which page a key opens, see `PageKey`."""

    name: str
    row_id: int


def store(
    session: Session, digest: str, kind: Kind, page: KeyedPage, address_id: int, now: datetime, expires_at: datetime
) -> None:
    """Of the links of an address to a page, only the newest holds. Expired keys of the address are deleted."""
    links = and_(PageKey.kind == "link", PageKey.page == page.name, PageKey.row_id == page.row_id)
    same = links if kind == "link" else PageKey.digest == digest
    session.execute(delete(PageKey).where(PageKey.address_id == address_id, or_(same, PageKey.expires_at <= now)))
    row = {"page": page.name, "row_id": page.row_id, "address_id": address_id}
    session.add(PageKey(digest=digest, kind=kind, expires_at=expires_at, **row))
    session.flush()


def find(session: Session, digest: str, page: KeyedPage, now: datetime) -> PageKey | None:
    """The cookie of this page, by its keyed hash; `None` after it has expired."""
    found = session.get(PageKey, digest)
    if found is None or found.kind != "cookie" or page_of_key(found) != page:
        return None
    return found if now < found.expires_at else None


def spend(session: Session, digest: str, now: datetime) -> PageKey | None:
    """The link, which is deleted: of several who use it at once, one gets it."""
    query = select(PageKey).where(PageKey.digest == digest, PageKey.kind == "link").with_for_update()
    found = session.scalars(query).first()
    if found is None:
        return None
    session.delete(found)
    session.flush()
    return found if now < found.expires_at else None


def page_of_key(key: PageKey) -> KeyedPage:
    return KeyedPage(key.page, key.row_id)
