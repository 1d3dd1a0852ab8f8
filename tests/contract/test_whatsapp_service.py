"""WhatsApp from end to end: the strict Cloud API server, the channel, and the real service with its outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

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
from storage.tables import Address, OutboxRow
from tests.contract.whatsapp_harness import ID, WA, approved
from tests.platforms.whatsapp import GraphServer, User, graph_server
from tests.samples import sample

NEWS = Prompt(Text("Permohonan %(number)s selesai diperiksa.", number="REK-2026-0001"), reason="result")


@dataclass
class Office:
    server: GraphServer
    process: Process

    async def tells(self, prompt: Prompt = NEWS) -> None:
        """Queues a notice to everybody, as the service does."""
        keys, now = self.process.app.keys, datetime.fromtimestamp(self.server.clock.now(), UTC)

        def queue(session: Session) -> Mapping[int, tuple[str, str]]:
            for address in session.scalars(select(Address)):
                outbox.add(session, keys, address, prompt_to_json(prompt), now, reason=prompt.reason, bulk=True)
            return outbox.queued_addresses(session)

        self.process.notify(await self.process.units.write(queue))
        await self.settled()

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


async def test_a_conversation_has_one_message_a_step(office: Office) -> None:
    sari = office.server.user(ID, WA)
    steps: tuple[tuple[Callable[[], Awaitable[str]], str], ...] = (
        (lambda: sari.says("halo"), "Selamat datang"),
        (lambda: sari.taps("Ajukan permohonan"), "Atas nama siapa"),
        (lambda: sari.says("2"), "tingkat mana"),
        (sari.sends_voice, "tingkat mana"),
        (lambda: sari.sends_image(sample("photo.jpg")), "tingkat mana"),
        (lambda: sari.says("menu"), "Pilih salah satu"),
    )
    for say, answer in steps:
        await say()
        await sari.waits_for(answer)
        await office.settled()
        assert sari.outbound_in_step() == 1, [str(shown) for shown in sari.step]
    assert not sari.typing and len(sari.read) == 6
    assert {row.progress for row in await office.rows()} == {"read"}
    assert office.server.flagged == []


async def test_news_after_a_day_knock_once_and_come_when_the_person_writes(office: Office) -> None:
    for text in approved():
        office.server.approve(text.name, text.language, text.body)
    sari = office.server.user(ID, WA)
    await begins(office, sari)
    office.server.clock.advance(25 * 3600)
    before = len(sari.screen)
    await office.tells()
    await office.tells()
    (template,) = sari.screen[before:]
    assert template.template == "pst_permohonan" and "REK-2026-0001" in template.text
    await sari.says("ya")
    for _ in range(2):
        await sari.waits_for("Permohonan REK-2026-0001 selesai diperiksa.")
    await office.settled()
    assert [str(shown) for shown in sari.step].count("Permohonan REK-2026-0001 selesai diperiksa.") == 2
    assert office.server.flagged == []


async def test_two_names_of_one_person_are_one_conversation(office: Office) -> None:
    sari = office.server.user(None, WA)
    await begins(office, sari)
    sari.reveals(user_id=ID)
    await sari.says("1")
    await sari.waits_for("tingkat mana")
    sari.hides_phone()
    await sari.says("menu")
    await sari.waits_for("Apa yang dapat kami bantu?")
    await office.settled()
    addresses = await office.process.units.write(lambda session: session.scalars(select(Address)).all())
    assert [(address.external_id, address.alternate_address) for address in addresses] == [(ID, WA)]
    assert office.server.flagged == []
