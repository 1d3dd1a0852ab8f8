"""A platform in memory, and an office that is reached through it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel import (
    Capabilities,
    Delivered,
    FetchFailed,
    Inbound,
    Outgoing,
    PlatformEvents,
    RateLimit,
    Receiver,
    Upload,
)
from bot.chat import Incoming, Prompt, prompt_to_json
from bot.runtime.process import Process, open_process
from bot.settings import Settings
from domain.text import verbatim
from locales import say
from storage import outbox
from storage.tables import Address, OutboxRow
from tests.talk import START

NAME = "post"


@dataclass
class Post:
    """A platform in memory. The numbers of its messages grow, it keeps files, and it raises the `faults`."""

    name: str = NAME
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(each=RateLimit(3, 10.0), upload_life=timedelta(days=1))
    )
    sent: list[Outgoing] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    knocks: bool = False
    number: int = 0

    async def send(self, outgoing: Outgoing) -> Delivered:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(outgoing)
        self.number += 1
        return Delivered((str(self.number),), "kept-1" if outgoing.prompt.attachment else "", template_sent=self.knocks)

    async def fetch(self, remote: str) -> AsyncIterator[bytes]:
        if self.faults:
            raise self.faults.pop(0)
        if remote not in self.files:
            raise FetchFailed("gone")
        yield self.files[remote]

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> Receiver:
        raise AssertionError("nothing comes in by itself here")

    async def close(self) -> None:
        pass

    @property
    def said(self) -> list[str]:
        return [say(outgoing.prompt.text, outgoing.locale) for outgoing in self.sent]


class Office:
    """One process with this platform, on one event loop."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.post = Post()
        settings = Settings(data_dir=folder)
        self.process: Process = open_process(settings, lambda *_: {NAME: self.post}, clock=lambda: self.now)
        self.units = self.process.units
        self._ids = iter(range(1, 1000))

    async def says(self, text: str, who: str = "budi", **more: object) -> None:
        self.now += timedelta(seconds=30)
        self.post.number += 1
        incoming = Incoming(f"m{next(self._ids)}", NAME, who, self.now, "text", text=text, sequence=self.post.number)
        for name, value in more.items():
            incoming = _with(incoming, name, value)
        await self.process.inbound.receive(incoming)
        await self.process.deliverer.idle()

    async def sends(self, *remotes: str, who: str = "budi", group: str = "") -> None:
        for remote in remotes:
            self.post.number += 1
            incoming = Incoming(
                f"m{next(self._ids)}", NAME, who, self.now, "file", sequence=self.post.number, group=group
            )
            upload = Upload(remote, remote=remote, size=len(self.post.files.get(remote, b"")))
            await self.process.inbound.receive_files(incoming, (upload,))
        await self.process.inbound.idle()
        await self.process.deliverer.idle()

    def address(self, who: str = "budi") -> Address:
        return self.units.write_now(
            lambda s: s.scalars(select(Address).where(Address.channel == NAME, Address.external_id == who)).one()
        )

    def address_id(self, session: Session, who: str = "budi") -> int:
        return session.scalars(select(Address.id).where(Address.channel == NAME, Address.external_id == who)).one()

    def rows(self, channel: str = NAME) -> list[OutboxRow]:
        query = select(OutboxRow).where(OutboxRow.channel == channel).order_by(OutboxRow.id)
        return list(self.units.write_now(lambda session: session.scalars(query).all()))

    async def notice(self, text: str = "kabar", who: str = "budi", file: int | None = None) -> None:
        """Queues a notice as the service does, and sends it if that is allowed."""
        address, keys = self.address(who), self.process.app.keys
        body = prompt_to_json(Prompt(verbatim(text), reason="letter"))
        assert isinstance(body, dict)
        if file is not None:
            body["file"] = {"id": file, "name": "surat.pdf"}
        self.units.write_now(lambda s: outbox.add(s, keys, address, body, self.now, reason="letter", bulk=True))
        self.process.notify({address.id: (NAME, who)})
        await self.process.deliverer.idle()


def _with(incoming: Incoming, name: str, value: object) -> Incoming:
    from dataclasses import replace

    return replace(incoming, **{name: value})  # type: ignore[arg-type]
