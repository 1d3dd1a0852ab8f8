"""The webhook: proves who speaks, hands every message inside, and answers 200 only when all of them are kept."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
from aiohttp import ClientError, web

from bot.channel import Inbound, PlatformEvents
from bot.errors import OperatorError
from bot.handlers.whatsapp.graph import ApiRefused, Graph, Unanswered
from bot.handlers.whatsapp.receive import NAME, Item, Problem, Said, Status, read

log = structlog.get_logger()

PATH = "/whatsapp"
#: bytes; the platform's largest batches stay below
MAX_BYTES = 3 * 1024 * 1024
#: seconds in which a whole body arrives
PATIENCE = 15.0
#: seconds until the platform is asked again who we are
ASK_AGAIN = 60.0

#: the codes by which the platform says that it does not know the number, and that the token is not good for it
_NO_NUMBER = frozenset({33, 100})
_NO_TOKEN = frozenset({0, 3, 10, 190, 200, 131005})


@dataclass(frozen=True, slots=True)
class Secrets:
    """What proves that the platform is the platform."""

    app: str = field(repr=False)  #: signs every body
    verify: str = field(repr=False)  #: said once, when the webhook is entered


class MarkRead(Protocol):
    def __call__(self, message: str, *, typing: bool) -> None: ...


class WhatsAppReceiver:
    """The `Receiver` of WhatsApp."""

    def __init__(
        self,
        inbound: Inbound,
        events: PlatformEvents,
        graph: Graph,
        phone_number_id: str,
        secrets: Secrets,
        mark_read: MarkRead,
        clock: Callable[[], datetime],
    ) -> None:
        self._inbound = inbound
        self._events = events
        self._graph = graph
        self._phone_number_id = phone_number_id
        self._secrets = secrets
        self._mark_read = mark_read
        self._clock = clock
        self._announced = False
        self._unread = 0  #: parts of signed bodies that nobody can be answered for, since the start

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.get(PATH, self._verify, allow_head=False), web.post(PATH, self._hear)]

    async def start(self) -> None:
        try:
            await self._introduce()
        except ApiRefused as refused:
            _blame(refused)
        except Unanswered as unanswered:
            log.warning("WhatsApp cannot be reached, it is asked again later", why=str(unanswered))

    async def run(self) -> None:
        """There is nothing to ask for: what is new comes by itself. Only our number may be unknown still."""
        while not self._announced:
            await asyncio.sleep(ASK_AGAIN)
            try:
                await self._introduce()
            except (ApiRefused, Unanswered) as trouble:
                log.warning("WhatsApp does not tell our number", why=str(trouble))
            except Exception as error:  # the database is away; it is tried again
                log.warning("the number of WhatsApp was not stored", why=type(error).__name__)
        await asyncio.Event().wait()

    async def _introduce(self) -> None:
        digits = await self._graph.phone()
        await self._events.announce(NAME, f"https://wa.me/{digits}?text=%2F{{word}}%20{{code}}")
        self._announced = True

    async def _verify(self, request: web.Request) -> web.Response:
        asked = request.query
        mode, token, challenge = (asked.get(f"hub.{name}", "") for name in ("mode", "verify_token", "challenge"))
        if mode != "subscribe" or not challenge or not _equal(token, self._secrets.verify):
            return web.Response(status=403)
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _hear(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > MAX_BYTES:
            return web.Response(status=413)
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _whole(request)
        except (ConnectionError, ClientError, TimeoutError):
            return web.Response(status=408)
        if body is None:
            return web.Response(status=413)
        if not self._is_signed(body, request.headers.get("X-Hub-Signature-256", "")):
            return web.Response(status=403)
        try:
            items = read(json.loads(body), self._phone_number_id, self._clock())
        except (ValueError, RecursionError):  # also `WrongShape`
            return web.Response(status=400)
        return web.Response(status=200 if await self._take_in(items) else 500)

    def _is_signed(self, body: bytes, header: str) -> bool:
        return _equal(header, "sha256=" + hmac.new(self._secrets.app.encode(), body, hashlib.sha256).hexdigest())

    async def _take_in(self, items: Sequence[Item]) -> bool:
        """Whether all is kept. Addresses go side by side, each one's messages in their order."""
        lanes: defaultdict[str, list[Item]] = defaultdict(list)
        for item in items:
            if isinstance(item, Problem):
                self._unread += 1
                log.warning("a part of a WhatsApp webhook could not be read", what=item.what, so_far=self._unread)
            if not isinstance(item, Problem) or item.body is not None:
                lanes[item.incoming.address if isinstance(item, Said) else ""].append(item)
        kept = await asyncio.gather(*(self._lane(lane) for lane in lanes.values()))
        return all(kept)

    async def _lane(self, items: Sequence[Item]) -> bool:
        return all([await self._keep(item) for item in items])

    async def retry(self, part: bytes) -> bool:
        """A message that was set aside, perhaps with a newer program."""
        items = read(json.loads(part), self._phone_number_id, self._clock())
        return not any(isinstance(item, Problem) for item in items) and await self._take_in(items)

    async def _keep(self, item: Item) -> bool:
        try:
            if isinstance(item, Problem):
                await self._events.dead_letter(NAME, json.dumps(item.body, sort_keys=True).encode(), item.what)
                return True
            if isinstance(item, Status):
                await self._events.progress(NAME, item.id, item.state, item.reason)
                return True
            if item.uploads:
                await self._inbound.receive_files(item.incoming, item.uploads)
            else:
                await self._inbound.receive(item.incoming)
        except Exception as error:  # said with 500: the platform delivers all of it again
            log.error("a part of a WhatsApp webhook could not be kept", why=type(error).__name__)
            return False
        # An answer to words is there before "typing …" could be; a file is fetched and looked into first.
        self._mark_read(item.incoming.id, typing=bool(item.uploads))
        return True


async def _whole(request: web.Request) -> bytes | None:
    """The body, as it was signed; `None` if it is too long."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)


def _equal(said: str, expected: str) -> bool:
    """In a time that tells nothing. As bytes: of words, `compare_digest` takes ASCII only."""
    return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), expected.encode())


def _blame(refused: ApiRefused) -> None:
    """Raises `OperatorError` when it is the settings' fault."""
    if refused.code in _NO_TOKEN or refused.status in {401, 403}:
        raise OperatorError("PST_WHATSAPP_TOKEN: WhatsApp does not take this access token; copy it again.")
    if refused.code in _NO_NUMBER or refused.status == 404:
        raise OperatorError(
            "PST_WHATSAPP_PHONE_NUMBER_ID: this access token has no such number; copy the phone number ID, "
            "not the number itself."
        )
    log.warning("WhatsApp cannot be reached, it is asked again later", why=str(refused))
