"""What platforms report of sent messages: how far they got, or that they failed after all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import outbox, people
from storage.secrets import Keys
from storage.sending import TEMPLATE_VALID
from storage.tables import Address, Hold, OutboxRow

#: How far a sent message got. It only moves forward; a delivered message cannot fail any more.
PROGRESS = {"": 0, "sent": 1, "delivered": 2, "failed": 2, "read": 3}


def record(
    session: Session,
    keys: Keys,
    channel: str,
    remote_id: str,
    progress: str,
    now: datetime,
    *,
    failure: str = "",
    needs_template: bool = False,
) -> None:
    """Records how far a sent message got. One that failed is not sent any more: it waits for the person to write, and
    a notice goes by e-mail too. `needs_template`: it failed because only a template is allowed; then that is sent.
    """
    row = session.scalars(
        select(OutboxRow).where(OutboxRow.channel == channel, OutboxRow.remote_id == remote_id).with_for_update()
    ).first()
    if row is None or PROGRESS[progress] <= PROGRESS[row.progress]:
        return
    row.progress = progress
    if progress == "failed":
        row.failure = failure
        _on_failure(session, keys, row, now, needs_template=needs_template)


def _on_failure(session: Session, keys: Keys, row: OutboxRow, now: datetime, *, needs_template: bool) -> None:
    address = session.get_one(Address, row.address_id)
    if outbox.is_hidden(row, address):
        return
    is_first = row.hold is None
    failed_template = row.hold == Hold.HELD  # the message itself waits already
    if address.channel != people.MAIL and row.gave_up_at is None and not failed_template:
        _wait_for_person(session, row, address, now, needs_template=needs_template)
        if needs_template:
            return
    if is_first or failed_template:
        outbox.send_by_mail(session, keys, row.id, now)


def _wait_for_person(
    session: Session, row: OutboxRow, address: Address, now: datetime, *, needs_template: bool
) -> None:
    row.sent_at, row.lease_until, row.remote_ids, row.remote_id = None, None, [], None
    row.hold = Hold.TEMPLATE if needs_template else Hold.HELD
    row.not_before = now if needs_template else now + TEMPLATE_VALID
    session.flush()
    if needs_template:
        outbox.wake(session, address)
