"""Messages: what was said, and what still has to leave. One lane an address; replies before notices."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, aliased

from desk.text import Json
from storage.secrets import Keys
from storage.tables import Address, Message, OutboxRow

LEASE = timedelta(seconds=30)
#: pauses before the next attempt; after the last one the row is given up and shown to the desk
PAUSES = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900, 3600, 3600, 7200, 14400, 28800, 43200))
_PURPOSE = "message"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A leased row on its way out."""

    id: int
    channel: str
    external_id: str
    locale: str
    body: Json
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation."""

    id: int
    direction: str
    at: datetime
    locale: str
    body: Json
    external_id: str


def record(
    session: Session, keys: Keys, address: Address, direction: str, body: Json, now: datetime, external_id: str = ""
) -> Message:
    """Keeps one line of the conversation, sealed."""
    sealed = keys.seal(_PURPOSE, json.dumps(body, separators=(",", ":")).encode(), str(address.id))
    message = Message(
        address_id=address.id, direction=direction, at=now, locale=address.locale, body=sealed, external_id=external_id
    )
    session.add(message)
    session.flush()
    return message


def add(
    session: Session,
    keys: Keys,
    address: Address,
    body: Json,
    now: datetime,
    *,
    reason: str,
    bulk: bool,
    expires_at: datetime | None = None,
) -> Message:
    """Queues one message to an address; it leaves after the commit."""
    message = record(session, keys, address, "out", body, now)
    session.add(
        OutboxRow(
            message_id=message.id,
            address_id=address.id,
            channel=address.channel,
            reason=reason,
            bulk=bulk,
            not_before=now,
            expires_at=expires_at,
            remote_ids=[],
        )
    )
    session.info.setdefault("queued", {})[address.id] = (address.channel, address.external_id)
    return message


def queued(session: Session) -> dict[int, tuple[str, str]]:
    """The addresses that got something in this transaction: to be woken after the commit. Address id → (channel,
    address).
    """
    return dict(session.info.get("queued", {}))


def claim(session: Session, keys: Keys, address_id: int, now: datetime, channels: Collection[str]) -> Claimed | None:
    """Leases the next due row of the lane, unless one is in flight. Expired rows are dropped on the way."""
    waiting = (OutboxRow.sent_at.is_(None), OutboxRow.gave_up_at.is_(None))
    mine = (OutboxRow.address_id == address_id, OutboxRow.channel.in_(channels), *waiting)
    session.execute(
        update(OutboxRow).where(*mine, OutboxRow.expires_at <= now).values(gave_up_at=now, failure="expired")
    )
    other = aliased(OutboxRow)
    in_flight = exists().where(
        other.address_id == address_id, other.sent_at.is_(None), other.gave_up_at.is_(None), other.lease_until > now
    )
    next_due = (
        select(OutboxRow.id)
        .where(*mine, OutboxRow.not_before <= now, ~in_flight)
        .order_by(OutboxRow.bulk, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.scalar(next_due)
    if found is None:
        return None
    # the lease is asked for again: PostgreSQL may have let two selects through
    leased = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == found, *waiting, or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now))
        .values(lease_until=now + LEASE, attempts=OutboxRow.attempts + 1)
    )
    return _claimed(session, keys, found) if leased.rowcount == 1 else None  # type: ignore[attr-defined]


def _claimed(session: Session, keys: Keys, row_id: int) -> Claimed:
    row, message, address = session.execute(
        select(OutboxRow, Message, Address)
        .join(Message, Message.id == OutboxRow.message_id)
        .join(Address, Address.id == OutboxRow.address_id)
        .where(OutboxRow.id == row_id)
    ).one()
    body = _opened(keys, message)
    return Claimed(row.id, row.channel, address.external_id, message.locale, body, message.at, row.attempts)


def settle(session: Session, row_id: int, now: datetime, remote_ids: Sequence[str] = ()) -> None:
    """The row was sent. A second settle changes nothing."""
    _close(session, row_id, sent_at=now, remote_ids=list(remote_ids))


def retry(session: Session, claimed: Claimed, now: datetime, failure: str, retry_after: float = 0) -> None:
    """Puts the row back with a growing pause, or gives it up after the last one."""
    if claimed.attempts > len(PAUSES):
        return give_up(session, claimed.id, now, failure)
    pause = max(PAUSES[claimed.attempts - 1], timedelta(seconds=retry_after))
    return _close(session, claimed.id, not_before=now + pause, lease_until=None, failure=failure)


def give_up(session: Session, row_id: int, now: datetime, failure: str) -> None:
    _close(session, row_id, gave_up_at=now, failure=failure)


def _close(session: Session, row_id: int, **values: object) -> None:
    session.execute(update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.sent_at.is_(None)).values(**values))


def due(session: Session, channels: Collection[str], now: datetime, limit: int = 200) -> Sequence[int]:
    """Addresses with something due on one of these channels."""
    query = (
        select(OutboxRow.address_id)
        .where(
            OutboxRow.channel.in_(channels),
            OutboxRow.sent_at.is_(None),
            OutboxRow.gave_up_at.is_(None),
            OutboxRow.not_before <= now,
            or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now),
        )
        .order_by(OutboxRow.not_before)
        .limit(limit)
    )
    return list(dict.fromkeys(session.scalars(query)))


def acknowledge(session: Session, address_id: int, up_to: int, now: datetime) -> None:
    """A page that pulls its messages has shown everything up to this message."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.address_id == address_id, OutboxRow.message_id <= up_to, OutboxRow.sent_at.is_(None))
        .values(sent_at=now)
    )


async def conversation(session: AsyncSession, keys: Keys, address_id: int, after: int, limit: int) -> list[Said]:
    """The newest `limit` lines above `after`, and every one not yet acknowledged, oldest first."""
    newest = (
        select(Message)
        .where(Message.address_id == address_id, Message.id > after)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    missed = (
        select(Message)
        .join(OutboxRow, OutboxRow.message_id == Message.id)
        .where(
            OutboxRow.address_id == address_id,
            OutboxRow.sent_at.is_(None),
            OutboxRow.gave_up_at.is_(None),
            Message.id <= after,
        )
        .limit(limit)
    )
    found = {m.id: m for query in (newest, missed) for m in await session.scalars(query)}
    return [Said(m.id, m.direction, m.at, m.locale, _opened(keys, m), m.external_id) for _, m in sorted(found.items())]


def forget(session: Session, before: datetime, limit: int = 100) -> int:
    """Deletes lines of conversations older than the office keeps them, a batch at a time, and their outbox rows."""
    old = list(session.scalars(select(Message.id).where(Message.at < before).order_by(Message.at).limit(limit)))
    session.execute(delete(OutboxRow).where(OutboxRow.message_id.in_(old)))
    session.execute(delete(Message).where(Message.id.in_(old)))
    return len(old)


def opened_body(keys: Keys, sealed: bytes, address_id: int) -> Json:
    """The message inside a sealed body."""
    document: Json = json.loads(keys.open(_PURPOSE, sealed, str(address_id)))
    return document


def _opened(keys: Keys, message: Message) -> Json:
    return opened_body(keys, message.body, message.address_id)
