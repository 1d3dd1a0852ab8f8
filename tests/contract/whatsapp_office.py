"""The real service with its outbox behind the WhatsApp channel, and the strict Cloud API server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar, cast

import pytest
from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat import Prompt, prompt_to_json
from bot.runtime.channels import every_channel
from bot.runtime.process import Process, open_process
from bot.settings import Settings
from domain.text import Text
from storage import outbox
from storage.people import MAIL
from storage.tables import Address, OutboxRow
from tests.casework import APPLICANT
from tests.contract.whatsapp_harness import ID, approved
from tests.platforms.whatsapp import GraphServer, User, graph_server
from tests.talk import World

Result = TypeVar("Result")

NEWS = Prompt(Text("Permohonan %(number)s selesai diperiksa.", number="REK-2026-0001"), reason="result")


@dataclass
class Office:
    server: GraphServer
    process: Process

    async def tells(self, prompt: Prompt = NEWS) -> None:
        """Queues a notice to everybody, as the service does."""

        def queue(session: Session) -> None:
            for address in session.scalars(select(Address).where(Address.channel != MAIL)):
                outbox.add(
                    session,
                    self.process.app.keys,
                    address,
                    prompt_to_json(prompt),
                    self.now,
                    reason=prompt.reason,
                    bulk=True,
                )

        await self.does(queue)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.server.clock.now(), UTC)

    async def does(self, work: Callable[[Session], Result]) -> Result:
        """Runs one unit of work, and notifies as the service does."""
        result, queued = await self.process.units.write(lambda s: (work(s), outbox.queued_addresses(s)))
        self.process.notify(queued)
        await self.settled()
        return result

    async def wakes(self) -> None:
        """Every address looks for due messages once, as the sweep lets it."""
        addresses = await self.process.units.write(lambda session: session.scalars(select(Address)).all())
        self.process.notify({one.id: (one.channel, one.external_id) for one in addresses})
        await self.settled()

    def approves_templates(self) -> None:
        for text in approved():
            self.server.approve(text.name, text.language, text.body)

    async def settled(self) -> None:
        await self.process.inbound.idle()
        await self.process.deliverer.idle()
        await self.server.webhook.settled()

    async def rows(self) -> list[OutboxRow]:
        query = select(OutboxRow).order_by(OutboxRow.id)
        return list(await self.process.units.write(lambda session: session.scalars(query).all()))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with graph_server() as server:
        env = {key.removeprefix("PST_").lower(): value for key, value in server.environment.items()}
        clock = lambda: datetime.fromtimestamp(server.clock.now(), UTC)  # noqa: E731
        settings = Settings(data_dir=tmp_path, **env)  # type: ignore[arg-type]
        process = open_process(settings, every_channel, clock=clock)
        app = web.Application()
        app.add_routes(process.platforms["whatsapp"].receiver(process.inbound, process.events).routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.webhook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/whatsapp"
        try:
            yield Office(server, process)
        finally:
            await runner.cleanup()
            await process.close()


async def begins(office: Office, sari: User) -> None:
    await sari.says("halo")
    await sari.waits_for("Selamat datang")
    await sari.taps("Ajukan permohonan")
    await sari.waits_for("Atas nama siapa")
    await office.settled()


def casework_of(office: Office) -> World:
    """The office's process for the functions of `tests.casework`; the applicant is on WhatsApp."""
    found_at = {APPLICANT: ("whatsapp", ID)}
    world = SimpleNamespace(process=office.process, now=office.now, found_at=found_at)
    world.invite = partial(World.invite, cast("World", world))
    return cast("World", world)
