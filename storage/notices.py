"""Notices that were queued, for the open pages of another process than the one that queued them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Address, OutboxRow


async def newest_id(session: AsyncSession) -> int:
    """The id of the newest message on its way; 0 without one."""
    return await session.scalar(select(func.max(OutboxRow.id))) or 0


async def queued_after(session: AsyncSession, row_id: int, limit: int = 500) -> Sequence[tuple[int, str, str]]:
    """(id, channel, address) of the notices after this id, in order: a range of the primary key."""
    query = (
        select(OutboxRow.id, OutboxRow.channel, Address.external_id)
        .join(Address, Address.id == OutboxRow.address_id)
        .where(OutboxRow.id > row_id, OutboxRow.bulk)
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    return [(id, channel, address) for id, channel, address in await session.execute(query)]
