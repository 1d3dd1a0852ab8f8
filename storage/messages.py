"""The history of conversations, in both directions. Texts are sealed, and deleted when their time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from domain import json_bytes
from domain.frozen import frozen
from domain.text import Json
from storage.secrets import Keys
from storage.statements import Statement
from storage.tables import Message, OutboxRow

Direction = Literal["in", "out"]

#: how many of the newest messages are searched for one that was edited
EDIT_SEARCH = 300
_PURPOSE = "message"
#: key of `Session.info`: a line that is written together with the next one
_KEPT = "kept_line"


@frozen
class ConversationLine:
    """One line of a conversation."""

    id: int
    direction: str
    at: datetime
    locale: str
    body: Json
    external_id: str


class Recipient(Protocol):
    """An address, as far as the history needs it."""

    @property
    def id(self) -> int: ...
    @property
    def locale(self) -> str: ...


def record(session: Session, keys: Keys, address: Recipient, direction: Direction, body: Json, now: datetime) -> int:
    """Adds one line to the history, and before it the line that `record_first` keeps. Returns its id."""
    line = _line(keys, address, direction, body, now, "")
    before = session.info.pop(_KEPT, None)
    if before is None:
        return _INSERT.all(session, **line)[0]
    return max(_INSERT_TWO.all(session, **line, **{f"{name}_before": value for name, value in before.items()}))


def record_first(session: Session, keys: Keys, address: Recipient, body: Json, now: datetime, external_id: str) -> None:
    """Adds the line of an incoming message. It is written in one statement with the next line, or by `write_kept`."""
    session.info[_KEPT] = _line(keys, address, "in", body, now, external_id)


def write_kept(session: Session) -> None:
    """Writes the line that `record_first` keeps, if nothing has written it."""
    before = session.info.pop(_KEPT, None)
    if before is not None:
        _INSERT.all(session, **before)


def _line(
    keys: Keys, address: Recipient, direction: Direction, body: Json, now: datetime, external_id: str
) -> dict[str, object]:
    sealed = keys.seal(_PURPOSE, json_bytes.dump(body), str(address.id))
    return {
        "address_id": address.id,
        "direction": direction,
        "at": now,
        "locale": address.locale,
        "body": sealed,
        "external_id": external_id,
    }


def find_received(session: Session, keys: Keys, address_id: int, key: str) -> Json:
    """The body of the message that an address sent under this key; `None` when it is too old."""
    write_kept(session)
    query = select(Message).where(Message.address_id == address_id, Message.direction == "in")
    for message in session.scalars(query.order_by(Message.id.desc()).limit(EDIT_SEARCH)):
        body = read_body(keys, message)
        if isinstance(body, dict) and str(body.get("order")) == key:
            return body
    return None


def newest_id(session: Session, address_id: int) -> int:
    """The id of the newest line of an address; 0 without one."""
    write_kept(session)
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
    return [_read_line(keys, found[id]) for id in sorted(found)]


async def earlier(
    session: AsyncSession, keys: Keys, address_id: int, before: int, limit: int, *, hidden: int
) -> list[ConversationLine]:
    """The newest `limit` lines below `before`, oldest first. Never a line up to the id `hidden`."""
    query = (
        select(Message)
        .where(Message.address_id == address_id, Message.id > hidden, Message.id < before)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [_read_line(keys, message) for message in await session.scalars(query)][::-1]


def _read_line(keys: Keys, message: Message) -> ConversationLine:
    return ConversationLine(
        message.id, message.direction, message.at, message.locale, read_body(keys, message), message.external_id
    )


def unseal_body(keys: Keys, sealed: bytes, address_id: int) -> Json:
    """Decrypts the body of a message."""
    body: Json = json_bytes.load(keys.open(_PURPOSE, sealed, str(address_id)))
    return body


def read_body(keys: Keys, message: Message) -> Json:
    """The body of a message: a prompt as JSON."""
    return unseal_body(keys, message.body, message.address_id)


_COLUMNS = ("address_id", "direction", "at", "locale", "body", "external_id")
_INSERT: Statement[int] = Statement(
    insert(Message).values({name: bindparam(name) for name in _COLUMNS}).returning(Message.id), int
)
_INSERT_TWO: Statement[int] = Statement(
    insert(Message)
    .values(
        [
            {name: bindparam(f"{name}{which}", type_=Message.__table__.columns[name].type) for name in _COLUMNS}
            for which in ("_before", "")
        ]
    )
    .returning(Message.id),
    int,
)
