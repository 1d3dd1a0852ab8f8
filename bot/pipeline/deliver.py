"""Sends the outbox: claim, send, settle, retry, give up.

Each address has a loop of its own while it has something to send; commits wake it. The limit that a platform sets for
one address is kept in its row, the one for all addresses in `rate_limiter.py`.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf

import structlog

from bot.channel import Channel, Delivered, Outgoing, SendFailed
from bot.chat import Prompt, prompt_from_json
from bot.metrics import ProcessMetrics
from bot.pipeline.commit import write_and_notify
from bot.pipeline.loops import until_done
from bot.pipeline.rate_limiter import RateLimiter, budget_of
from bot.pipeline.replies import Lanes
from bot.pipeline.tracing import traced
from bot.service import code_mails
from bot.troubles import TroubleLog
from domain.frozen import frozen
from storage import sending
from storage.secrets import Keys
from storage.sending import AddressRateLimit, ClaimedMessage, RateLimited
from storage.unit import Session, Units, is_outage

log = structlog.get_logger()

#: what is to be sent next to an address; `None` when nothing is due
Claim = ClaimedMessage | RateLimited | None

#: how long a message goes back to the outbox when its turn did not come
TURN_RETRY = timedelta(seconds=2)


@frozen
class DueAddresses:
    """What a look has found."""

    due: Sequence[tuple[int, str]]  #: (id, channel) of addresses
    left: Mapping[str, int]  #: `Deliverer._left` when the look began
    channels: frozenset[str]  #: those that had room


class Deliverer:
    """Sends what is due on the channels of this process."""

    def __init__(
        self,
        units: Units,
        keys: Keys,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        metrics: ProcessMetrics,
    ) -> None:
        self._units = units
        self._keys = keys
        self._channels = channels
        self._clock = clock
        self._metrics = metrics
        self._loops: dict[int, asyncio.Task[None]] = {}  #: address id → its running loop
        self._claimed: defaultdict[int, deque[ClaimedMessage]] = defaultdict(deque)  #: address id → what it sends next
        self._in_turn: dict[int, ClaimedMessage] = {}  #: address id → what waits for its turn in the channel
        self._recheck: set[int] = set()  #: address ids whose loop must look once more before it ends
        #: channel → how often a message was left in the outbox for lack of room, since all of them were found again
        self._left: Counter[str] = Counter()
        self._address_ids: dict[tuple[str, str], int] = {}  #: of the addresses that were notified
        limits = {name: channel.capabilities for name, channel in channels.items()}
        self._troubles = {name: TroubleLog(f"sending by {name}") for name in channels}
        self._limiters = {
            name: RateLimiter(budget_of(units, name, can.total)) for name, can in limits.items() if can.total
        }
        self._address_limits = {
            name: AddressRateLimit(can.each.burst, timedelta(seconds=can.each.every))
            for name, can in limits.items()
            if can.each
        }

    def lanes(self) -> Lanes:
        """The channels on which this process can send a reply at once, and the rate limit of each address there."""
        return {name: self._address_limits.get(name) for name in self._channels if self._takes_more(name)}

    def notify(self, queued: Mapping[int, tuple[str, str]], claimed: Sequence[ClaimedMessage] = ()) -> None:
        """Starts the loops of these addresses. `queued`: address id → (channel, address). `claimed`: messages that were
        claimed for this process when they were queued.
        """
        for message in claimed:
            self._claimed[message.address_id].append(message)
        complete = {message.address_id for message in claimed if message.is_last}
        for address_id, name in queued.items():
            if name[0] not in self._channels:
                continue
            if address_id in self._claimed or self._takes_more(name[0]):
                self._start(address_id, rechecks=address_id not in complete)
                self._address_ids[name] = address_id
            else:
                self._left[name[0]] += 1

    async def wait_until_sent(self, channel: str, address: str, within: float) -> bool:
        """Waits until what was queued for an address has left, but no longer than `within` seconds. False: this process
        sends nothing there.
        """
        loop = self._loops.get(self._address_ids.get((channel, address), 0))
        if loop is not None:
            await asyncio.wait({loop}, timeout=within)
        return loop is not None

    async def close(self) -> None:
        """Ends all loops. What has not begun to leave goes back to the outbox, so that the next process need not wait
        for the end of its lease.
        """
        for loop in self._loops.values():
            loop.cancel()
        unsent = [*self._in_turn.values(), *(message for waiting in self._claimed.values() for message in waiting)]
        await asyncio.gather(*self._loops.values(), return_exceptions=True)
        if unsent:
            now = self._clock()
            await self._units.write(lambda session: sending.put_all_back(session, unsent, now))

    async def idle(self) -> None:
        """Waits until no loop runs."""
        while self._loops:
            await asyncio.gather(*self._loops.values(), return_exceptions=True)

    def due_addresses(self, session: Session, now: datetime) -> DueAddresses | None:
        """A look of `DatabaseWatch`: what a crash, a pause, another process or a used up limit left in the outbox.
        `None`: nothing, and no limit is used up.
        """
        left = dict(self._left)
        open_now = {name: self._room(name, bulk=True) > 0 for name in self._channels if self._room(name) > 0}
        due = sending.due_addresses(session, open_now, now)
        is_open = len(open_now) == len(self._channels) and all(open_now.values())
        return DueAddresses(due, left, frozenset(open_now)) if due or left or not is_open else None

    def start(self, found: DueAddresses | None) -> None:
        """Starts the loops of these addresses, as many as there is room for."""
        if found is None:
            return
        room = {channel: self._room(channel) for channel in found.channels}
        for address_id, channel in found.due:
            if room[channel] > 0 and address_id not in self._loops:
                room[channel] -= 1
                self._start(address_id)
        for channel, rest in room.items():
            if rest > 0 and self._left[channel] == found.left.get(channel, 0):
                del self._left[channel]  # nothing is left, and nothing was left since the look

    def _takes_more(self, channel: str) -> bool:
        """Whether a message may leave at once: there is room, and nothing was left that came before it."""
        return self._room(channel) > 0 and channel not in self._left

    def _room(self, channel: str, *, bulk: bool = False) -> float:
        """How many messages leave in time if they are claimed now. Others stay in the outbox, where order is kept."""
        limiter = self._limiters.get(channel)
        return inf if limiter is None else limiter.room(bulk=bulk)

    def _start(self, address_id: int, *, rechecks: bool = True) -> None:
        """`rechecks`: a loop that runs looks once more before it ends."""
        if address_id not in self._loops:
            self._loops[address_id] = asyncio.create_task(self._send_all(address_id))
        elif rechecks:
            self._recheck.add(address_id)

    async def _send_all(self, address_id: int) -> None:
        """The loop of one address. When it fails, the next sweep starts it again."""
        try:
            while True:
                self._recheck.discard(address_id)
                following = self._next_claimed(address_id) or await self._claim(address_id)
                while following is not None:
                    following = await self._send_or_wait(address_id, following)
                if address_id not in self._recheck and address_id not in self._claimed:
                    return
        except Exception as error:
            if not is_outage(error):  # the log says that once, for all addresses
                log.exception("delivery to an address failed", address=address_id)
        finally:
            del self._loops[address_id]
            self._claimed.pop(address_id, None)  # they are sent when their lease has run out

    def _next_claimed(self, address_id: int) -> ClaimedMessage | None:
        waiting = self._claimed.get(address_id)
        message = waiting.popleft() if waiting else None
        if not waiting:
            self._claimed.pop(address_id, None)
        return message

    async def _claim(self, address_id: int) -> Claim:
        now = self._clock()
        return await self._units.write(lambda session: self._claim_now(session, address_id, now))

    def _claim_now(self, session: Session, address_id: int, now: datetime) -> Claim:
        return sending.claim(session, self._keys, address_id, now, tuple(self._channels), self._address_limits)

    async def _send_or_wait(self, address_id: int, following: ClaimedMessage | RateLimited) -> Claim:
        """Returns what follows; `None` when nothing is due."""
        if isinstance(following, ClaimedMessage):
            return await self._send_in_turn(following)
        await asyncio.sleep((following.until - self._clock()).total_seconds())
        return await self._claim(address_id)

    async def _send_in_turn(self, claimed: ClaimedMessage) -> Claim:
        limiter = self._limiters.get(claimed.channel)
        self._in_turn[claimed.address_id] = claimed
        has_turn = limiter is None or await limiter.wait(bulk=claimed.bulk)
        del self._in_turn[claimed.address_id]
        with traced(claimed.trace_id):
            if has_turn:
                return await self._send(claimed)
            later = self._clock() + TURN_RETRY
            return await self._record(claimed, lambda session: sending.put_back(session, claimed, later))

    async def _send(self, claimed: ClaimedMessage) -> Claim:
        try:
            delivered = await self._channels[claimed.channel].send(self._outgoing(claimed))
        except SendFailed as failure:
            return await self._fail(claimed, failure)
        except Exception as error:  # a bug in a channel must not stop the loop or lose the message: it is retried
            log.exception("sending broke", outbox=claimed.id, channel=claimed.channel)
            return await self._fail(claimed, SendFailed("unreachable", type(error).__name__))
        return await self._settle(claimed, delivered)

    def _outgoing(self, claimed: ClaimedMessage) -> Outgoing:
        life = self._channels[claimed.channel].capabilities.upload_life
        is_kept = life is None or (claimed.remote_at is not None and self._clock() - claimed.remote_at < life)
        return Outgoing(
            claimed.id,
            claimed.external_id,
            claimed.locale,
            claimed.prompt if isinstance(claimed.prompt, Prompt) else prompt_from_json(claimed.body),
            claimed.at,
            attempt=claimed.attempts,
            alternate_address=claimed.alternate_address,
            last_incoming_at=claimed.last_incoming_at,
            edits_message_id=claimed.edits_message_id,
            remote_file=claimed.remote_file if is_kept else "",
            template_sent_at=claimed.template_sent_at,
            needs_template=claimed.needs_template,
        )

    async def _settle(self, claimed: ClaimedMessage, delivered: Delivered) -> Claim:
        now, ids, file = self._clock(), delivered.remote_ids, delivered.remote_file
        outcome = "template" if delivered.template_sent else "sent"
        self._metrics.sends[claimed.channel, outcome] += 1
        self._troubles[claimed.channel].worked()
        log.debug("a message left", outbox=claimed.id, channel=claimed.channel, outcome=outcome)
        if delivered.template_sent:
            return await self._record(claimed, lambda session: sending.hold_for_template(session, claimed, now, ids))
        limit = self._address_limits.get(claimed.channel)
        return await self._record(
            claimed,
            lambda session: sending.settle(session, claimed, now, ids, file, limit),
            is_one_statement=len(ids) <= 1 and not file,
        )

    async def _fail(self, claimed: ClaimedMessage, failure: SendFailed) -> Claim:
        now = self._clock()
        self._metrics.sends[claimed.channel, failure.kind] += 1
        self._log_failure(claimed, failure)

        def record(session: Session) -> None:
            kind, why, pause = failure.kind, str(failure), failure.retry_after
            sending.fail(session, self._keys, claimed, now, kind, why, pause, failure.new_address)
            if failure.kind == "refused":
                code_mails.tell_refused(session, self._keys, claimed.message_id, now)

        return await self._record(claimed, record)

    def _log_failure(self, claimed: ClaimedMessage, failure: SendFailed) -> None:
        """A channel that is away fails for every message: that is one line, until it takes one again."""
        if failure.kind == "unreachable":
            self._troubles[claimed.channel].failed(failure.hint or str(failure))
            return
        self._troubles[claimed.channel].worked()
        about = {"outbox": claimed.id, "channel": claimed.channel, "kind": failure.kind, "attempt": claimed.attempts}
        log.warning("send failed", **about)

    async def _record(
        self, claimed: ClaimedMessage, work: Callable[[Session], None], *, is_one_statement: bool = False
    ) -> Claim:
        """Records what became of a claimed message, after an outage if need be: else it would be sent again. In the
        same transaction claims what follows, if anything may. `is_one_statement`: the recording is no more.
        """
        address_id, now = claimed.address_id, self._clock()
        is_last = claimed.is_last and address_id not in self._recheck

        def unit(session: Session) -> Claim:
            work(session)
            return None if is_last else self._claim_now(session, address_id, now)

        alone = is_one_statement and is_last
        return await until_done(
            "the record of a sent message",
            lambda: write_and_notify(self._units, self.notify, unit, is_one_statement=alone),
        )
