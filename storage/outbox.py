"""Messages on their way out: what is queued, shown, hidden and given up. `sending` has how they leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from domain.frozen import frozen
from domain.text import Json, from_json, paragraphs, to_json
from storage import continuations, messages, people, tracing
from storage.dialogues import KnownAddress
from storage.secrets import Keys
from storage.statements import Statement
from storage.tables import Address, Hold, Message, OutboxRow, Person

#: `OutboxRow.failure` of a notice that a newer one has overtaken
SUPERSEDED = "superseded by a newer notice"
#: largest gap between message ids written by one transaction
MAX_ID_GAP = 1000


#: how many of the newest messages to an address are searched for one that was quoted
QUOTE_SEARCH = 300


@frozen
class ShownMessage:
    """A message of ours on the person's screen."""

    message_id: int
    body: Json


#: of a message that was neither sent nor given up
WAITING = (OutboxRow.sent_at.is_(None), OutboxRow.gave_up_at.is_(None))
#: why a message to an address that belongs to somebody else now is given up
SIGNED_OUT = "signed out"


def add(
    session: Session,
    keys: Keys,
    address: Address | KnownAddress,
    body: Json,
    now: datetime,
    *,
    reason: str,
    bulk: bool,
    expires_at: datetime | None = None,
    edits_message_id: str = "",
    application_id: int | None = None,
    supersedes: Collection[str] = (),
) -> int:
    """Queues one message to an address. It leaves after the commit. `bulk`: a notice; replies go first. Returns the id
    of the message.

    `application_id`: the application that the message is about. `supersedes`: the reasons of older notices about it
    that say nothing any more; those that failed so far, or wait for the person, are given up.
    """
    announced_at = None
    if application_id is not None and supersedes:
        announced_at = _give_up_superseded(session, address.id, application_id, supersedes, now)
    message_id = messages.record(session, keys, address, "out", body, now)
    row = {"reason": reason, "bulk": bulk, "expires_at": expires_at, "edits_message_id": edits_message_id}
    waits = {"template_sent_at": announced_at, "hold": Hold.TEMPLATE if announced_at else None}
    insert_row(session, address, message_id, now, {**row, **waits, "application_id": application_id})
    wake(session, address)
    return message_id


def _give_up_superseded(
    session: Session, address_id: int, application_id: int, reasons: Collection[str], now: datetime
) -> datetime | None:
    """Gives up unsent notices that a newer one overtakes. One that is being sent just now expires instead: if sending
    fails, it is not tried again. Returns when a template announced one of them.
    """
    older = (
        OutboxRow.address_id == address_id,
        OutboxRow.application_id == application_id,
        OutboxRow.reason.in_(reasons),
        or_(OutboxRow.attempts > 0, OutboxRow.hold.is_not(None)),
        *WAITING,
    )
    in_flight = OutboxRow.lease_until > now
    session.execute(update(OutboxRow).where(*older, in_flight).values(expires_at=now))
    given_up = update(OutboxRow).where(*older, or_(OutboxRow.lease_until.is_(None), ~in_flight))
    announced = session.scalars(
        given_up.values(gave_up_at=now, failure=SUPERSEDED).returning(OutboxRow.template_sent_at)
    )
    return max(filter(None, announced), default=None)


def insert_row(
    session: Session,
    address: Address | KnownAddress,
    message_id: int,
    now: datetime,
    row: Mapping[str, object],
    *,
    lease_until: datetime | None = None,
) -> int:
    """The id of the new row. `lease_until`: of a message that this process sends at once."""
    where = {"message_id": message_id, "address_id": address.id, "channel": address.channel, "not_before": now}
    taken = {"lease_until": lease_until, "attempts": int(lease_until is not None)}
    return _INSERT.all(session, **where, **row, **taken, trace_id=tracing.id_of(session))[0]


def wake(session: Session, address: Address | KnownAddress) -> None:
    """After the commit, the deliveries and the open pages of this address look for news."""
    session.info.setdefault("queued", {})[address.id] = (address.channel, address.external_id)


@frozen
class RecentNotice:
    message_id: int
    sent_at: datetime | None
    body: Json


def recent_notices(session: Session, keys: Keys, address_id: int, after: int, limit: int = 5) -> list[RecentNotice]:
    """The notices to this address after a message, newest first."""
    query = (
        select(Message, OutboxRow.sent_at)
        .join(OutboxRow, OutboxRow.message_id == Message.id)
        .where(OutboxRow.address_id == address_id, OutboxRow.message_id > after, OutboxRow.bulk)
        .order_by(OutboxRow.message_id.desc())
        .limit(limit)
    )
    return [
        RecentNotice(message.id, sent_at, messages.read_body(keys, message))
        for message, sent_at in session.execute(query)
    ]


def queued_addresses(session: Session) -> dict[int, tuple[str, str]]:
    """The addresses for which this transaction queued something: address id → (channel, address)."""
    return dict(session.info.get("queued", {}))


def release_held(session: Session, address: Address | KnownAddress, now: datetime) -> bool:
    """Makes the messages due that waited for the person to write. Returns whether a template had asked for it."""
    if not _HAS_HELD.all(session, of_address=address.id):  # the first message of everybody asks, and hardly any has
        return False
    held = (OutboxRow.address_id == address.id, OutboxRow.hold.in_((Hold.TEMPLATE, Hold.HELD)), *WAITING)
    released = update(OutboxRow).where(*held).values(not_before=now, hold=Hold.RELEASED)
    announced = session.scalars(released.returning(OutboxRow.template_sent_at)).all()
    if announced:
        wake(session, address)
    if not any(announced):
        return False
    of_address = (OutboxRow.address_id == address.id, OutboxRow.hold == Hold.RELEASED, *WAITING)
    session.execute(update(OutboxRow).where(*of_address).values(template_sent_at=None))
    return True


def find_shown(session: Session, keys: Keys, address_id: int, remote_id: str) -> ShownMessage | None:
    """The message of which this is a part; `None` when it is not ours, or too old."""
    newest = (
        select(OutboxRow.message_id, OutboxRow.remote_ids)
        .where(OutboxRow.address_id == address_id)
        .order_by(OutboxRow.message_id.desc())
        .limit(QUOTE_SEARCH)
    )
    found = next((id for id, remote_ids in session.execute(newest) if remote_id in map(str, remote_ids)), None)
    message = session.get(Message, found) if found is not None else None
    return None if message is None else ShownMessage(message.id, messages.read_body(keys, message))


def is_uncertain(session: Session, message_id: int) -> bool:
    """Whether the message was tried, and the platform has not confirmed it: it may have arrived all the same."""
    tried = (OutboxRow.message_id == message_id, OutboxRow.attempts > 0, OutboxRow.sent_at.is_(None))
    return session.scalar(select(OutboxRow.id).where(*tried)) is not None


def send_by_mail(session: Session, keys: Keys, row_id: int, now: datetime) -> None:
    """Sends a notice that did not reach its chat to the person's proven mailbox.

    Not when another chat of the person can receive it, or the mailbox got the same notice.
    """
    row, message, address, person = session.execute(
        select(OutboxRow, Message, Address, Person)
        .join(Message, Message.id == OutboxRow.message_id)
        .join(Address, Address.id == OutboxRow.address_id)
        .join(Person, Person.id == Address.person_id)
        .where(OutboxRow.id == row_id)
    ).one()
    if not row.bulk or address.channel == people.MAIL or not person.email or person.email_proven_at is None:
        return
    if is_hidden(row, address):
        return
    others = session.scalars(select(Address).where(Address.person_id == person.id, Address.id != address.id)).all()
    if any(other.channel != people.MAIL and other.blocked_at is None for other in others):
        return
    mailbox = next((o for o in others if o.channel == people.MAIL and o.external_id == person.email), None)
    if mailbox is None or _has_mail(session, mailbox, row, message):
        return
    body = messages.read_body(keys, message)
    assert isinstance(body, dict)
    words = {name: part for name, part in body.items() if name in {"text", "file", "link", "subject", "reason"}}
    way_back = continuations.way_back(session, [address, *(other for other in others if other != mailbox)])
    words["text"] = to_json(paragraphs(from_json(words["text"]), way_back))
    mailbox.locale = message.locale
    add(session, keys, mailbox, words, now, reason=row.reason, bulk=True)


def _has_mail(session: Session, mailbox: Address, row: OutboxRow, message: Message) -> bool:
    """Whether the same transaction queued the same notice to the mailbox."""
    same = (
        select(OutboxRow.id)
        .join(Message, Message.id == OutboxRow.message_id)
        .where(
            Message.address_id == mailbox.id,
            Message.id > message.id - MAX_ID_GAP,
            Message.at == message.at,
            OutboxRow.reason == row.reason,
        )
    )
    return session.scalar(same.limit(1)) is not None


def hide_messages(session: Session, address: Address, now: datetime) -> None:
    """The address shows nothing any more of what it was told so far, and what waits for it is not sent there: its
    person has left it, or has lost the role that these messages were for. Open pages clear their screen.
    """
    address.hidden_message_id = messages.newest_id(session, address.id)
    session.execute(
        update(OutboxRow).where(OutboxRow.address_id == address.id, *WAITING).values(gave_up_at=now, failure=SIGNED_OUT)
    )
    session.flush()
    wake(session, address)


def is_hidden(row: OutboxRow, address: Address) -> bool:
    """Whether the message was for somebody who has left the address."""
    return row.message_id <= (address.hidden_message_id or 0)


def acknowledge(session: Session, address_id: int, up_to: int, now: datetime) -> None:
    """Marks messages as sent that a page has shown: all up to this message."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.address_id == address_id, OutboxRow.message_id <= up_to, OutboxRow.sent_at.is_(None))
        .values(sent_at=now)
    )


# Statements -----------------------------------------------------------------------------------------------------------

_HAS_HELD: Statement[int] = Statement(
    select(OutboxRow.id)
    .where(OutboxRow.address_id == bindparam("of_address"), *WAITING)
    .where(or_(OutboxRow.hold == Hold.TEMPLATE, OutboxRow.hold == Hold.HELD))
    .limit(1),
    int,
)
_GIVEN = (
    *("message_id", "address_id", "channel", "reason", "bulk", "not_before", "expires_at", "lease_until", "attempts"),
    *("edits_message_id", "template_sent_at", "hold", "application_id", "trace_id"),
)
_INSERT: Statement[int] = Statement(
    insert(OutboxRow)
    .values(
        {name: bindparam(name) for name in _GIVEN}
        | {"sent_at": None, "gave_up_at": None, "failure": "", "remote_ids": [], "remote_id": None}
        | {"progress": ""}
    )
    .returning(OutboxRow.id),
    int,
)
