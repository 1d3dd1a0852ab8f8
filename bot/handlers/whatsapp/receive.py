"""The receiving side: the webhook. It answers 200 only after everything in a body is stored."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol

import structlog
from aiohttp import ClientError, web

from bot.channel import Inbound, PlatformEvents, Upload
from bot.chat import Incoming
from bot.errors import OperatorError
from bot.handlers.whatsapp import error_codes
from bot.handlers.whatsapp.client import GraphApiClient, GraphApiError, GraphApiUnavailable
from bot.handlers.whatsapp.updates import (
    NAME,
    DeliveryStatus,
    IdentifierChange,
    UnreadablePart,
    UpdatePart,
    WhatsAppMessage,
    read,
)
from bot.limits import WEBHOOK_WITHIN
from bot.troubles import TroubleLog
from domain import json_bytes
from domain.frozen import frozen

log = structlog.get_logger()

PATH = "/whatsapp"
#: largest body of a webhook request; the platform's largest batches are smaller
MAX_BYTES = 3 * 1024 * 1024
#: seconds between two tries to learn our own phone number
RETRY_PAUSE = 60.0

#: error codes for an unknown phone number id, and for a token that may not use it
_NUMBER_ERRORS = frozenset({33, 100})
_TOKEN_ERRORS = frozenset({0, 3, 10, 190, 200, 131005})


@frozen
class WebhookSecrets:
    """With these the platform proves who it is."""

    app: str = field(repr=False)  #: signs every body
    verify: str = field(repr=False)  #: sent once, when the operator enters the webhook


class MarkRead(Protocol):
    def __call__(self, message_id: str, *, typing: bool) -> None: ...


class WhatsAppReceiver:
    def __init__(
        self,
        inbound: Inbound,
        events: PlatformEvents,
        client: GraphApiClient,
        phone_number_id: str,
        secrets: WebhookSecrets,
        mark_read: MarkRead,
        clock: Callable[[], datetime],
    ) -> None:
        self._inbound = inbound
        self._events = events
        self._client = client
        self._phone_number_id = phone_number_id
        self._secrets = secrets
        self._mark_read = mark_read
        self._clock = clock
        self._is_announced = False
        self._keeping = TroubleLog("keeping what WhatsApp delivers")
        self._unreadable = 0  #: unreadable parts of signed bodies since the start

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.get(PATH, self._verify, allow_head=False), web.post(PATH, self._receive)]

    async def start(self) -> None:
        """Raises `OperatorError` for wrong settings. When WhatsApp cannot be reached now, `run` tries again."""
        try:
            await self._announce()
        except GraphApiError as error:
            _check_settings(error)
        except GraphApiUnavailable as error:
            log.warning("WhatsApp cannot be reached, it is asked again later", why=str(error))

    async def run(self) -> None:
        """Announces our number as soon as it is known. Messages come to the webhook without being asked for."""
        trouble = TroubleLog("asking WhatsApp for our number")
        while not self._is_announced:
            await asyncio.sleep(RETRY_PAUSE)
            try:
                await self._announce()
            except (GraphApiError, GraphApiUnavailable) as error:
                trouble.failed(str(error))
            else:
                trouble.worked()
        await asyncio.Event().wait()

    async def retry(self, part: bytes) -> bool:
        parts = read(json.loads(part), self._phone_number_id, self._clock())
        return not any(isinstance(read_part, UnreadablePart) for read_part in parts) and await self._store(parts)

    async def _announce(self) -> None:
        digits = await self._client.phone_digits()
        await self._events.announce(NAME, f"https://wa.me/{digits}?text=%2F{{word}}%20{{code}}")
        self._is_announced = True

    async def _verify(self, request: web.Request) -> web.Response:
        """The platform's request when the operator enters the webhook."""
        mode, token, challenge = (
            request.query.get(f"hub.{name}", "") for name in ("mode", "verify_token", "challenge")
        )
        if mode != "subscribe" or not challenge or not _is_equal(token, self._secrets.verify):
            return web.Response(status=403)
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _receive(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > MAX_BYTES:
            return web.Response(status=413)
        try:
            async with asyncio.timeout(WEBHOOK_WITHIN):
                body = await _read_body(request)
        except (ConnectionError, ClientError, TimeoutError):
            return web.Response(status=408)
        if body is None:
            return web.Response(status=413)
        if not self._is_signed(body, request.headers.get("X-Hub-Signature-256", "")):
            return web.Response(status=403)
        try:
            parts = read(json_bytes.load(body), self._phone_number_id, self._clock())
        except (ValueError, RecursionError):  # `NotAWebhookBody` is a ValueError
            return web.Response(status=400)
        return web.Response(status=200 if await self._store(parts) else 500)

    def _is_signed(self, body: bytes, header: str) -> bool:
        signature = hmac.new(self._secrets.app.encode(), body, hashlib.sha256).hexdigest()
        return _is_equal(header, f"sha256={signature}")

    async def _store(self, parts: Sequence[UpdatePart]) -> bool:
        """Whether all parts are stored. Addresses are stored side by side, the messages of one address in order."""
        by_address: defaultdict[str, list[UpdatePart]] = defaultdict(list)
        for part in parts:
            if isinstance(part, UnreadablePart):
                self._unreadable += 1
                log.warning("a part of a WhatsApp webhook could not be read", what=part.what, so_far=self._unreadable)
            if not isinstance(part, UnreadablePart) or part.body is not None:
                by_address[part.incoming.address if isinstance(part, WhatsAppMessage) else ""].append(part)
        stored = await asyncio.gather(*map(self._store_in_order, by_address.values()))
        return all(stored)

    async def _store_in_order(self, parts: Sequence[UpdatePart]) -> bool:
        return all([await self._store_part(part) for part in parts])

    async def _store_part(self, part: UpdatePart) -> bool:
        try:
            match part:
                case UnreadablePart(what, body):
                    await self._events.dead_letter(NAME, json.dumps(body, sort_keys=True).encode(), what)
                case DeliveryStatus(message_id, state, reason, error):
                    needs_template = error == error_codes.WINDOW_CLOSED
                    await self._events.progress(NAME, message_id, state, reason, needs_template=needs_template)
                case IdentifierChange(message_id, previous, current):
                    await self._events.identifier_changed(NAME, message_id, previous, current)
                case WhatsAppMessage(incoming, uploads):
                    await self._receive_message(incoming, uploads)
        except Exception as error:  # The webhook answers 500, and the platform delivers the whole body again.
            self._keeping.failed(type(error).__name__)
            return False
        self._keeping.worked()
        return True

    async def _receive_message(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> None:
        if uploads:
            await self._inbound.receive_files(incoming, uploads)
        else:
            await self._inbound.receive(incoming)
        # The reply to a text comes before "typing …" could be shown; a file is downloaded and inspected first.
        self._mark_read(incoming.id, typing=bool(uploads))


async def _read_body(request: web.Request) -> bytes | None:
    """The bytes that were signed; `None` when there are too many."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)


def _is_equal(given: str, expected: str) -> bool:
    """Compares in constant time. As bytes, because `compare_digest` takes no strings beyond ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def _check_settings(error: GraphApiError) -> None:
    """Raises `OperatorError` when the error means that a setting is wrong."""
    if error.code in _TOKEN_ERRORS or error.status in {401, 403}:
        raise OperatorError("PST_WHATSAPP_TOKEN: WhatsApp does not take this access token; copy it again.")
    if error.code in _NUMBER_ERRORS or error.status == 404:
        raise OperatorError(
            "PST_WHATSAPP_PHONE_NUMBER_ID: this access token has no such number; copy the phone number ID, "
            "not the number itself."
        )
    log.warning("WhatsApp cannot be reached, it is asked again later", why=str(error))
