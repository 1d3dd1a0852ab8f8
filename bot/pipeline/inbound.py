"""Receives what people send: in order for each address, and with files inspected before the message is handled."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import inf
from time import perf_counter
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

import locales
from bot.channel import Upload
from bot.chat import Incoming, IncomingFile
from bot.errors import type_and_place
from bot.limits import Sender, TokenBucketLimiter
from bot.metrics import ProcessMetrics
from bot.pipeline.albums import Albums
from bot.pipeline.commit import DeliveryNotifier, write_and_notify
from bot.pipeline.loops import until_done
from bot.pipeline.media import MediaPipeline
from bot.pipeline.payload import PendingMessage, open_raw, seal_message
from bot.pipeline.pending import PendingMessages
from bot.pipeline.receive import ReplyOnItsWay, handle, keep_failed, tell_flood
from bot.pipeline.replies import Lanes
from bot.pipeline.tracing import traced
from bot.service import form_files
from bot.service.context import AppContext
from storage import dialogues, inbox, installation, people, tracing
from storage.inbox import EndingLease
from storage.tables import InboxRow
from storage.unit import NotBegun, Session, Units, is_outage

log = structlog.get_logger()

#: Seconds to wait for our previous reply to leave before handling the next message: before that, the person cannot
#: have seen the question that the message would answer.
REPLY_WAIT = 0.5
#: Seconds before the first look whether another process has sent it, and in all. The pause doubles with each look.
REPLY_LOOK, REPLY_ELSEWHERE_WAIT = 0.02, 2.0
#: Seconds that a message may wait for its turn. If it would wait longer, it is stored and its platform answered first.
KEEP_FIRST_AFTER = 0.1
#: runs of one message that an outage stopped, though the database took something right after it
OUTAGE_TRIES = 3

#: why a message failed whose row is damaged
UNREADABLE = "the stored message cannot be read"

#: (channel, payload) → whether the platform's receiver can read it now
RetryDeadLetter = Callable[[str, bytes], Awaitable[bool]]


class ReplyDelivery(Protocol):
    """What receiving asks of sending."""

    def lanes(self) -> Lanes:
        """The channels on which this process can send a reply at once."""
        ...

    async def wait_until_sent(self, channel: str, address: str, within: float) -> bool:
        """Waits until what was queued for an address has left, but no longer than `within` seconds. False: this process
        sends nothing there.
        """
        ...


class InboundService:
    """Implements `bot.channel.Inbound`, for all channels of one process."""

    def __init__(
        self,
        units: Units,
        app: AppContext,
        media: MediaPipeline,
        pending: PendingMessages,
        notify: DeliveryNotifier,
        delivery: ReplyDelivery,
        clock: Callable[[], datetime],
        limiter: TokenBucketLimiter,
        metrics: ProcessMetrics,
    ) -> None:
        self._units = units
        self._app = app
        self._media = media
        self._pending = pending
        self._notify = notify
        self._delivery = delivery
        self._clock = clock
        self._limiter = limiter
        self._metrics = metrics
        self._albums = Albums()
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        #: address → its messages that were kept before they are handled, and whether each is new
        self._kept_first: dict[tuple[str, str], deque[tuple[PendingMessage, asyncio.Task[bool]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, incoming: Incoming) -> bool:
        if not await self._has_room(incoming):
            return False
        incoming = self._capped(incoming)
        name = (incoming.channel, incoming.address)
        lock = self._lock(*name)
        if name in self._kept_first or lock.locked() or self._units.seconds_until_run() > KEEP_FIRST_AFTER:
            await self._keep_first(incoming)
            return True
        async with lock:
            waited = incoming.kind == "tap" or await self._wait_for_reply(incoming)
            try:
                await self._run(incoming, begins_within=KEEP_FIRST_AFTER, waits=not waited)
            except NotBegun:
                await self._keep_first(incoming, is_oldest=True)
        return True

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> bool:
        if not await self._has_room(incoming):
            return False
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._start(self._keep_and_handle(PendingMessage(self._capped(incoming), uploads), kept))
        await asyncio.shield(kept)  # when the caller is cancelled, the message is handled all the same
        return True

    async def spool(self, chunks: AsyncIterator[bytes]) -> str:
        return await self._media.spool(chunks)

    async def resume(self) -> None:
        """Starts to handle the pending messages that a stopped process left behind."""
        async for row in self._pending.taken():
            await self._take_up(row)

    def take_over(self, ending: Sequence[EndingLease]) -> None:
        """What `PendingMessages.ending_leases` has found."""
        self._start(self._take_over(ending))

    async def retry_failed(self, retry_dead_letter: RetryDeadLetter) -> tuple[int, int]:
        """Runs the failed messages again, oldest first. Returns how many are done now and how many still fail."""
        tried = 0
        async for row in self._pending.rows("failed"):
            tried += 1
            if not inbox.is_dead_letter(row):
                if message := self._pending.opened(row):
                    await self._retry_in_order(message)
            elif await retry_dead_letter(row.channel, open_raw(self._app.keys, row)):
                await self._units.write(partial(inbox.finish, channel=row.channel, external_id=row.external_id))
        left = await self._units.write(partial(inbox.count_failed, since=None))
        return max(0, tried - left), left

    async def idle(self) -> None:
        """Waits until no pending message is being handled."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _has_room(self, incoming: Incoming) -> bool:
        """False when the address sends too much; now and then the sender is told so."""
        sender = Sender(f"{incoming.channel}/{incoming.address}")
        if self._limiter.take("messages", sender):
            return True
        if self._limiter.take("flood_notices", sender):
            log.warning("an address sends too many messages", channel=incoming.channel)
            await self._write(lambda session: tell_flood(session, incoming, self._app, self._clock()))
        return False

    def _capped(self, incoming: Incoming) -> Incoming:
        """`shown_by` is at most now: what leaves later was not on the screen when the person wrote."""
        if incoming.shown_by is None:
            return incoming
        return replace(incoming, shown_by=min(incoming.shown_by, self._clock()))

    async def _wait_for_reply(self, incoming: Incoming) -> bool:
        """False: another process may be sending it."""
        return await self._delivery.wait_until_sent(incoming.channel, incoming.address, REPLY_WAIT)

    def _lock(self, channel: str, address: str) -> asyncio.Lock:
        """Keeps the messages of one address in order."""
        return self._locks.setdefault((channel, address), asyncio.Lock())

    async def _take_over(self, ending: Sequence[EndingLease]) -> None:
        for row in await self._pending.take(ending):
            log.warning("a message of a process that has ended is handled", channel=row.channel, inbox=row.id)
            await self._take_up(row)

    async def _take_up(self, row: InboxRow) -> None:
        """Starts to handle a pending message of another process. One that cannot be read becomes a failed one."""
        message = self._pending.opened(row)
        if message is None:
            await self._units.write(partial(inbox.fail, id=row.id, error=UNREADABLE, now=self._clock()))
        elif not self._media.can_fetch(row.channel, message.uploads):
            self._pending.leave(row)  # another process serves that channel
        elif message.incoming.group:
            self._add_to_album(message, after_crash=True)
        else:
            self._start(self._handle_in_order(message))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_and_handle(self, message: PendingMessage, kept: asyncio.Future[None]) -> None:
        incoming = message.incoming
        if incoming.group:
            if await self._keep(message, kept):
                self._add_to_album(message)
            return
        async with self._lock(incoming.channel, incoming.address):
            if await self._keep(message, kept):
                await self._handle_kept([message])

    async def _keep_first(self, incoming: Incoming, *, is_oldest: bool = False) -> None:
        """When there is much to do: returns as soon as the message is stored. It is handled in its turn, behind the
        messages of its address that came before. `is_oldest`: those that are kept came after it, while it waited.
        """
        name, message = (incoming.channel, incoming.address), PendingMessage(incoming, ())
        keeping = asyncio.create_task(self._pending.store(message))
        if name in self._kept_first:
            waiting = self._kept_first[name]
            (waiting.appendleft if is_oldest else waiting.append)((message, keeping))
        else:
            self._kept_first[name] = deque([(message, keeping)])
            self._start(self._handle_kept_first(name))
        await asyncio.shield(keeping)

    async def _handle_kept_first(self, name: tuple[str, str]) -> None:
        waiting = self._kept_first[name]
        async with self._lock(*name):
            while waiting:
                message, keeping = waiting[0]
                await asyncio.wait([keeping])
                if keeping.exception() is None and keeping.result():
                    await self._handle_kept([message])
                waiting.popleft()
            del self._kept_first[name]

    async def _keep(self, message: PendingMessage, kept: asyncio.Future[None]) -> bool:
        """Stores the message as pending and resolves `kept`. False for a message that was received before."""
        try:
            is_new = await self._pending.store(message)
        except Exception as error:
            kept.set_exception(error)  # the channel answers 5xx, so the platform delivers again
            return False
        kept.set_result(None)
        return is_new

    def _add_to_album(self, part: PendingMessage, *, after_crash: bool = False) -> None:
        if self._albums.add(part):
            self._start(self._handle_album(part.incoming, after_crash))

    async def _handle_album(self, first: Incoming, after_crash: bool) -> None:
        async with self._lock(first.channel, first.address):
            await self._handle_kept(await self._albums.collect(first, after_crash=after_crash))

    async def _handle_in_order(self, message: PendingMessage) -> None:
        async with self._lock(message.incoming.channel, message.incoming.address):
            await self._handle_kept([message])

    async def _retry_in_order(self, message: PendingMessage) -> None:
        """For a command, which ends when the database is away."""
        async with self._lock(message.incoming.channel, message.incoming.address):
            await self._inspect_and_run([message])

    async def _handle_kept(self, parts: Sequence[PendingMessage]) -> None:
        """Handles a message that nobody sends again, because its sender was told that we have it. One whose failure
        cannot be kept either stays pending until the next start, and holds up nothing behind it.
        """
        try:
            await until_done("the handling of a kept message", lambda: self._inspect_and_run(parts))
        except Exception as error:
            first = parts[0].incoming
            trace_id = tracing.of_message(first.channel, first.id)
            log.error("a kept message stays pending", channel=first.channel, trace_id=trace_id, exc_info=error)
        else:
            self._pending.are_done(parts)

    async def _inspect_and_run(self, parts: Sequence[PendingMessage]) -> None:
        """Fetches and inspects the files of a message or an album, then handles it as one message."""
        first = parts[0].incoming
        waited = await self._wait_for_reply(first)
        uploads = tuple(upload for part in parts for upload in part.uploads)
        kept = [part.incoming.id for part in parts]
        try:
            files = await self._inspect(first, uploads)
        except Exception as error:
            if is_outage(error):
                raise
            with traced(tracing.of_message(first.channel, first.id)):
                return await self._keep_failed(first, uploads, error, kept)
        text = "\n".join(part.incoming.text for part in parts if part.incoming.text)
        if await self._run(replace(first, files=files, text=text), kept=kept, uploads=uploads, waits=not waited):
            for upload in uploads:
                self._media.discard(upload)

    async def _inspect(self, incoming: Incoming, uploads: Sequence[Upload]) -> tuple[IncomingFile, ...]:
        if not uploads:
            return ()
        names = [upload.name for upload in uploads]
        owner, is_asked = await self._units.write(lambda session: self._owner(session, incoming, names))
        channel = incoming.channel
        return tuple([await self._media.process(channel, upload, owner, is_asked=is_asked) for upload in uploads])

    def _owner(self, session: Session, incoming: Incoming, names: Sequence[str]) -> tuple[str, bool]:
        """For whom the files are encrypted, and whether our last message asked for a file, or a filled form may come
        back. `names`: of the files.
        """
        locale = locales.closest(incoming.language) or locales.SOURCE
        address = people.get_or_create_address(
            session, incoming.channel, incoming.address, locale, self._clock(), incoming.alternate_address
        )
        is_asked = dialogues.takes_file(session, address.id)
        is_asked = is_asked or form_files.is_awaited(session, address.person_id, names)
        return f"person/{address.person_id}", is_asked

    async def _run(
        self,
        incoming: Incoming,
        *,
        kept: Sequence[str] = (),
        uploads: tuple[Upload, ...] = (),
        begins_within: float = inf,
        waits: bool = False,
    ) -> bool:
        """Handles the message. One that fails is kept as failed, and the result is False. Raises `NotBegun`. `waits`:
        until another process has sent our last reply, at most `REPLY_ELSEWHERE_WAIT`.

        An outage may be over by now, as after a lost connection: then the message runs again. Raises while the outage
        lasts, and the channel delivers the message again.
        """
        pause, waits_until = REPLY_LOOK, perf_counter() + REPLY_ELSEWHERE_WAIT
        with traced(tracing.of_message(incoming.channel, incoming.id)):
            while True:
                try:
                    return await self._run_traced(incoming, kept, uploads, begins_within, waits=waits)
                except ReplyOnItsWay:
                    await asyncio.sleep(min(pause, max(waits_until - perf_counter(), 0.0)))
                    pause, waits = 2 * pause, perf_counter() < waits_until

    async def _run_traced(
        self,
        incoming: Incoming,
        kept: Sequence[str],
        uploads: tuple[Upload, ...],
        begins_within: float,
        *,
        waits: bool,
    ) -> bool:
        now, lanes, begun = self._clock(), self._delivery.lanes(), perf_counter()
        for tries_left in reversed(range(OUTAGE_TRIES)):
            try:
                await self._write(
                    lambda session: handle(session, incoming, self._app, now, kept=kept, lanes=lanes, waits=waits),
                    begins_within,
                )
            except (NotBegun, ReplyOnItsWay):
                raise
            except Exception as error:
                if tries_left and is_outage(error):
                    await self._units.write(partial(installation.write_probe, now=now))
                    continue
                await self._keep_failed(incoming, uploads, error, kept)
                return False
            break
        self._metrics.received[incoming.channel] += 1
        seconds = perf_counter() - begun
        self._metrics.steps.observe(seconds)
        log.debug("a message was handled", channel=incoming.channel, kind=incoming.kind, seconds=round(seconds, 4))
        return True

    async def _keep_failed(
        self, incoming: Incoming, uploads: tuple[Upload, ...], error: Exception, kept: Sequence[str]
    ) -> None:
        """Keeps the message for the staff, and tells the person. If that fails, the channel sees it."""
        self._metrics.not_handled[incoming.channel] += 1
        log.error("a message could not be handled", channel=incoming.channel, exc_info=error)
        now, payload = self._clock(), seal_message(self._app.keys, PendingMessage(replace(incoming, files=()), uploads))
        reason = type_and_place(error)
        await self._write(lambda session: keep_failed(session, incoming, payload, reason, self._app, now, kept=kept))

    async def _write(self, work: Callable[[Session], None], begins_within: float = inf) -> None:
        await write_and_notify(self._units, self._notify, work, begins_within=begins_within)
