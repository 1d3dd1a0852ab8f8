"""Where the conversation with each address stands."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, aliased

from domain.frozen import frozen
from domain.text import Json
from storage.statements import Statement
from storage.tables import Address, Dialogue, Hold, Moment, OutboxRow
from storage.unit import insert_new


@frozen
class KnownAddress:
    """The address that a message came from, as it was before the message. `Address` is the row that can be changed."""

    id: int
    person_id: int
    channel: str
    external_id: str
    alternate_address: str | None
    locale: str
    last_incoming_at: datetime | None
    blocked_at: datetime | None
    rate_used_until: datetime | None

    @classmethod
    def of(cls, address: Address) -> KnownAddress:
        return cls(
            address.id,
            address.person_id,
            address.channel,
            address.external_id,
            address.alternate_address,
            address.locale,
            address.last_incoming_at,
            address.blocked_at,
            address.rate_used_until,
        )

    @classmethod
    def of_nobody(cls, person_id: int) -> KnownAddress:
        """No row: of a person who has neither a chat nor a mailbox."""
        return cls(0, person_id, "", "", None, "id", None, None, None)


@frozen
class Queue:
    """What waits in the outbox of an address."""

    is_empty: bool
    is_free: bool  #: a reply that is queued now is the next message to leave
    has_held: bool  #: something waits for the person to write
    has_newer_notice: bool  #: a notice was queued after the message that asks the open question


@frozen
class SentMessage:
    """How one of our messages left: the platform's ids, and when; `None` while it has not left."""

    message_id: int
    remote_ids: tuple[str, ...]
    sent_at: datetime | None


@frozen
class OpenDialogue:
    """Everything that is known of a conversation when a message comes in."""

    sender: KnownAddress
    queue: Queue
    conversation: str
    data: dict[str, Json]
    asked: str | None
    asked_message_id: int | None  #: the newest message, which asks the open question
    first_asked_message_id: int | None  #: the first message that asked it; it may be asked several times
    choices: list[Json]
    takes_file: bool
    unsent: list[Json]  #: texts that the person writes and has not sent yet
    sent: tuple[SentMessage, ...]  #: of the two messages, those that are still in the outbox

    def when_sent(self, message_id: int) -> SentMessage | None:
        """`None` when the message has not left."""
        return next((sent for sent in self.sent if sent.message_id == message_id and sent.sent_at is not None), None)


def load(session: Session, channel: str, external_id: str, now: datetime) -> OpenDialogue | None:
    """The conversation with an address; `None` for an address that is not known yet, or was only written to.

    The address stays locked until the transaction ends, so messages of one address are handled one after the other,
    also by several processes. It is locked before anything is read: what is read then is what the last message left.
    """
    if session.get_bind().dialect.name != "sqlite":
        _LOCK.first(session, channel=channel, external_id=external_id)
    return _LOAD.first(session, channel=channel, external_id=external_id, now=now)


def create(session: Session, address_id: int, now: datetime) -> None:
    """An empty dialogue, unless there is one."""
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


def takes_file(session: Session, address_id: int) -> bool:
    """Whether the last message to this address asked for a file."""
    return bool(session.scalar(select(Dialogue.takes_file).where(Dialogue.address_id == address_id)))


async def read_takes_file(session: AsyncSession, channel: str, external_id: str) -> bool:
    """`takes_file`, for a read-only session; false for an unknown address."""
    query = select(Dialogue.takes_file).join(Address, Address.id == Dialogue.address_id)
    return bool(await session.scalar(query.where(Address.channel == channel, Address.external_id == external_id)))


def save(session: Session, address_id: int, now: datetime, columns: dict[str, Json]) -> None:
    """Writes what a message has changed. `load` has locked the address in this transaction."""
    _save(tuple(sorted(columns))).count(session, of_address=address_id, updated_at=now, **columns)


# Statements -----------------------------------------------------------------------------------------------------------


def _waiting(row: type[OutboxRow]) -> ColumnElement[bool]:
    return and_(row.address_id == Address.id, row.sent_at.is_(None), row.gave_up_at.is_(None))


def _load() -> Select[*tuple[Any, ...]]:
    """One row: the address, its dialogue, how the asked messages left, and what waits."""
    any_, next_, held, notice = (aliased(OutboxRow) for _ in range(4))
    asked, first_asked = aliased(OutboxRow), aliased(OutboxRow)
    sender = (Address.id, Address.person_id, Address.channel, Address.external_id, Address.alternate_address)
    queue = (
        ~exists().where(_waiting(any_)),
        ~exists().where(
            _waiting(next_),
            or_(~next_.bulk, next_.hold.is_not(None), next_.lease_until > bindparam("now", type_=Moment)),
        ),
        exists().where(_waiting(held), held.hold != Hold.RELEASED),
        exists().where(notice.address_id == Address.id, notice.bulk, notice.message_id > Dialogue.asked_message_id),
    )
    return (
        select(
            *(*sender, Address.locale, Address.last_incoming_at, Address.blocked_at, Address.rate_used_until),
            *queue,
            *(Dialogue.conversation, Dialogue.data, Dialogue.asked, Dialogue.asked_message_id),
            *(Dialogue.first_asked_message_id, Dialogue.choices, Dialogue.takes_file, Dialogue.unsent),
            *(asked.message_id, asked.remote_ids, asked.sent_at),
            *(first_asked.message_id, first_asked.remote_ids, first_asked.sent_at),
        )
        .join(Dialogue, Dialogue.address_id == Address.id)
        .outerjoin(asked, asked.message_id == Dialogue.asked_message_id)
        .outerjoin(first_asked, first_asked.message_id == Dialogue.first_asked_message_id)
        .where(Address.channel == bindparam("channel"), Address.external_id == bindparam("external_id"))
    )


def _open_dialogue(*row: Any) -> OpenDialogue:
    sender, queue, dialogue, sent = row[:9], row[9:13], row[13:21], (row[21:24], row[24:])
    left = tuple(_sent(*message) for message in sent if message[0] is not None)
    known: Any = (KnownAddress(*sender), Queue(*map(bool, queue)), *dialogue, left)
    return OpenDialogue(*known)


def _sent(message_id: int, remote_ids: list[Json], sent_at: datetime | None) -> SentMessage:
    return SentMessage(message_id, tuple(map(str, remote_ids)), sent_at)


_LOCK: Statement[int] = Statement(
    select(Address.id)
    .where(Address.channel == bindparam("channel"), Address.external_id == bindparam("external_id"))
    .with_for_update(key_share=True),
    int,
)
_LOAD = Statement(_load(), _open_dialogue)


@cache
def _save(names: tuple[str, ...]) -> Statement[None]:
    columns: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in (*names, "updated_at")}
    return Statement(update(Dialogue).where(Dialogue.address_id == bindparam("of_address")).values(columns), _nothing)


def _nothing() -> None:
    """The record of a statement that returns no rows."""
