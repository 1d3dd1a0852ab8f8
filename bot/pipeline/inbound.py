"""The inside as a channel sees it: messages in order for each address, files inspected before they count, albums
gathered, pages fed, events noted.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Protocol
from uuid import uuid4
from weakref import WeakValueDictionary

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.channel import Progress, StoredFile, StoredMessage, Upload
from bot.chat import Incoming, prompt_from_json
from bot.pipeline.media import Intake
from bot.pipeline.receive import handle, keep_failed
from bot.service.context import AppContext
from storage import dialogues, inbox, installation, messages, outbox, people
from storage.files import FileStore
from storage.tables import Address, File, InboxRow, Officer
from storage.unit import Units

log = structlog.get_logger()

ATTEMPTS = 3  #: runs of a unit that another one overtook
#: seconds without another part, after which an album is whole; and the longest that it is waited for
ALBUM_WAIT = 1.0
#: so many times as long when a process died between the parts: the next one may receive only when the lease of the
#: dead one has run out
ALBUM_WAIT_AFTER_CRASH = 12
ALBUM_PARTS = 10
#: seconds that a message waits for the answer before it to be on its way: else it would seem to have come too early
REPLY_WAIT = 0.5
#: what the id of a part begins with that could not be read
DEAD_LETTER = "aside/"
_PURPOSE = "inbox"

RetryDeadLetter = Callable[[str, bytes], Awaitable[bool]]


class DeliveryNotifier(Protocol):
    """What must know after a commit: delivery loops and open pages."""

    def __call__(self, queued: Mapping[int, tuple[str, str]]) -> None: ...


class WaitUntilSent(Protocol):
    """Waits until what was queued for (channel, address) has left, but not for ever."""

    async def __call__(self, channel: str, address: str, within: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A kept message with media."""

    incoming: Incoming
    uploads: tuple[Upload, ...]


class InboundService:
    """The `Backend` of every channel."""

    def __init__(
        self,
        units: Units,
        app: AppContext,
        store: FileStore,
        intake: Intake,
        notify: DeliveryNotifier,
        wait_until_sent: WaitUntilSent,
        clock: Callable[[], datetime],
    ) -> None:
        self._units = units
        self._house = app
        self._store = store
        self._intake = intake
        self._notify = notify
        self._wait_until_sent = wait_until_sent
        self._clock = clock
        self._holder = uuid4().hex
        self._albums: dict[tuple[str, str, str], list[Part]] = {}
        self._limiters: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, incoming: Incoming) -> None:
        incoming = self._arrived(incoming)
        async with self._turn(incoming.channel, incoming.address):
            if incoming.kind != "tap":
                await self._wait_until_sent(incoming.channel, incoming.address, REPLY_WAIT)
            await self._run(incoming)

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> None:
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._start(self._keep_and_handle(self._arrived(incoming), uploads, kept))
        await asyncio.shield(kept)  # the page may go; what it sent is handled all the same

    def _arrived(self, incoming: Incoming) -> Incoming:
        """What leaves after a message has come in was not on the screen when it was written."""
        if incoming.shown_by is None:
            return incoming
        return replace(incoming, shown_by=min(incoming.shown_by, self._clock()))

    async def resume(self) -> None:
        """Takes up the pending messages that a stopped process left behind."""
        async for row in self._waiting("pending"):
            part = self._opened(row)
            if not self._intake.can_take(row.channel, part.uploads):
                continue  # another process has that channel
            if part.incoming.group:
                self._gather(part, patience=ALBUM_WAIT_AFTER_CRASH)
            else:
                self._start(self._handle_in_turn(part))

    async def retry_failed(self, retry_dead_letter: RetryDeadLetter) -> tuple[int, int]:
        """Runs the failed messages again, oldest first. Returns how many are done now and how many still fail.
        `retry_dead_letter` gets the channel and the payload of a message that nobody could read.
        """
        rows = await self._units.write(lambda session: inbox.waiting(session, "failed", limit=1000))
        for row in rows:
            if not row.external_id.startswith(DEAD_LETTER):
                await self._handle_in_turn(self._opened(row))
            elif await retry_dead_letter(row.channel, self._unsealed(row)):
                await self._units.write(partial(inbox.finish, channel=row.channel, external_id=row.external_id))
        left = await self._units.write(lambda session: inbox.waiting(session, "failed", limit=1000))
        return len(rows) - len(left), len(left)

    async def spool(self, chunks: AsyncIterator[bytes]) -> str:
        return await self._intake.spool(chunks)

    async def spooled(self) -> set[str]:
        """The files in the spool that a message needs which is pending or failed."""
        return {
            upload.spooled
            for state in ("pending", "failed")
            async for row in self._waiting(state)
            if not row.external_id.startswith(DEAD_LETTER)
            for upload in self._opened(row).uploads
        }

    async def conversation(self, channel: str, address: str, after: int, limit: int) -> list[StoredMessage]:
        async with self._units.reading() as session:
            row = await session.scalar(
                select(Address).where(Address.channel == channel, Address.external_id == address)
            )
            if row is None:
                return []
            said = await messages.conversation(session, self._house.keys, row.id, after, limit)
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

    async def blocked(self, channel: str, address: str, is_blocked: bool) -> None:
        now = self._clock()

        def note(session: Session) -> None:
            row = people.find(session, channel, address)
            if row is not None:
                row.blocked_at = now if is_blocked else None

        await self._units.write(note)

    async def progress(self, channel: str, remote_id: str, state: Progress, reason: str = "") -> None:
        now = self._clock()
        await self._write(
            lambda session: outbox.move_on(session, self._house.keys, channel, remote_id, state, reason, now)
        )

    async def dead_letter(self, channel: str, part: bytes, why: str) -> None:
        now, id = self._clock(), DEAD_LETTER + sha256(part).hexdigest()
        sealed = self._house.keys.seal(_PURPOSE, part, f"{channel}/{id}")
        await self._units.write(lambda session: inbox.keep(session, channel, id, "", now, "failed", sealed, why))

    async def announce(self, channel: str, link: str) -> None:
        await self._units.write(lambda session: installation.keep(session, f"way/{channel}", link))

    async def staff(self, channel: str) -> list[tuple[str, str]]:
        query = (
            select(Address.external_id, Officer.role)
            .join(Officer, Officer.person_id == Address.person_id)
            .where(Address.channel == channel, Officer.revoked_at.is_(None))
        )
        async with self._units.reading() as session:
            return [(address, role) for address, role in (await session.execute(query)).all()]

    async def lease(self, name: str, seconds: float) -> bool:
        now, until = self._clock(), timedelta(seconds=seconds)
        return await self._units.write(
            lambda session: installation.lease(session, name, self._holder, now, now + until)
        )

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
        return self._limiters.setdefault((channel, address), asyncio.Lock())

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_and_handle(
        self, incoming: Incoming, uploads: tuple[Upload, ...], kept: asyncio.Future[None]
    ) -> None:
        part = Part(incoming, uploads)
        if incoming.group:
            if await self._keep(part, kept):
                self._gather(part)
            return
        async with self._turn(incoming.channel, incoming.address):
            if await self._keep(part, kept):
                await self._inspect_and_run([part])

    async def _keep(self, part: Part, kept: asyncio.Future[None]) -> bool:
        """Whether it was new; `kept` is told when the message is safe."""
        incoming, now = part.incoming, self._clock()
        payload = self._sealed(part)
        try:
            new = await self._units.write(
                lambda s: inbox.keep(s, incoming.channel, incoming.id, incoming.address, now, "pending", payload)
            )
        except Exception as error:
            kept.set_exception(error)  # the channel answers 5xx, so the platform delivers again
            return False
        kept.set_result(None)
        return new

    def _gather(self, part: Part, patience: int = 1) -> None:
        """An album comes in parts, each a message of its own; together they are one answer."""
        incoming = part.incoming
        key = (incoming.channel, incoming.address, incoming.group)
        if key in self._albums:
            self._albums[key].append(part)
        else:
            self._albums[key] = [part]
            self._start(self._handle_album(key, patience))

    async def _handle_album(self, key: tuple[str, str, str], patience: int) -> None:
        async with self._turn(key[0], key[1]):
            for _ in range(ALBUM_PARTS + patience):
                before = len(self._albums[key])
                await asyncio.sleep(ALBUM_WAIT)
                patience = patience - 1 if len(self._albums[key]) == before else 1
                if not patience:
                    break
            parts = self._albums.pop(key)
            await self._inspect_and_run(sorted(parts, key=lambda part: (part.incoming.sequence or 0, part.incoming.id)))

    async def _handle_in_turn(self, part: Part) -> None:
        async with self._turn(part.incoming.channel, part.incoming.address):
            await self._inspect_and_run([part])

    async def _inspect_and_run(self, parts: Sequence[Part]) -> None:
        first = parts[0].incoming
        await self._wait_until_sent(first.channel, first.address, REPLY_WAIT)
        uploads = [upload for part in parts for upload in part.uploads]
        owner, is_asked = await self._units.write(lambda session: self._owner(session, first))
        taken = [await self._intake.take_in(first.channel, upload, owner, is_asked=is_asked) for upload in uploads]
        text = "\n".join(part.incoming.text for part in parts if part.incoming.text)
        whole = Part(replace(first, files=tuple(taken), text=text), tuple(uploads))
        if await self._run(whole.incoming, kept=[part.incoming.id for part in parts], uploads=whole.uploads):
            for upload in uploads:
                self._intake.discard(upload)

    def _owner(self, session: Session, incoming: Incoming) -> tuple[str, bool]:
        """For whom the files are encrypted, and whether the last thing we said asked for a file."""
        locale = locales.closest(incoming.language) or locales.SOURCE
        address = people.reach(
            session, incoming.channel, incoming.address, locale, self._clock(), incoming.alternate_address
        )
        return f"person/{address.person_id}", dialogues.takes_file(session, address.id)

    async def _run(self, incoming: Incoming, *, kept: Sequence[str] = (), uploads: tuple[Upload, ...] = ()) -> bool:
        """Whether it was handled; a message that could not be is kept as failed."""
        now = self._clock()
        try:
            await self._write(lambda session: handle(session, incoming, self._house, now, kept=kept))
            return True
        except Exception as error:  # kept for the desk and told to the person; a failure of that goes up to the channel
            log.exception("a message could not be handled", channel=incoming.channel, inbox=incoming.id)
            payload = self._sealed(Part(replace(incoming, files=()), uploads))
            reason = f"{type(error).__name__}: {error}"[:500]
            await self._write(
                lambda session: keep_failed(session, incoming, payload, reason, self._house, now, kept=kept)
            )
            return False

    async def _write(self, work: Callable[[Session], None]) -> None:
        def unit(session: Session) -> dict[int, tuple[str, str]]:
            work(session)
            return outbox.queued(session)

        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._notify(await self._units.write(unit))
                return
            except dialogues.Overtaken:
                if attempt == ATTEMPTS:
                    raise

    def _sealed(self, part: Part) -> bytes:
        uploads = [[upload.name, upload.spooled, upload.remote, upload.size] for upload in part.uploads]
        document = part.incoming.to_json() | {"uploads": uploads}
        bound = f"{part.incoming.channel}/{part.incoming.id}"
        return self._house.keys.seal(_PURPOSE, json.dumps(document).encode(), bound)

    def _opened(self, row: InboxRow) -> Part:
        document = json.loads(self._unsealed(row))
        uploads = tuple(Upload(*upload) for upload in document.pop("uploads"))
        return Part(Incoming.of_json(document), uploads)

    def _unsealed(self, row: InboxRow) -> bytes:
        return self._house.keys.open(_PURPOSE, row.payload or b"", f"{row.channel}/{row.external_id}")
