"""Sends webhooks: signed, at least once, in batches, in any order, and with every mistake that a test asks for."""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from tests.platforms.whatsapp.payloads import Account, Event, Spread, encoded, payload, signature
from tests.platforms.whatsapp.untrusted import FORGED, MANGLED

#: seconds that the platform waits for an answer
ANSWER_TIMEOUT = 20.0


class NotDelivered(AssertionError):
    """The receiver did not take a body within `give_up_after` seconds."""


@dataclass
class Delivery:
    """One body that was POSTed."""

    body: bytes
    signature: str | None
    events: tuple[Event, ...] = ()
    answers: list[int] = field(default_factory=list)  #: HTTP statuses; 0: no answer
    seconds: list[float] = field(default_factory=list)  #: time until each answer

    @property
    def taken(self) -> bool:
        return any(200 <= answer < 300 for answer in self.answers)


@dataclass(frozen=True)
class Verification:
    status: int
    body: str
    challenge: str


@dataclass
class Webhook:
    account: Account
    secret: str
    url: str = ""  #: empty: events are not sent
    verify_token: str = "verify-token-of-the-tests"
    pause: float = 0.1  #: seconds between two attempts
    give_up_after: float = 60.0  #: seconds
    max_parallel: int = 100  #: bodies that are sent at the same time
    copies: int = 1  #: how often each body is sent, at the same time
    batch: int = 1  #: events in one body at most …
    batch_wait: float = 0.02  #: … and seconds that the first one waits for the others
    spread: Spread = "entries"
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    deliveries: list[Delivery] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)  #: bodies sent in the background that were never taken
    held: list[Event] | None = None  #: events that wait for `release`
    _waiting: list[tuple[Event, asyncio.Future[None]]] = field(default_factory=list)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _is_closed: bool = False
    _session: ClientSession | None = None
    _busy: int = 0
    _free: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def deliver(self, event: Event) -> None:
        """Returns when the receiver has taken the event (2xx); at once while events are held. Raises `NotDelivered`."""
        if not self.url:
            return
        if self.held is not None:
            self.held.append(event)
        elif self.batch <= 1:
            await self.post([event])
        else:
            await self._share(event)

    def hold(self) -> None:
        """Keeps all events from now on."""
        self.held = self.held or []

    async def release(self, *, batch: int = 1, shuffle: bool = False, copies: int = 1) -> None:
        """Sends all held events at the same time. Returns when all are taken."""
        events = (self.held or []) * copies
        self.held = None
        if shuffle:
            self.chance.shuffle(events)
        batches = [events[start : start + batch] for start in range(0, len(events), batch)]
        await asyncio.gather(*(self.post(each) for each in batches))

    async def _share(self, event: Event) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((event, done))
        if len(self._waiting) >= self.batch:
            self._flush()
        elif len(self._waiting) == 1:
            loop.call_later(self.batch_wait, self._flush)
        await done

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.background(self._post_shared(waiting))

    async def _post_shared(self, waiting: Sequence[tuple[Event, asyncio.Future[None]]]) -> None:
        try:
            await self.post([event for event, _ in waiting])
        except NotDelivered as failure:
            for _, done in waiting:
                if not done.done():
                    done.set_exception(failure)
        else:
            for _, done in waiting:
                if not done.done():
                    done.set_result(None)

    async def post(self, events: Sequence[Event], *, spread: Spread | None = None) -> Delivery:
        """Sends these events in one body, again and again until it is taken. Raises `NotDelivered`."""
        body = encoded(payload(events, self.account, spread or self.spread))
        delivery = Delivery(body, signature(self.secret, body), tuple(events))
        self.deliveries.append(delivery)
        await self._until_taken(delivery)
        return delivery

    async def replay(self, deliveries: Sequence[Delivery] | None = None, *, shuffle: bool = False) -> list[Delivery]:
        """Sends old bodies again, byte for byte. By default all that were taken."""
        again = [one for one in self.deliveries if one.taken] if deliveries is None else list(deliveries)
        if shuffle:
            self.chance.shuffle(again)
        copies = [Delivery(one.body, one.signature, one.events) for one in again]
        self.deliveries += copies
        await asyncio.gather(*(self._until_taken(copy) for copy in copies))
        return copies

    async def post_raw(self, body: bytes, header: str | None = None) -> int:
        """Sends these bytes once, with this signature header. Returns the HTTP status, or 0."""
        delivery = Delivery(body, header)
        self.deliveries.append(delivery)
        return await self._attempt(delivery)

    async def post_forged(self, how: str, event: Event) -> int:
        """Sends a body of `untrusted.FORGED`. Returns the HTTP status, or 0."""
        return await self.post_raw(*FORGED[how](self.secret, encoded(payload([event], self.account))))

    async def post_mangled(self, how: str, event: Event) -> int:
        """Sends a body of `untrusted.MANGLED`. Returns the HTTP status, or 0."""
        body = MANGLED[how](encoded(payload([event], self.account)))
        return await self.post_raw(body, signature(self.secret, body))

    async def verify(self, token: str | None = None, mode: str = "subscribe") -> Verification:
        """The platform's GET request when the operator enters the webhook."""
        challenge = str(self.chance.randrange(10**9, 10**10))
        asked = {
            "hub.mode": mode,
            "hub.challenge": challenge,
            "hub.verify_token": self.verify_token if token is None else token,
        }
        async with self._client().get(self.url, params=asked) as response:
            return Verification(response.status, await response.text(), challenge)

    async def _until_taken(self, delivery: Delivery) -> None:
        until = time.monotonic() + self.give_up_after
        while True:
            await asyncio.gather(*(self._attempt(delivery) for _ in range(self.copies)))
            if delivery.taken:
                return
            if time.monotonic() > until:
                raise NotDelivered(
                    f"{len(delivery.answers)} attempts: {delivery.answers[-3:]}: {delivery.body[:300]!r}"
                )
            await asyncio.sleep(self.pause)

    async def _attempt(self, delivery: Delivery) -> int:
        async with self._free:
            await self._free.wait_for(lambda: self._busy < self.max_parallel)
            self._busy += 1
        try:
            return await self._send(delivery)
        finally:
            self._busy -= 1
            async with self._free:
                self._free.notify()

    async def _send(self, delivery: Delivery) -> int:
        began = time.monotonic()
        sent = {"Content-Type": "application/json"}
        if delivery.signature is not None:
            sent["X-Hub-Signature-256"] = delivery.signature
        try:
            async with self._client().post(self.url, data=io.BytesIO(delivery.body), headers=sent) as response:
                await response.read()
                answer = response.status
        except (ClientError, TimeoutError, ConnectionError):
            answer = 0
        delivery.answers.append(answer)
        delivery.seconds.append(time.monotonic() - began)
        return answer

    def background(self, work: Coroutine[Any, Any, object]) -> None:
        """Runs in the background until it is done or the server is closed; afterwards nothing is begun."""
        if self._is_closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(self._quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except NotDelivered as failure:
            self.given_up.append(str(failure))

    @property
    def is_busy(self) -> bool:
        """Whether something is still being sent in the background."""
        return bool(self._tasks)

    async def settled(self, timeout: float = 10.0) -> None:
        """Waits until nothing is being sent in the background. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout):
            while self._tasks:
                await asyncio.wait(set(self._tasks))

    def _client(self) -> ClientSession:
        if self._session is None:
            agent = {"User-Agent": "facebookexternalua"}
            unlimited = TCPConnector(limit=0)
            self._session = ClientSession(
                timeout=ClientTimeout(total=ANSWER_TIMEOUT), headers=agent, connector=unlimited
            )
        return self._session

    async def close(self) -> None:
        self._is_closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
