"""Every received message leaves its id here, so that a second delivery has no second effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.tables import InboxRow
from storage.unit import insert_new

#: WhatsApp delivers again for seven days
KEEP_IDS = timedelta(days=8)
#: how the id of raw input begins that nobody could read
DEAD_LETTER = "aside/"


def accept(session: Session, channel: str, external_id: str, address: str, now: datetime) -> bool:
    """Takes the message in as done; False when it was here before."""
    return insert_new(session, InboxRow, _row(channel, external_id, address, now, "done", None))


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
    """Keeps a message whose handling is still to come (pending) or failed. A pending row that fails becomes failed."""
    if insert_new(session, InboxRow, _row(channel, external_id, address, now, state, payload) | {"error": error}):
        return True
    changed = session.execute(
        update(InboxRow)
        .where(
            InboxRow.channel == channel,
            InboxRow.external_id == external_id,
            InboxRow.state != "done",
            InboxRow.state != state,
        )
        .values(state=state, error=error)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def finish(session: Session, channel: str, external_id: str) -> str | None:
    """A pending or failed message is handled in this very transaction. Gives what it was, `None` when it was done
    before.
    """
    mine = (InboxRow.channel == channel, InboxRow.external_id == external_id, InboxRow.state != "done")
    state = session.scalar(select(InboxRow.state).where(*mine).with_for_update())
    if state is not None:
        session.execute(update(InboxRow).where(*mine).values(state="done", payload=None, error=""))
    return state


def is_dead_letter(row: InboxRow) -> bool:
    """Whether the payload is raw input instead of a message."""
    return row.external_id.startswith(DEAD_LETTER)


def waiting(session: Session, state: str, limit: int = 100, above: int = 0) -> Sequence[InboxRow]:
    """Pending or failed rows, oldest first."""
    query = select(InboxRow).where(InboxRow.state == state, InboxRow.id > above).order_by(InboxRow.id).limit(limit)
    return session.scalars(query).all()


def delete_old(session: Session, now: datetime, limit: int = 100) -> int:
    """Deletes ids older than any platform's redelivery, a batch at a time."""
    old = (
        select(InboxRow.id)
        .where(InboxRow.received_at < now - KEEP_IDS, InboxRow.state == "done")
        .order_by(InboxRow.received_at)
    ).limit(limit)
    gone = session.execute(delete(InboxRow).where(InboxRow.id.in_(old.scalar_subquery())))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _row(
    channel: str, external_id: str, address: str, now: datetime, state: str, payload: bytes | None
) -> dict[str, object]:
    return {
        "channel": channel,
        "external_id": external_id,
        "address": address,
        "received_at": now,
        "state": state,
        "payload": payload,
        "error": "",
    }
