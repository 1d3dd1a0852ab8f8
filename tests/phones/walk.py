"""An office and its applicants on three channels at once: Telegram and WhatsApp as strict servers, and the web chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.runtime.channels import every_channel
from tests.phones.live import Live
from tests.phones.player import Network, Phone
from tests.phones.seen import on_the_way
from tests.phones.telegram import by_polling
from tests.phones.whatsapp import by_whatsapp
from tests.service import free_port
from tests.talk import Talk, World

#: longer than an act is held
HELD = timedelta(seconds=31)
#: seconds after which the clock goes on
PATIENCE = 0.3


@dataclass
class Somebody:
    """A person with one chat. `phone`: on a platform; none: in the web chat."""

    walk: Walk
    talk: Talk
    network: Network | None = None
    phone: Phone | None = None
    shown_as: dict[int, list[str]] = field(default_factory=dict)  #: message → its ids on the phone

    async def say(self, words: str) -> str:
        self.walk.pass_time()
        if self.phone is not None:
            await self.phone.writes(words)
        else:
            await self.walk.world.process.inbound.receive(self.talk._incoming("text", "", False, text=words))
        return await self._answer()

    async def tap(self, label: str) -> str:
        """The newest button with this label."""
        await self.news()
        choice = self.talk.button(label)
        message = next(one for one in reversed(self.talk.told) if choice in one.prompt.choices)
        self.walk.pass_time()
        if self.phone is not None:
            await self.phone.presses(choice, label, self.shown_as[message.id])
        else:
            tapped = self.talk._incoming("tap", "", False, tap=choice.value, text=label)
            await self.walk.world.process.inbound.receive(tapped)
        return await self._answer()

    async def news(self) -> str:
        """What was said to them since they last looked."""
        new = await self.talk.news()
        if self.phone is not None:
            rows = await on_the_way(self.walk.world, new)
            self.shown_as |= {id: [str(remote) for remote in row.remote_ids] for id, row in rows.items()}
        return "\n".join(self.talk.lines(new))

    def files(self) -> Sequence[tuple[str, bytes]]:
        """(name, content) of every file on the phone."""
        if self.phone is None:
            return ()
        shown = [id for ids in self.shown_as.values() for id in ids]
        return self.phone.seen(shown).files

    async def _answer(self) -> str:
        if self.network is not None:
            await self.network.arrived()
        await self.walk.idle()
        return await self.news()


@dataclass
class Walk:
    world: World
    live: Live
    networks: Mapping[str, Network]
    people: dict[str, Somebody] = field(default_factory=dict)

    def add(self, name: str, channel: str) -> Somebody:
        network = self.networks.get(channel)
        phone = network.phone(len(self.people), name, "id") if network is not None else None
        address = phone.address if phone is not None else name
        self.world.found_at[name] = (channel, address)
        self.people[name] = Somebody(self, Talk(self.world, address, channel), network, phone)
        return self.people[name]

    def pass_time(self, by: timedelta = timedelta(seconds=10)) -> None:
        self.world.now += by
        for network in self.networks.values():
            network.is_now(self.world.now)

    async def idle(self) -> None:
        """Time goes on while messages wait for their turn: a platform takes one a second for each chat."""
        working = asyncio.create_task(self.live.idle())
        while not (await asyncio.wait([working], timeout=PATIENCE))[0]:
            self.pass_time()
        await working

    async def wait(self) -> None:
        """Until what was held is done, and what the worker draws is drawn."""
        self.pass_time(HELD)
        await self.idle()
        self.pass_time()
        await self.live.sweep()

    async def complaints(self) -> list[str]:
        return [complaint for network in self.networks.values() for complaint in await network.complaints()]


@asynccontextmanager
async def on_three_channels(folder: Path) -> AsyncIterator[Walk]:
    async with by_polling() as telegram, by_whatsapp() as whatsapp:
        port = free_port()
        settings = {**whatsapp.settings(port), **telegram.settings(port), "undo_seconds": 30}
        world = World(folder / "var", channels=every_channel, settings=settings)
        live = Live(world, port)
        await live.open()
        try:
            yield Walk(world, live, {"telegram": telegram, "whatsapp": whatsapp})
        finally:
            await live.close()
