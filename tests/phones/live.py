"""The service with its gates open, in the test's own loop, on the clock of its `World`."""

from __future__ import annotations

import asyncio

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handlers.webchat import Notifier
from bot.runtime.web import application
from storage import sending
from storage.tables import Address
from tests.talk import World


class Live:
    def __init__(self, world: World, port: int) -> None:
        self.world = world
        self._port = port
        self._loops: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        process = self.world.process
        gates = [platform.receiver(process.inbound, process.events) for platform in process.platforms.values()]
        app = application(process, Notifier(), gates)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        await process.inbound.resume()
        for receiver in gates:
            await receiver.start()
        self._loops = [asyncio.create_task(receiver.run()) for receiver in gates]

    async def close(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._runner.cleanup()
        await self.world.close()

    async def restart(self) -> None:
        await self.close()
        self.world.start()
        await self.open()

    async def idle(self) -> None:
        """What has come in is handled, and what there is to say has left."""
        process = self.world.process
        is_done = False
        while not is_done:
            await process.inbound.idle()
            is_done = not await self.world.worker.work_once()
            await process.deliverer.idle()

    async def sweep(self) -> None:
        """What was queued beside this process leaves, as it would within a second."""
        process, now = self.world.process, self.world.now

        def due(session: Session) -> dict[int, tuple[str, str]]:
            due = sending.due_addresses(session, dict.fromkeys(process.platforms, True), now)
            found = session.scalars(select(Address).where(Address.id.in_([id for id, _ in due])))
            return {address.id: (address.channel, address.external_id) for address in found}

        process.notify(await process.units.write(due))
        await self.idle()
