"""Files that were uploaded and whose message is still to come. The spool has their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage.tables import WaitingFile

#: of what is sealed
PURPOSE = "waiting file"


@frozen
class ComingMessage:
    """What the files are for. `message_id`: the id that its page has given to it."""

    channel: str
    address: str
    message_id: str

    def sealed_for(self, place: int) -> str:
        """Binds a sealed file to its place in this message."""
        return f"{self.channel}/{self.address}/{self.message_id}/{place}"


@frozen
class WaitingCounts:
    of_address: int
    all: int


def put(
    session: Session, message: ComingMessage, place: int, payload: bytes, now: datetime, expires_at: datetime
) -> None:
    """Keeps one file, instead of an earlier one in the same place. All files of the message wait as long as it does."""
    row = {"channel": message.channel, "address": message.address, "message_id": message.message_id, "place": place}
    kept = {"payload": payload, "expires_at": expires_at}
    places = [WaitingFile.channel, WaitingFile.address, WaitingFile.message_id, WaitingFile.place]
    session.execute(insert(WaitingFile).values(row | kept).on_conflict_do_update(index_elements=places, set_=kept))
    session.execute(
        update(WaitingFile).where(*_of(message), WaitingFile.expires_at > now).values(expires_at=expires_at)
    )


async def read(session: AsyncSession, message: ComingMessage, now: datetime) -> Sequence[tuple[int, bytes]]:
    """(place, payload) of what has come so far, in order. For a read-only session."""
    query = select(WaitingFile.place, WaitingFile.payload).where(*_of(message), WaitingFile.expires_at > now)
    return [(place, payload) for place, payload in await session.execute(query.order_by(WaitingFile.place))]


async def read_counts(session: AsyncSession, channel: str, address: str, now: datetime) -> WaitingCounts:
    """How many files wait. For a read-only session."""
    is_own = (WaitingFile.channel == channel) & (WaitingFile.address == address)
    query = select(func.count().filter(is_own), func.count()).where(WaitingFile.expires_at > now)
    own, every = (await session.execute(query)).one()
    return WaitingCounts(own, every)


def remove(session: Session, message: ComingMessage) -> None:
    session.execute(delete(WaitingFile).where(*_of(message)))


def waiting(session: Session, now: datetime) -> Sequence[tuple[ComingMessage, int, bytes]]:
    """(message, place, payload) of all."""
    rows = session.scalars(select(WaitingFile).where(WaitingFile.expires_at > now))
    return [(ComingMessage(row.channel, row.address, row.message_id), row.place, row.payload) for row in rows]


def _of(message: ComingMessage) -> tuple[ColumnElement[bool], ...]:
    return (
        WaitingFile.channel == message.channel,
        WaitingFile.address == message.address,
        WaitingFile.message_id == message.message_id,
    )
