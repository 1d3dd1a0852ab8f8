"""How messages leave the outbox: claimed with a lease, sent, and settled, tried again, or given up.

One message of an address is in flight at a time: the oldest reply that is due, else the oldest notice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Integer, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from domain.frozen import frozen
from domain.text import Json
from storage import messages, outbox, people, tracing
from storage.dialogues import KnownAddress
from storage.outbox import WAITING
from storage.secrets import Keys
from storage.statements import Statement
from storage.tables import Address, Hold, Message, Moment, OutboxRow, RemoteFile

LEASE = timedelta(seconds=30)
#: pauses between the attempts; after the last attempt the message is given up and shown to the staff
PAUSES = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900, 3600, 3600, 7200, 14400, 28800, 43200))
#: longer than a message is put back before its first attempt, and than the rate limit of an address is used up
_NEVER_QUEUED_FOR = timedelta(minutes=10)
#: Attempts during which a failed message keeps its place: later messages wait, because the newest message on a screen
#: must be the one that asks the open question. After that, later messages may pass it.
ORDERED_RETRIES = 3
#: How long a message waits for the person to write after a template announced it. Then the template is sent again.
TEMPLATE_VALID = timedelta(days=30)


@frozen
class AddressRateLimit:
    """At most `burst` messages to one address at once, then one in `every`."""

    burst: int
    every: timedelta

    def free_at(self, used_until: datetime | None, now: datetime) -> datetime:
        """When the next message may leave; `now` or before: at once."""
        return _used_until(used_until, now) - self.every * (self.burst - 1)

    def used_after(self, used_until: datetime | None, now: datetime) -> datetime | None:
        """`rate_used_until` of an address after one more message; `None` when the message must wait."""
        return None if self.free_at(used_until, now) > now else _used_until(used_until, now) + self.every


def _used_until(known: datetime | None, now: datetime) -> datetime:
    """At least now. A moment that no limit reaches was written while the clock was ahead, and limits nothing."""
    return now if known is None or known > now + _NEVER_QUEUED_FOR else max(known, now)


@frozen
class RateLimited:
    """A message is due, but the rate limit of its address is used up until then."""

    until: datetime


@frozen
class ClaimedMessage:
    """A message that this process may send now: its row is leased."""

    id: int
    message_id: int
    address_id: int
    channel: str
    external_id: str
    alternate_address: str
    locale: str
    body: Json
    at: datetime
    attempts: int
    bulk: bool
    last_incoming_at: datetime | None
    edits_message_id: str
    remote_file: str
    remote_at: datetime | None
    template_sent_at: datetime | None  #: when a template last announced a message to this address
    needs_template: bool = False  #: the platform has told that it takes only a template
    is_last: bool = False  #: nothing else waited for the address when it was claimed
    trace_id: str = ""  #: of what caused it, see `storage.tracing`
    prompt: object = None  #: what `body` was made of, if this process queued it


def add_claimed(
    session: Session,
    keys: Keys,
    address: KnownAddress,
    body: Json,
    now: datetime,
    *,
    edits_message_id: str = "",
    application_id: int | None = None,
    is_last: bool,
    prompt: object = None,
) -> ClaimedMessage:
    """Queues a reply that this process sends at once: its row is leased from the beginning.

    `prompt`: what the body was made of, for whoever sends it. Only for an address whose queue is free
    (`dialogues.Queue.is_free`), within its rate limit.
    """
    message_id = messages.record(session, keys, address, "out", body, now)
    row = {"reason": "reply", "bulk": False, "expires_at": None, "edits_message_id": edits_message_id}
    waits = {"template_sent_at": None, "hold": None, "application_id": application_id}
    row_id = outbox.insert_row(session, address, message_id, now, {**row, **waits}, lease_until=now + LEASE)
    kept = _remote_file(session, address.channel, body)
    claimed = ClaimedMessage(
        id=row_id,
        message_id=message_id,
        address_id=address.id,
        channel=address.channel,
        external_id=address.external_id,
        alternate_address=address.alternate_address or "",
        locale=address.locale,
        body=body,
        at=now,
        attempts=1,
        bulk=False,
        last_incoming_at=address.last_incoming_at,
        edits_message_id=edits_message_id,
        remote_file=kept.remote if kept else "",
        remote_at=kept.at if kept else None,
        template_sent_at=None,
        is_last=is_last,
        trace_id=tracing.id_of(session),
        prompt=prompt,
    )
    outbox.wake(session, address)
    session.info.setdefault("claimed", []).append(claimed)
    return claimed


def claimed_messages(session: Session) -> list[ClaimedMessage]:
    """The messages that this transaction queued and claimed; this process must send them."""
    return list(session.info.get("claimed", ()))


def claim(
    session: Session,
    keys: Keys,
    address_id: int,
    now: datetime,
    channels: Collection[str],
    limits: Mapping[str, AddressRateLimit] | None = None,
) -> ClaimedMessage | RateLimited | None:
    """Leases the next due message of an address, unless one is in flight or a failed one keeps its place.

    Expired messages are given up. The address is locked first, so that two processes cannot both claim a message.
    """
    address = _lock(session, address_id)
    found = _next_waiting(session, address_id, now, channels)
    if found is None or found[0].not_before > now:
        return None
    row, message = found
    limit = (limits or {}).get(row.channel)
    if limit and (free_at := limit.free_at(address.rate_used_until, now)) > now:
        return RateLimited(free_at)
    row.lease_until, row.attempts = now + LEASE, row.attempts + 1
    if limit:
        address.rate_used_until = limit.used_after(address.rate_used_until, now)
    return _claimed(session, keys, row, message, address)


def is_in_flight(session: Session, address_id: int, now: datetime) -> bool:
    """Whether a process is sending a message to the address just now."""
    leased = (OutboxRow.address_id == address_id, *WAITING, OutboxRow.lease_until > now)
    return session.scalar(select(OutboxRow.id).where(*leased).limit(1)) is not None


def _next_waiting(
    session: Session, address_id: int, now: datetime, channels: Collection[str]
) -> tuple[OutboxRow, Message] | None:
    """The message that must leave next; it may not be due yet. `None` also while one is in flight."""
    mine = (OutboxRow.address_id == address_id, OutboxRow.channel.in_(channels), *WAITING)
    session.execute(
        update(OutboxRow).where(*mine, OutboxRow.expires_at <= now).values(gave_up_at=now, failure="expired")
    )
    other = aliased(OutboxRow)
    in_flight = exists().where(
        other.address_id == address_id, other.sent_at.is_(None), other.gave_up_at.is_(None), other.lease_until > now
    )
    is_held = OutboxRow.hold.is_not_distinct_from(Hold.HELD)
    keeps_place = and_(OutboxRow.attempts <= ORDERED_RETRIES, ~is_held)
    released_first = case((OutboxRow.hold == Hold.RELEASED, 0), else_=1)
    query = (
        select(OutboxRow, Message)
        .join(Message, Message.id == OutboxRow.message_id)
        .where(*mine, or_(OutboxRow.not_before <= now, keeps_place), ~in_flight)
        .order_by(released_first, OutboxRow.bulk, OutboxRow.id)
        .limit(1)
    )
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def _lock(session: Session, address_id: int) -> Address:
    """Locks the address for sending. Other transactions may still queue messages to it."""
    return session.get_one(Address, address_id, with_for_update={"key_share": True})


def _claimed(session: Session, keys: Keys, row: OutboxRow, message: Message, address: Address) -> ClaimedMessage:
    body = messages.read_body(keys, message)
    kept = _remote_file(session, row.channel, body)
    return ClaimedMessage(
        id=row.id,
        message_id=row.message_id,
        address_id=address.id,
        channel=row.channel,
        external_id=address.external_id,
        alternate_address=address.alternate_address or "",
        locale=message.locale,
        body=body,
        at=message.at,
        attempts=row.attempts,
        bulk=row.bulk,
        last_incoming_at=address.last_incoming_at,
        edits_message_id=row.edits_message_id,
        remote_file=kept.remote if kept else "",
        remote_at=kept.at if kept else None,
        template_sent_at=_last_template(session, address) if row.bulk else None,
        needs_template=row.hold == Hold.TEMPLATE,
        trace_id=row.trace_id,
    )


def _remote_file(session: Session, channel: str, body: Json) -> RemoteFile | None:
    match body:
        case {"file": {"id": int(file)}}:
            return session.get(RemoteFile, (channel, file))
    return None


def _last_template(session: Session, address: Address) -> datetime | None:
    on_hold = (OutboxRow.address_id == address.id, OutboxRow.hold.is_not(None), *WAITING)
    return session.scalar(select(func.max(OutboxRow.template_sent_at)).where(*on_hold))


def settle(
    session: Session,
    claimed: ClaimedMessage,
    now: datetime,
    remote_ids: Sequence[str] = (),
    remote_file: str = "",
    limit: AddressRateLimit | None = None,
) -> None:
    """Marks a message as sent. A second call changes nothing.

    `remote_ids`: the platform's ids; a message that left in several parts counts as several for the rate limit.
    `remote_file`: the platform's id of the attachment, with which it can be sent again.
    """
    if limit and len(remote_ids) > 1:
        address = _lock(session, claimed.address_id)
        address.rate_used_until = (address.rate_used_until or now) + limit.every * (len(remote_ids) - 1)
    last = remote_ids[-1] if remote_ids else None
    _SETTLE.count(session, of_id=claimed.id, sent_at=now, remote_ids=list(remote_ids), remote_id=last)
    match claimed.body:
        case {"file": {"id": int(file)}} if remote_file and remote_file != claimed.remote_file:
            session.merge(RemoteFile(channel=claimed.channel, file_id=file, remote=remote_file, at=now))


def hold_for_template(session: Session, claimed: ClaimedMessage, now: datetime, remote_ids: Sequence[str]) -> None:
    """Keeps a message until the person writes, because only a template was allowed now.

    `remote_ids`: the platform's ids of the template; empty when it was sent for an earlier message.
    """
    template = (
        {"template_sent_at": now, "remote_id": remote_ids[-1]}
        if remote_ids
        else {"template_sent_at": claimed.template_sent_at}
    )
    until = {"not_before": now + TEMPLATE_VALID, "lease_until": None, "hold": Hold.HELD}
    _update(session, claimed.id, failure="", progress="", **until, **template)


def put_back(session: Session, claimed: ClaimedMessage, not_before: datetime) -> None:
    """Returns a claimed message that was not sent, because the channel's rate limit was used up."""
    _update(session, claimed.id, not_before=not_before, lease_until=None, attempts=claimed.attempts - 1)


def put_all_back(session: Session, unsent: Sequence[ClaimedMessage], now: datetime) -> None:
    """`put_back` for all messages of a process that ends."""
    for claimed in unsent:
        put_back(session, claimed, now)


def fail(
    session: Session,
    keys: Keys,
    claimed: ClaimedMessage,
    now: datetime,
    kind: str,
    reason: str,
    retry_after: float = 0,
    new_address: str = "",
) -> None:
    """Records a failed attempt. `kind`: one of `bot.channel.FailureKind`; it says whether a retry makes sense."""
    address = _lock(session, claimed.address_id)
    if kind == "gone":
        people.change_external_id(session, address, new_address)
    elif kind == "blocked":
        address.blocked_at = now
    if kind in {"throttled", "unreachable", "gone"}:
        retry(session, keys, claimed, now, reason, retry_after)
    else:
        give_up(session, keys, claimed, now, reason)


def retry(
    session: Session, keys: Keys, claimed: ClaimedMessage, now: datetime, failure: str, retry_after: float = 0
) -> None:
    """Makes the message due again after a growing pause. After the last attempt it is given up."""
    if claimed.attempts > len(PAUSES):
        return give_up(session, keys, claimed, now, failure)
    pause = max(PAUSES[claimed.attempts - 1], timedelta(seconds=retry_after))
    return _update(session, claimed.id, not_before=now + pause, lease_until=None, failure=failure)


def give_up(session: Session, keys: Keys, claimed: ClaimedMessage, now: datetime, failure: str) -> None:
    """Ends the attempts; the staff see the reason. A notice goes by e-mail instead."""
    _update(session, claimed.id, gave_up_at=now, failure=failure)
    outbox.send_by_mail(session, keys, claimed.id, now)


def _update(session: Session, row_id: int, **values: object) -> None:
    """Changes a message unless it was sent meanwhile."""
    session.execute(update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.sent_at.is_(None)).values(**values))


def bring_forward(session: Session, now: datetime) -> None:
    """No message waits longer than its pause, also where the clock was ahead when it was queued, claimed or tried."""
    queued_later = and_(OutboxRow.attempts == 0, OutboxRow.not_before > now + _NEVER_QUEUED_FOR)
    tried_later = OutboxRow.not_before > now + PAUSES[-1]
    waiting = update(OutboxRow).where(*WAITING, OutboxRow.hold.is_(None), or_(queued_later, tried_later))
    session.execute(waiting.values(not_before=now))
    session.execute(update(OutboxRow).where(*WAITING, OutboxRow.lease_until > now + LEASE).values(lease_until=None))
    used_later = Address.rate_used_until > now + _NEVER_QUEUED_FOR
    session.execute(update(Address).where(used_later).values(rate_used_until=None))


def due_addresses(
    session: Session, channels: Mapping[str, bool], now: datetime, limit: int = 200
) -> Sequence[tuple[int, str]]:
    """(id, channel) of addresses with a due message: replies before notices, the longest due first.

    `channels`: whose messages are looked for → whether notices are, too.
    """
    found = [
        row
        for channel, with_notices in channels.items()
        for row in _DUE.all(session, of_channel=channel, with_notices=with_notices, now=now, most=limit)
    ]
    return list(dict.fromkeys((address_id, channel) for _, _, _, address_id, channel in sorted(found)))


# Statements -----------------------------------------------------------------------------------------------------------

_SETTLE: Statement[None] = Statement(
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("of_id"), OutboxRow.sent_at.is_(None))
    .values(
        {name: bindparam(name) for name in ("sent_at", "remote_ids", "remote_id")} | {"failure": "", "progress": ""}
    ),
    lambda: None,
)
_DUE: Statement[tuple[bool, datetime, int, int, str]] = Statement(
    select(OutboxRow.bulk, OutboxRow.not_before, OutboxRow.id, OutboxRow.address_id, OutboxRow.channel)
    .where(
        OutboxRow.channel == bindparam("of_channel"),
        *WAITING,
        OutboxRow.not_before <= bindparam("now", type_=Moment),
        or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= bindparam("now", type_=Moment)),
        or_(~OutboxRow.bulk, bindparam("with_notices", type_=Boolean)),
    )
    .order_by(OutboxRow.bulk, OutboxRow.not_before, OutboxRow.id)
    .limit(bindparam("most", type_=Integer)),
    lambda *row: row,
)
