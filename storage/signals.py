"""Wakes other processes through PostgreSQL's NOTIFY. A signal carries the ids of addresses that got messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import psycopg
from psycopg import AsyncConnection
from sqlalchemy import URL

from storage.outages import SignalsAway

#: ids of one signal; PostgreSQL takes 8,000 bytes
MOST = 500
#: seconds; what is queued in between goes with one signal
PAUSE = 0.01


#: waits until there are addresses to tell of
Take = Callable[[], Awaitable[Sequence[int]]]


async def exchange(url: URL, take: Take, heard: Callable[[Sequence[int]], None]) -> None:
    """Tells what `take` returns, and calls `heard` with the ids of each signal of another process. Never
    returns. Raises `SignalsAway`.
    """
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        async with await _connection(address) as listening, await _connection(address) as telling:
            await listening.execute("LISTEN pst_bot")
            heard([])  # something may have come before
            sending = asyncio.create_task(_tell(telling, take))
            try:
                await asyncio.gather(sending, _listen(listening, telling.info.backend_pid, heard))
            finally:
                sending.cancel()
    except psycopg.OperationalError as error:
        raise SignalsAway(str(error)) from None


async def _connection(address: str) -> AsyncConnection[tuple[object, ...]]:
    return await AsyncConnection.connect(address, autocommit=True)


async def _tell(connection: AsyncConnection[tuple[object, ...]], take: Take) -> None:
    while True:
        address_ids = await take()
        for at in range(0, len(address_ids), MOST):
            payload = ",".join(map(str, address_ids[at : at + MOST]))
            await connection.execute("SELECT pg_notify('pst_bot', %s)", [payload])
        await asyncio.sleep(PAUSE)


async def _listen(
    connection: AsyncConnection[tuple[object, ...]], own: int, heard: Callable[[Sequence[int]], None]
) -> None:
    async for notice in connection.notifies():
        if notice.pid != own:
            heard([int(id) for id in notice.payload.split(",") if id.isdecimal()])
    raise SignalsAway("PostgreSQL has ended the connection")
