"""Where the conversation with each address stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from domain.text import Json
from storage.tables import Address, Dialogue
from storage.unit import insert_new


def load(session: Session, address_id: int, now: datetime) -> Dialogue:
    """The dialogue, made if missing.

    The row stays locked until the transaction ends, so messages of one address are handled one after the other, also
    by several processes. `save` needs no comparison for this reason.
    """
    empty: dict[str, object] = {
        "conversation": "",
        "data": {},
        "asked": None,
        "asked_message_id": None,
        "first_asked_message_id": None,
        "choices": [],
        "takes_file": False,
        "unsent": [],
        "updated_at": now,
    }
    insert_new(session, Dialogue, {"address_id": address_id} | empty)
    return session.scalars(select(Dialogue).where(Dialogue.address_id == address_id).with_for_update()).one()


def takes_file(session: Session, address_id: int) -> bool:
    """Whether the last message to this address asked for a file."""
    return bool(session.scalar(select(Dialogue.takes_file).where(Dialogue.address_id == address_id)))


async def read_takes_file(session: AsyncSession, channel: str, external_id: str) -> bool:
    """`takes_file`, for a read-only session; false for an unknown address."""
    query = select(Dialogue.takes_file).join(Address, Address.id == Dialogue.address_id)
    return bool(await session.scalar(query.where(Address.channel == channel, Address.external_id == external_id)))


def save(session: Session, dialogue: Dialogue, now: datetime, changes: dict[str, Json]) -> None:
    """Writes the changed columns of a dialogue that `load` has locked in this transaction."""
    session.execute(
        update(Dialogue)
        .where(Dialogue.address_id == dialogue.address_id)
        .values(**changes, updated_at=now)
        .execution_options(synchronize_session=False)
    )
