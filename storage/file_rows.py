"""The rows of stored files; the bytes are in `storage.files`."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import File


def unnamed(session: Session, objects: Collection[str]) -> list[str]:
    """Those of these objects that no row names."""
    named = set(session.scalars(select(File.object).where(File.object.in_(objects))))
    return [name for name in objects if name not in named]
