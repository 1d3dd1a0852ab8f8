"""The ids of received messages, so that a redelivery has no effect; and the messages that are still to be handled.

A pending message belongs to the process that has it in hand: it renews the lease of its row while it lives. When the
lease has run out, another process takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, LargeBinary, Select, bindparam, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage.statements import Statement
from storage.tables import InboxRow, Moment

#: how long a pending message waits for a process that has died
LEASE = timedelta(seconds=30)
#: longer than any platform redelivers: WhatsApp does for seven days
KEEP_IDS = timedelta(days=8)
#: the beginning of the id of raw input that could not be read
DEAD_LETTER = "aside/"


@frozen
class EndingLease:
    """A pending message whose lease has run out, or will soon."""

    id: int
    channel: str
    external_id: str
    until: datetime | None

    def has_run_out(self, now: datetime) -> bool:
        return self.until is None or self.until <= now


def accept(session: Session, channel: str, external_id: str, address: str, now: datetime) -> bool:
    """Stores the id of a message that is handled in this transaction. False when it was received before."""
    new = _ACCEPT.first(session, channel=channel, external_id=external_id, address=address, received_at=now)
    return new is not None


def keep(
    session: Session,
    channel: str,
    external_id: str,
    address: str,
    now: datetime,
    state: str,
    payload: bytes,
    error: str = "",
) -> bool:
    """Stores a pending or failed message, or changes the state of a stored one; the payload too when it fails, since
    that of an album has all its parts. False when nothing changed.
    """
    row = {"channel": channel, "external_id": external_id, "address": address, "payload": payload}
    # of one that fails, or comes again, later too: it counts from then on
    values = {"received_at": now, "state": state, "error": error, "lease_until": now + LEASE}
    if _ADD.first(session, **row, **values) is not None:
        return True
    of = {"of_channel": channel, "of_external_id": external_id, "unless_state": state}
    return bool(_CHANGE.count(session, **of, payload=payload if state == "failed" else None, **values))


def fail(session: Session, id: int, error: str, now: datetime) -> None:
    """Marks a pending message as failed."""
    pending = update(InboxRow).where(InboxRow.id == id, InboxRow.state == "pending")
    session.execute(pending.values(state="failed", error=error, received_at=now))


def finish(session: Session, channel: str, external_id: str) -> str | None:
    """Marks a pending or failed message as handled in this transaction. Returns the state that it had; `None` when it
    was handled before.
    """
    state = _WAITING_STATE.first(session, of_channel=channel, of_external_id=external_id)
    if state is not None:
        _FINISH.count(session, of_channel=channel, of_external_id=external_id)
    return state


async def read_was_received(session: AsyncSession, channel: str, address: str, external_id: str) -> bool:
    """Whether a message of this address was stored under this id. For a read-only session."""
    stored = select(InboxRow.address).where(InboxRow.channel == channel, InboxRow.external_id == external_id)
    return await session.scalar(stored) == address


def is_dead_letter(row: InboxRow) -> bool:
    """Whether the payload is raw input instead of a message."""
    return row.external_id.startswith(DEAD_LETTER)


def waiting(session: Session, state: str, limit: int = 100, above: int = 0) -> Sequence[InboxRow]:
    """Pending or failed rows, oldest first."""
    query = select(InboxRow).where(InboxRow.state == state, InboxRow.id > above).order_by(InboxRow.id).limit(limit)
    return session.scalars(query).all()


def ending_leases(session: Session, now: datetime, limit: int = 500) -> Sequence[EndingLease]:
    """Pending messages whose lease has run out or has less than its half left; those without a process first."""
    return _ENDING.all(session, until=now + LEASE / 2, most=limit)


def renew(session: Session, ids: Collection[int], now: datetime) -> None:
    """Prolongs the leases of messages that this process has in hand."""
    session.execute(update(InboxRow).where(InboxRow.id.in_(_unlocked(ids))).values(lease_until=now + LEASE))


def take(session: Session, ids: Collection[int], now: datetime) -> Sequence[InboxRow]:
    """Leases those of the pending messages whose lease has run out, and returns them, oldest first."""
    is_free = or_(InboxRow.lease_until.is_(None), InboxRow.lease_until <= now)
    free = update(InboxRow).where(InboxRow.id.in_(_unlocked(ids)), InboxRow.state == "pending", is_free)
    taken = session.scalars(free.values(lease_until=now + LEASE).returning(InboxRow))
    return sorted(taken, key=lambda row: row.id)


def _unlocked(ids: Collection[int]) -> Select[int]:
    """Without the rows that a transaction holds, which handles them just now (`finish`)."""
    return select(InboxRow.id).where(InboxRow.id.in_(ids)).with_for_update(skip_locked=True)


def put_back(session: Session, names: Collection[tuple[str, str]]) -> None:
    """Ends the leases of a process that ends. `names`: (channel, id)."""
    mine = update(InboxRow).where(_OPEN, tuple_(InboxRow.channel, InboxRow.external_id).in_(names))
    session.execute(mine.values(lease_until=None))


def free_leased_beyond(session: Session, latest: datetime) -> None:
    """Ends leases that were taken while the clock was ahead."""
    beyond = update(InboxRow).where(_OPEN, InboxRow.state == "pending", InboxRow.lease_until > latest)
    session.execute(beyond.values(lease_until=None))


def count_failed(session: Session, since: datetime | None) -> int:
    """How many messages failed after this moment, or at all."""
    query = select(func.count()).select_from(InboxRow).where(_OPEN, text("state = 'failed'"))
    return session.scalars(query.where(InboxRow.received_at > since) if since else query).one()


def pending_since(session: Session) -> datetime | None:
    """Since when the oldest message waits that was kept and not handled yet."""
    return session.scalar(select(func.min(InboxRow.received_at)).where(_OPEN, text("state = 'pending'")))


# Statements -----------------------------------------------------------------------------------------------------------

#: the words of the partial index
_OPEN = text("state IN ('pending', 'failed')")
_GIVEN = ("channel", "external_id", "address", "received_at")
#: named, so that a row whose number exists is refused, and not dropped as if it were there
_KEY = (InboxRow.channel, InboxRow.external_id)
_MINE = (InboxRow.channel == bindparam("of_channel"), InboxRow.external_id == bindparam("of_external_id"))

#: PostgreSQL's `insert` makes SQL for both databases
_ACCEPT: Statement[int] = Statement(
    insert(InboxRow)
    .values({name: bindparam(name) for name in _GIVEN} | {"state": "done", "payload": None, "error": ""})
    .on_conflict_do_nothing(index_elements=_KEY)
    .returning(InboxRow.id),
    int,
)
_ADD: Statement[int] = Statement(
    insert(InboxRow)
    .values({name: bindparam(name) for name in (*_GIVEN, "state", "payload", "error", "lease_until")})
    .on_conflict_do_nothing(index_elements=_KEY)
    .returning(InboxRow.id),
    int,
)
_CHANGE: Statement[None] = Statement(
    update(InboxRow)
    .where(*_MINE, InboxRow.state != "done", InboxRow.state != bindparam("unless_state"))
    .values(
        {name: bindparam(name) for name in ("state", "error", "received_at", "lease_until")}
        | {"payload": func.coalesce(bindparam("payload", type_=LargeBinary), InboxRow.payload)}
    ),
    lambda: None,
)
_WAITING_STATE: Statement[str] = Statement(
    select(InboxRow.state).where(*_MINE, InboxRow.state != "done").with_for_update(), str
)
_FINISH: Statement[None] = Statement(
    update(InboxRow).where(*_MINE, InboxRow.state != "done").values({"state": "done", "payload": None, "error": ""}),
    lambda: None,
)
_ENDING: Statement[EndingLease] = Statement(
    select(InboxRow.id, InboxRow.channel, InboxRow.external_id, InboxRow.lease_until)
    .where(
        _OPEN,
        text("state = 'pending'"),
        or_(InboxRow.lease_until.is_(None), InboxRow.lease_until <= bindparam("until", type_=Moment)),
    )
    .order_by(InboxRow.lease_until.nulls_first(), InboxRow.id)
    .limit(bindparam("most", type_=Integer)),
    EndingLease,
)
