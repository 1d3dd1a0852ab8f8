"""The ids of received messages, so that a redelivery has no effect; and the messages that are still to be handled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.statements import Statement
from storage.tables import InboxRow

#: longer than any platform redelivers: WhatsApp does for seven days
KEEP_IDS = timedelta(days=8)
#: the beginning of the id of raw input that could not be read
DEAD_LETTER = "aside/"


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
    """Stores a pending or failed message, or changes the state of a stored one. False when nothing changed."""
    row = {"channel": channel, "external_id": external_id, "address": address, "payload": payload}
    values = {"received_at": now, "state": state, "error": error}  # of one that fails later too: it counts from then on
    if _ADD.first(session, **row, **values) is not None:
        return True
    changed = _CHANGE.count(session, of_channel=channel, of_external_id=external_id, unless_state=state, **values)
    return bool(changed)


def fail(session: Session, id: int, error: str, now: datetime) -> None:
    """Marks a pending message as failed."""
    session.execute(update(InboxRow).where(InboxRow.id == id).values(state="failed", error=error, received_at=now))


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


def count_failed(session: Session, since: datetime | None) -> int:
    """How many messages failed after this moment, or at all."""
    open_rows = text("state IN ('pending', 'failed') AND state = 'failed'")  # in the words of the partial index
    query = select(func.count()).select_from(InboxRow).where(open_rows)
    return session.scalars(query.where(InboxRow.received_at > since) if since else query).one()


def pending_since(session: Session) -> datetime | None:
    """Since when the oldest message waits that was kept and not handled yet."""
    open_rows = text("state IN ('pending', 'failed') AND state = 'pending'")  # as above
    return session.scalar(select(func.min(InboxRow.received_at)).where(open_rows))


# Statements -----------------------------------------------------------------------------------------------------------

_GIVEN = ("channel", "external_id", "address", "received_at")
_MINE = (InboxRow.channel == bindparam("of_channel"), InboxRow.external_id == bindparam("of_external_id"))

#: PostgreSQL's `insert` makes SQL for both databases
_ACCEPT: Statement[int] = Statement(
    insert(InboxRow)
    .values({name: bindparam(name) for name in _GIVEN} | {"state": "done", "payload": None, "error": ""})
    .on_conflict_do_nothing()
    .returning(InboxRow.id),
    int,
)
_ADD: Statement[int] = Statement(
    insert(InboxRow)
    .values({name: bindparam(name) for name in (*_GIVEN, "state", "payload", "error")})
    .on_conflict_do_nothing()
    .returning(InboxRow.id),
    int,
)
_CHANGE: Statement[None] = Statement(
    update(InboxRow)
    .where(*_MINE, InboxRow.state != "done", InboxRow.state != bindparam("unless_state"))
    .values({name: bindparam(name) for name in ("state", "error", "received_at")}),
    lambda: None,
)
_WAITING_STATE: Statement[str] = Statement(
    select(InboxRow.state).where(*_MINE, InboxRow.state != "done").with_for_update(), str
)
_FINISH: Statement[None] = Statement(
    update(InboxRow).where(*_MINE, InboxRow.state != "done").values({"state": "done", "payload": None, "error": ""}),
    lambda: None,
)
