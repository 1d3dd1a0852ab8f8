"""A conversation for tests: a real database, the real use case, no network. Time moves only when the test says so."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import locales
from bot.channel import StoredMessage, Upload
from bot.chat import Choice, Incoming, IncomingKind, prompt_from_json
from bot.handlers.console import prompt_lines
from bot.runtime.channels import ChannelFactory, no_channel
from bot.runtime.process import Process, open_process
from bot.runtime.worker import Worker
from bot.service import officers
from bot.settings import Settings
from domain.permissions import Role
from storage import messages
from storage.tables import Address, Draft, Message
from tests import fresh
from tests.worlds import RUNNING

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09.00 in Makassar

Clock = Callable[[], datetime]


@dataclass(eq=False)
class World:
    """One installation: a data folder, a clock, and a process that can be stopped and started."""

    folder: Path
    database_url: str = ""
    office: Path | None = None
    channels: ChannelFactory = no_channel
    settings: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = START
    invitation: str = ""  #: the newest code for joining the office
    authenticator_secret: str = ""  #: of the newest authenticator that somebody set up
    found_at: dict[str, tuple[str, str]] = field(default_factory=dict)  #: somebody's channel and address there
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        settings = {"smtp_url": "smtp://127.0.0.1", **self.settings}  # `channels` has what sends the mails
        where = Settings(data_dir=self.folder, database_url=self.database_url, office=self.office, **settings)
        if not self.database_url:
            fresh.lay(self.folder / "pst.db")
        self.process = open_process(where, self.channels, clock=self.clock)
        self.worker = Worker(self.process, self.clock)
        RUNNING.add(self)

    def clock(self) -> datetime:
        return self.now

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        asyncio.run(self.close())

    async def close(self) -> None:
        """As `stop`, for a test that runs in an event loop."""
        RUNNING.discard(self)
        await self.process.close()

    async def work(self) -> None:
        while await self.worker.work_once():
            pass

    def mails(self) -> list[tuple[str, str, str]]:
        """(to, subject, text) of every mail queued so far."""
        query = (
            select(Message, Address.external_id)
            .join(Address, Message.address_id == Address.id)
            .where(Address.channel == "email")
            .order_by(Message.id)
        )
        rows = self.process.units.write_now(lambda session: session.execute(query).all())
        mails = []
        for message, to in rows:
            prompt = prompt_from_json(messages.unseal_body(self.process.app.keys, message.body, message.address_id))
            subject = locales.say(prompt.subject, message.locale) if prompt.subject else ""
            mails.append((to, subject, locales.say(prompt.text, message.locale)))
        return mails

    def invite(self, role: str, name: str) -> str:
        """A one-time code for joining the office."""
        keys = self.process.app.keys
        return self.process.units.write_now(
            lambda session: officers.invite(session, keys, cast("Role", role), name, self.now)
        )

    def code(self) -> str:
        """The newest eight-digit code in the mails."""
        for _, subject, _ in reversed(self.mails()):
            digits = subject.rpartition(" ")[2]
            if digits.isdigit() and len(digits) == 8:
                return digits
        raise AssertionError("no mail with a code")

    def shown_code(self, shown: re.Pattern[str]) -> str:
        """The newest one-time code of this kind that anybody was shown."""

        def read(session: Session) -> str:
            for message in session.scalars(
                select(Message).where(Message.direction == "out").order_by(Message.id.desc())
            ):
                prompt = prompt_from_json(messages.unseal_body(self.process.app.keys, message.body, message.address_id))
                if found := shown.search(locales.say(prompt.text, "id")):
                    return found[0].rpartition(" ")[2]
            raise AssertionError("nobody was shown a code")

        return self.process.units.write_now(read)


#: how far a notice got is another thing on every channel
TOLD = re.compile(r"^(Pemberitahuan terakhir kepada pemohon) \(.*")
#: a line of a message that is another one each time
LANJUT = re.compile("^/lanjut [A-Z2-9]{8}$", re.MULTILINE)
AMBIL = re.compile("^/ambil [A-Z2-9]{10}$", re.MULTILINE)
#: of a complaint without a name, also behind its number
SECRET = re.compile(r"(?<=^Kode rahasia: )[A-Z2-9]{10}$|(?<=ADU-2026-[0-9]{4} )[A-Z2-9]{10}$", re.MULTILINE)
UNDO = re.compile("^/bukansaya [A-Z2-9]{10}$", re.MULTILINE)
#: the one-time link to the page that sets up an authenticator
SETUP_LINK = re.compile(r"https?://\S+/authenticator/[A-Za-z0-9_-]{43}")
_ids = itertools.count(1)


class Talk:
    """One address talking. Every call is one message; the answers are the service's new messages."""

    def __init__(self, world: World, address: str = "tester", channel: str = "console", language: str = "id") -> None:
        self.world = world
        self.address = address
        self.channel = channel
        self.language = language
        self.seen = 0
        self.told: list[StoredMessage] = []

    def say(self, text: str, *, unseen: bool = False, id: str = "") -> list[StoredMessage]:
        """`unseen`: sent before the last answer had reached the phone."""
        return self._send(self._incoming("text", id, unseen, text=text))

    def tap(self, label: str, *, id: str = "") -> list[StoredMessage]:
        """Presses the newest button with this label, however old it is."""
        return self._send(self._incoming("tap", id, False, tap=self.button(label).value, text=label))

    def press(self, code: str, *, id: str = "") -> list[StoredMessage]:
        return self._send(self._incoming("tap", id, False, tap=code))

    def send(self, *files: tuple[str, bytes], text: str = "", id: str = "") -> list[StoredMessage]:
        """An album: all files in one message."""
        return self._send(self._incoming("file", id, False, text=text), files)

    def record(self, content: bytes, name: str = "pesan-suara-1.ogg") -> list[StoredMessage]:
        """A voice note."""
        return self._send(self._incoming("voice", "", False), ((name, content),))

    def send_early(self, *files: tuple[str, bytes]) -> list[StoredMessage]:
        """An album that was sent before the last answer had reached the phone."""
        return self._send(self._incoming("file", "", True), files)

    def incoming_tap(self, code: str) -> Incoming:
        """A press that the test delivers itself."""
        return self._incoming("tap", "", False, tap=code)

    def do(self, kind: IncomingKind, *, id: str = "", **what: Any) -> list[StoredMessage]:
        """Anything else that a phone can send: a contact, a place, an edited message."""
        return self._send(replace(self._incoming(kind, id, False), **what))

    def button(self, label: str) -> Choice:
        for message in reversed(self.told):
            for choice in message.prompt.choices:
                if label in (self.words(message, choice), choice.value):
                    return choice
        raise AssertionError(f"no button {label!r}; the last ones: {self.labels()}")

    def labels(self) -> list[str]:
        return [self.words(self.told[-1], choice) for choice in self.told[-1].prompt.choices] if self.told else []

    def words(self, message: StoredMessage, choice: Choice) -> str:
        return locales.say(choice.label, message.locale)

    @property
    def last(self) -> str:
        """The text of the service's newest message."""
        message = self.told[-1]
        return locales.say(message.prompt.text, message.locale)

    def lines(self, messages: list[StoredMessage]) -> list[str]:
        lines = [line for message in messages for line in prompt_lines(message.prompt, message.locale)]
        lines = [LANJUT.sub("/lanjut {lanjut}", line) for line in lines]
        lines = [AMBIL.sub("/ambil {ambil}", line) for line in lines]
        lines = [SECRET.sub("{rahasia}", line) for line in lines]
        lines = [UNDO.sub("/bukansaya {kode}", line) for line in lines]
        lines = [SETUP_LINK.sub("{tautan}", line) for line in lines]
        return [TOLD.sub(r"\1 {hari}: {kabar}.", line) for line in lines]

    def _incoming(self, kind: IncomingKind, id: str, unseen: bool, text: str = "", tap: str = "") -> Incoming:
        return Incoming(
            id=id or f"{self.address}-{next(_ids)}",
            channel=self.channel,
            address=self.address,
            at=self.world.now,
            kind=kind,
            language=self.language,
            last_seen_id=self.seen_before if unseen else self.seen,
            text=text,
            tap=tap,
        )

    seen_before = 0

    def _send(self, incoming: Incoming, files: tuple[tuple[str, bytes], ...] = ()) -> list[StoredMessage]:
        self.world.now += timedelta(seconds=10)
        return asyncio.run(self._sent(incoming, files))

    async def _sent(self, incoming: Incoming, files: tuple[tuple[str, bytes], ...]) -> list[StoredMessage]:
        process = self.world.process
        if incoming.last_seen_id:  # as a page does; else everything is shown again and again
            await process.history.acknowledge(self.channel, self.address, incoming.last_seen_id)
        if files:
            uploads = tuple([Upload(name, await process.inbound.spool(once(content))) for name, content in files])
            await process.inbound.receive_files(incoming, uploads)
        else:
            await process.inbound.receive(incoming)
        await process.inbound.idle()  # a first message on a busy machine is stored first, and handled later
        await self.world.work()
        await self.world.process.deliverer.idle()
        return await self.news()

    async def news(self) -> list[StoredMessage]:
        """What the service said since the last look."""
        new = self.world.process.units.read_now(self._unseen)
        if new:
            self.seen_before, self.seen = self.seen, new[-1].id
        self.told += new
        return new

    def _unseen(self, session: Session) -> list[StoredMessage]:
        """Read as a page's history, but on a connection that needs no event loop: after each message that counts."""
        query = (
            select(Message)
            .join(Address, Message.address_id == Address.id)
            .where(Address.channel == self.channel, Address.external_id == self.address, Message.direction == "out")
            .where(Message.id > self.seen, Message.id > func.coalesce(Address.hidden_message_id, 0))
            .order_by(Message.id)
        )
        keys, zone = self.world.process.app.keys, self.world.process.app.office.zone
        return [
            StoredMessage(m.id, "out", m.at.astimezone(zone), m.locale, prompt_from_json(messages.read_body(keys, m)))
            for m in session.scalars(query)
        ]


async def once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def draft_answers(world: World, form: str = "recommendation_request") -> Mapping[str, object]:
    """The answers of the newest draft of a form."""
    from sqlalchemy import select

    def read(session: Session) -> Mapping[str, object]:
        draft = session.scalars(select(Draft).where(Draft.form == form).order_by(Draft.id.desc()).limit(1)).one()
        return dict(draft.answers)

    return world.process.units.write_now(read)
