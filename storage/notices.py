"""Notices that were queued, for the open pages of another process than the one that queued them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.statements import Statement
from storage.tables import Address, OutboxRow

#: the most that one look finds
LIMIT = 500


def newest_id(session: Session) -> int:
    """The id of the newest message on its way; 0 without one."""
    return session.scalar(select(func.max(OutboxRow.id))) or 0


def queued_after(session: Session, row_id: int) -> Sequence[tuple[int, str, str]]:
    """(id, channel, address) of the notices after this id, in order: read along their own index, however
    many replies were queued since.
    """
    return _QUEUED_AFTER.all(session, after=row_id)


def channels_of(session: Session, address_ids: Collection[int]) -> Sequence[tuple[str, str]]:
    """(channel, address) of each of these."""
    query = select(Address.channel, Address.external_id).where(Address.id.in_(address_ids))
    return [(channel, address) for channel, address in session.execute(query)]


_QUEUED_AFTER: Statement[tuple[int, str, str]] = Statement(
    select(OutboxRow.id, OutboxRow.channel, Address.external_id)
    .join(Address, Address.id == OutboxRow.address_id)
    .where(OutboxRow.id > bindparam("after"), OutboxRow.bulk)
    .order_by(OutboxRow.id)
    .limit(LIMIT),
    lambda *row: row,
)
