"""The history of conversations, in both directions. Texts are sealed, and deleted when their time is over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from domain.text import Json
from storage.secrets import Keys
from storage.tables import Address, Message, OutboxRow

#: how many of the newest messages are searched for one that was edited
EDIT_SEARCH = 300
_PURPOSE = "message"


@dataclass(frozen=True, slots=True)
class ConversationLine:
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
    """Adds one line to the history. `direction`: "in" or "out"."""
    sealed = keys.seal(_PURPOSE, json.dumps(body, separators=(",", ":")).encode(), str(address.id))
    message = Message(
        address_id=address.id, direction=direction, at=now, locale=address.locale, body=sealed, external_id=external_id
    )
    session.add(message)
    session.flush()
    return message


def find_received(session: Session, keys: Keys, address_id: int, key: str) -> Json:
    """The body of the message that an address sent under this key; `None` when it is too old."""
    query = select(Message).where(Message.address_id == address_id, Message.direction == "in")
    for message in session.scalars(query.order_by(Message.id.desc()).limit(EDIT_SEARCH)):
        body = read_body(keys, message)
        if isinstance(body, dict) and str(body.get("order")) == key:
            return body
    return None


def newest_id(session: Session, address_id: int) -> int:
    """The id of the newest line of an address; 0 without one."""
    return session.scalar(select(func.max(Message.id)).where(Message.address_id == address_id)) or 0


async def conversation(
    session: AsyncSession, keys: Keys, address_id: int, after: int, limit: int, *, hidden: int = 0
) -> list[ConversationLine]:
    """The newest `limit` lines above `after`, and all that are not acknowledged, oldest first. Never a line up to the
    id `hidden`.
    """
    newest = (
        select(Message)
        .where(Message.address_id == address_id, Message.id > max(after, hidden))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    unacknowledged = (
        select(Message)
        .join(OutboxRow, OutboxRow.message_id == Message.id)
        .where(
            OutboxRow.address_id == address_id,
            OutboxRow.sent_at.is_(None),
            OutboxRow.gave_up_at.is_(None),
            Message.id <= after,
            Message.id > hidden,
        )
        .limit(limit)
    )
    found = {m.id: m for query in (newest, unacknowledged) for m in await session.scalars(query)}
    return [
        ConversationLine(m.id, m.direction, m.at, m.locale, read_body(keys, m), m.external_id)
        for _, m in sorted(found.items())
    ]


def delete_old(session: Session, before: datetime, limit: int = 100) -> int:
    """Deletes up to `limit` old lines with their outbox rows, and returns how many."""
    old = list(session.scalars(select(Message.id).where(Message.at < before).order_by(Message.at).limit(limit)))
    session.execute(delete(OutboxRow).where(OutboxRow.message_id.in_(old)))
    session.execute(delete(Message).where(Message.id.in_(old)))
    return len(old)


def unseal_body(keys: Keys, sealed: bytes, address_id: int) -> Json:
    """Decrypts the body of a message."""
    document: Json = json.loads(keys.open(_PURPOSE, sealed, str(address_id)))
    return document


def read_body(keys: Keys, message: Message) -> Json:
    """The body of a message: a prompt as JSON."""
    return unseal_body(keys, message.body, message.address_id)
