"""The inside as a channel sees it: messages in order for each address, files inspected before they count, pages fed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.conversations.types import Incoming, IncomingFile, prompt_from_json
from bot.handlers.base import StoredFile, StoredMessage, TooLarge, Upload
from bot.receive import handle, keep_failed
from bot.service.desk import House
from storage import dialogues, files, inbox, inspection, outbox, people
from storage.files import FileStore
from storage.secrets import Unreadable
from storage.tables import Address, File, InboxRow
from storage.unit import Units

log = structlog.get_logger()

#: what a form may ask for; the question's own list is checked by the conversation
ACCEPTED = ("pdf", "jpeg", "png", "docx", "xlsx")
ATTEMPTS = 3  #: runs of a unit that another one overtook
_PURPOSE = "inbox"


class Waker(Protocol):
    """What must know after a commit: delivery loops and open pages."""

    def __call__(self, queued: Mapping[int, tuple[str, str]]) -> None: ...


class Inside:
    """The `Backend` of every channel."""

    def __init__(
        self, units: Units, house: House, store: FileStore, data_dir: Path, wake: Waker, clock: Callable[[], datetime]
    ) -> None:
        self._units = units
        self._house = house
        self._store = store
        self._files = data_dir / "files"
        self._spool = self._files / "spool"
        self._wake = wake
        self._clock = clock
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, incoming: Incoming) -> None:
        async with self._turn(incoming.channel, incoming.address):
            await self._run(incoming, kept=False)

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> None:
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._start(self._keep_and_handle(incoming, uploads, kept))
        await asyncio.shield(kept)  # the page may go; what it sent is handled all the same

    async def resume(self) -> None:
        """Takes up the pending messages that a stopped process left behind."""
        async for row in self._waiting("pending"):
            incoming, uploads = self._opened(row)
            self._start(self._handle_in_turn(incoming, uploads))

    async def retry_failed(self) -> tuple[int, int]:
        """Runs the failed messages again, oldest first; how many are done now, and how many fail still."""
        rows = await self._units.write(lambda session: inbox.waiting(session, "failed", limit=1000))
        for row in rows:
            incoming, uploads = self._opened(row)
            await self._handle_in_turn(incoming, uploads)
        left = await self._units.write(lambda session: inbox.waiting(session, "failed", limit=1000))
        return len(rows) - len(left), len(left)

    async def spool(self, chunks: AsyncIterator[bytes]) -> str:
        try:
            path = await files.spool(self._files, chunks, inspection.MAX_BYTES, self._house.keys)
        except files.TooLarge:
            raise TooLarge from None
        return path.name

    async def spooled(self) -> set[str]:
        """The files in the spool that a message needs which is pending or failed."""
        return {
            upload.spooled
            for state in ("pending", "failed")
            async for row in self._waiting(state)
            for upload in self._opened(row)[1]
        }

    async def conversation(self, channel: str, address: str, after: int, limit: int) -> list[StoredMessage]:
        async with self._units.reading() as session:
            row = await session.scalar(
                select(Address).where(Address.channel == channel, Address.external_id == address)
            )
            if row is None:
                return []
            said = await outbox.conversation(session, self._house.keys, row.id, after, limit)
        return [
            StoredMessage(
                line.id,
                "out" if line.direction == "out" else "in",
                line.at.astimezone(self._house.office.zone),
                line.locale,
                prompt_from_json(line.body),
                line.external_id,
            )
            for line in said
        ]

    async def acknowledge(self, channel: str, address: str, up_to: int) -> None:
        now = self._clock()

        def settle(session: Session) -> None:
            row = people.find(session, channel, address)
            if row is not None:
                outbox.acknowledge(session, row.id, up_to, now)

        await self._units.write(settle)

    async def locale(self, channel: str, address: str) -> str:
        async with self._units.reading() as session:
            found = await session.scalar(
                select(Address.locale).where(Address.channel == channel, Address.external_id == address)
            )
        return found or locales.SOURCE

    async def attachment(self, channel: str, address: str, file: int) -> StoredFile | None:
        async with self._units.reading() as session:
            found = await session.scalar(
                select(File)
                .join(Address, Address.person_id == File.person_id)
                .where(Address.channel == channel, Address.external_id == address, File.id == file)
            )
        if found is None:
            return None
        content = await asyncio.to_thread(self._store.read, found.object, found.owner)
        return StoredFile(found.name, found.kind, content)

    async def idle(self) -> None:
        """Waits until no pending message is being handled."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _waiting(self, state: str) -> AsyncIterator[InboxRow]:
        above = 0
        while rows := await self._units.write(partial(inbox.waiting, state=state, above=above)):
            for row in rows:
                yield row
            above = rows[-1].id

    def _turn(self, channel: str, address: str) -> asyncio.Lock:
        return self._turns.setdefault((channel, address), asyncio.Lock())

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_and_handle(
        self, incoming: Incoming, uploads: tuple[Upload, ...], kept: asyncio.Future[None]
    ) -> None:
        async with self._turn(incoming.channel, incoming.address):
            payload = self._sealed(incoming, uploads)
            now = self._clock()
            try:
                new = await self._units.write(
                    lambda s: inbox.keep(s, incoming.channel, incoming.id, incoming.address, now, "pending", payload)
                )
            except Exception as error:
                kept.set_exception(error)  # the channel answers 5xx, so the platform delivers again
                return
            kept.set_result(None)
            if new:
                await self._inspect_and_run(incoming, uploads)

    async def _handle_in_turn(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> None:
        async with self._turn(incoming.channel, incoming.address):
            await self._inspect_and_run(incoming, uploads)

    async def _inspect_and_run(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> None:
        owner = await self._units.write(lambda session: self._owner(session, incoming))
        taken = [await asyncio.to_thread(self._take_in, upload, owner) for upload in uploads]
        if await self._run(replace(incoming, files=tuple(taken)), kept=True, uploads=uploads):
            for upload in uploads:
                (self._spool / upload.spooled).unlink(missing_ok=True)

    def _owner(self, session: Session, incoming: Incoming) -> str:
        locale = locales.closest(incoming.language) or locales.SOURCE
        address = people.reach(session, incoming.channel, incoming.address, locale, self._clock())
        return f"person/{address.person_id}"

    def _take_in(self, upload: Upload, owner: str) -> IncomingFile:
        """In a thread: decrypt the spool, inspect, put the good bytes into the store."""
        try:
            content = files.unspool(self._spool / upload.spooled, self._house.keys)
        except (FileNotFoundError, Unreadable):
            return IncomingFile(upload.name, 0, refused="damaged")
        try:
            good = inspection.inspect(upload.name, content, ACCEPTED)
        except inspection.Refused as refusal:
            return IncomingFile(upload.name, len(content), refused=refusal.reason)
        name = self._store.put(good.content, owner)
        return IncomingFile(good.name, len(good.content), good.kind, name, owner, good.pages)

    async def _run(self, incoming: Incoming, *, kept: bool, uploads: tuple[Upload, ...] = ()) -> bool:
        """Whether it was handled; a message that could not be is kept as failed."""
        now = self._clock()
        try:
            await self._write(lambda session: handle(session, incoming, self._house, now, kept=kept))
            return True
        except Exception as error:  # kept for the desk and told to the person; a failure of that goes up to the channel
            log.exception("a message could not be handled", channel=incoming.channel, inbox=incoming.id)
            payload = self._sealed(replace(incoming, files=()), uploads)
            reason = f"{type(error).__name__}: {error}"[:500]
            await self._write(lambda session: keep_failed(session, incoming, payload, reason, self._house, now))
            return False

    async def _write(self, work: Callable[[Session], None]) -> None:
        def unit(session: Session) -> dict[int, tuple[str, str]]:
            work(session)
            return outbox.queued(session)

        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._wake(await self._units.write(unit))
                return
            except dialogues.Overtaken:
                if attempt == ATTEMPTS:
                    raise

    def _sealed(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> bytes:
        document = incoming.to_json() | {"uploads": [[upload.name, upload.spooled] for upload in uploads]}
        bound = f"{incoming.channel}/{incoming.id}"
        return self._house.keys.seal(_PURPOSE, json.dumps(document).encode(), bound)

    def _opened(self, row: InboxRow) -> tuple[Incoming, tuple[Upload, ...]]:
        sealed = self._house.keys.open(_PURPOSE, row.payload or b"", f"{row.channel}/{row.external_id}")
        document = json.loads(sealed)
        uploads = tuple(Upload(name, spooled) for name, spooled in document.pop("uploads"))
        return Incoming.of_json(document), uploads
