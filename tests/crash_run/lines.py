"""Lines between the service, the platforms and the database, which can be cut: TCP proxies on loopback."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress

#: closes with a reset
_RESET = struct.pack("ii", 1, 0)
CHUNK = 65_536


class Line:
    """Leads to the first of its targets that takes a connection, each time beginning with another one."""

    def __init__(self, targets: Sequence[int]) -> None:
        """`targets`: ports of this machine."""
        self.targets = list(targets)
        self.port = 0
        self._turn = 0
        self._open: dict[asyncio.StreamWriter, None] = {}
        self._tasks = set[asyncio.Task[None]]()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Resets every connection."""
        writers, self._open = self._open, {}
        for writer in writers:
            _reset(writer)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(asyncio.CancelledError):  # when the line is closed
            await self._join(reader, writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beyond = await self._beyond()
        if beyond is None:
            _reset(writer)
            return
        far_reader, far_writer = beyond
        self._open |= {writer: None, far_writer: None}
        try:
            await asyncio.gather(_pass(reader, far_writer), _pass(far_reader, writer))
        finally:
            for end in (writer, far_writer):
                self._open.pop(end, None)
                end.close()

    async def _beyond(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self.targets:
            self._turn += 1
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self.targets[self._turn % len(self.targets)])
        return None


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until one end is closed; then the other one is too."""
    with suppress(OSError):
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
    target.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
