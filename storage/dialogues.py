"""Where each address's conversation stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.text import Json
from storage.tables import Dialogue
from storage.unit import insert_new


class Overtaken(Exception):
    """Somebody else moved the same dialogue meanwhile; the unit is rolled back and may run again."""


def load(session: Session, address_id: int, now: datetime) -> Dialogue:
    """The dialogue, made if missing, locked until the transaction ends."""
    empty: dict[str, object] = {
        "conversation": "",
        "data": {},
        "asked": None,
        "asked_message_id": None,
        "first_asked_message_id": None,
        "choices": [],
        "takes_file": False,
        "revision": 0,
        "updated_at": now,
    }
    insert_new(session, Dialogue, {"address_id": address_id} | empty)
    return session.scalars(select(Dialogue).where(Dialogue.address_id == address_id).with_for_update()).one()


def takes_file(session: Session, address_id: int) -> bool:
    """Whether the last message to this address asked for a file."""
    return bool(session.scalar(select(Dialogue.takes_file).where(Dialogue.address_id == address_id)))


def save(session: Session, dialogue: Dialogue, now: datetime, changes: dict[str, Json]) -> None:
    """Compare and set: raises `Overtaken` when the revision that was loaded is no longer the one in the table."""
    changed = session.execute(
        update(Dialogue)
        .where(Dialogue.address_id == dialogue.address_id, Dialogue.revision == dialogue.revision)
        .values(**changes, revision=dialogue.revision + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Overtaken(f"dialogue {dialogue.address_id}")
