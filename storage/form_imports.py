"""Filled files that came back, one a draft, until their person decides about the answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from domain.text import Json
from storage.tables import FormImport


def put(session: Session, draft_id: int, content: dict[str, Json], now: datetime) -> None:
    """Takes the place of an earlier file of this draft."""
    session.merge(FormImport(draft_id=draft_id, content=content, created_at=now))
    session.flush()


def get(session: Session, draft_id: int) -> FormImport | None:
    return session.get(FormImport, draft_id)


def remove(session: Session, draft_id: int) -> None:
    session.execute(delete(FormImport).where(FormImport.draft_id == draft_id))
