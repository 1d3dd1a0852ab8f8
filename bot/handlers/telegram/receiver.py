"""The receiving side: updates come by webhook or are polled; one counts as taken only once the service has kept it."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

import structlog
from aiohttp import web

from bot.channel import Inbound, PlatformEvents
from bot.errors import OperatorError
from bot.handlers.telegram import setup
from bot.handlers.telegram.api import ApiFailed, Replies
from bot.handlers.telegram.courtesy import Courtesy
from bot.handlers.telegram.receive import ALLOWED, NAME, InGroup, Me, Membership, Said, Unreadable, received

log = structlog.get_logger()

Result = TypeVar("Result")

#: seconds that Telegram waits for something new before it answers with nothing
LONG_POLL = 25
#: seconds for which one process may poll; renewed in time, so that another takes over soon after its death
LEASE, RENEWAL = 7.0, 2.5
#: seconds between tries when something fails; the longest
PAUSES = (1, 2, 5, 10, 20, 30)
#: bytes of an update
MOST_BYTES = 1024 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

#: status → what the operator should know
HINTS = {
    401: "the token is not valid any more; copy it from @BotFather again",
    409: "another program receives this bot's messages, or a webhook is set for it",
}

WRONG_TOKEN = "PST_TELEGRAM_TOKEN: Telegram does not know this token; copy it from @BotFather again"


@dataclass(frozen=True, slots=True)
class Webhook:
    public_url: str
    secret: str

    @property
    def path(self) -> str:
        """Nobody finds it who does not know the secret, and it does not tell the secret."""
        return f"/{NAME}/{sha256(b'webhook of ' + self.secret.encode()).hexdigest()[:32]}"


class TelegramReceiver:
    def __init__(
        self,
        bot_id: int,
        api: Replies,
        courtesy: Courtesy,
        inbound: Inbound,
        events: PlatformEvents,
        webhook: Webhook | None,
    ) -> None:
        self._me = Me(bot_id)
        self._api = api
        self._courtesy = courtesy
        self._inbound = inbound
        self._events = events
        self._webhook = webhook

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return [web.post(self._webhook.path, self._pushed)] if self._webhook else []

    async def start(self) -> None:
        """Raises `OperatorError`. When Telegram cannot be reached now, `run` goes on trying."""
        try:
            await self._introduce()
        except ApiFailed as failed:
            if failed.status in {401, 404}:
                raise OperatorError(WRONG_TOKEN) from None
            if failed.status == 400:
                raise OperatorError(f"PST_PUBLIC_URL: Telegram takes no webhook there ({failed.description})") from None
            log.warning("telegram: cannot be reached yet", why=str(failed))

    async def run(self) -> None:
        await self._introduce_late()
        menus = self._survive("the menus of commands are not set", setup.menus(self._api, self._events), None)
        await asyncio.gather(menus, self._listen())

    async def _listen(self) -> None:
        if self._webhook:
            await asyncio.Event().wait()
        while True:
            if await self._holds_lease(LEASE):
                await self._poll_while_held()
            await asyncio.sleep(RENEWAL)

    async def _introduce_late(self) -> None:
        tries = 0
        while not self._me.username:
            await asyncio.sleep(_pause(tries))
            await self._survive("cannot be reached yet", self._introduce(), None)
            tries += 1

    async def _introduce(self) -> None:
        me = await self._api.ask("getMe")
        if self._webhook:
            await self._api.ask(
                "setWebhook",
                url=self._webhook.public_url + self._webhook.path,
                secret_token=self._webhook.secret,
                allowed_updates=list(ALLOWED),
                max_connections=40,
            )
        else:
            await self._api.ask("deleteWebhook", drop_pending_updates=False)
        await self._events.announce(NAME, f"https://t.me/{me['username']}?start={{word}}_{{code}}")
        self._me = Me(self._me.id, me["username"])

    async def _survive(self, what: str, work: Awaitable[Result], otherwise: Result) -> Result:
        """Telegram or the inside may be away for a while, as when the database starts again: receiving outlives it."""
        try:
            return await work
        except Exception as error:
            log.warning(f"telegram: {what}", why=str(error) if isinstance(error, ApiFailed) else type(error).__name__)
            return otherwise

    # polling

    async def _holds_lease(self, seconds: float) -> bool:
        lease = self._events.lease(f"{NAME}/{self._me.id}/poll", seconds)
        return await self._survive("cannot ask who may poll", lease, otherwise=False)

    async def _poll_while_held(self) -> None:
        polling = asyncio.create_task(self._poll())
        try:
            while await self._holds_lease(LEASE):
                done, _ = await asyncio.wait({polling}, timeout=RENEWAL)
                if done:
                    polling.result()
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await self._holds_lease(0)  # another process need not wait until it runs out

    async def _poll(self) -> None:
        """Asking for what comes after an update tells Telegram to forget it: never before it is kept."""
        offset, failures = 0, 0
        while True:
            try:
                updates = await self._api.ask(
                    "getUpdates", LONG_POLL + 10, offset=offset, timeout=LONG_POLL, allowed_updates=list(ALLOWED)
                )
            except ApiFailed as failed:
                log.warning("telegram: cannot ask for messages", why=HINTS.get(failed.status, str(failed)))
                await asyncio.sleep(max(_pause(failures), failed.retry_after))
                failures += 1
                continue
            taken = await self._take_all(updates)
            offset = updates[taken - 1]["update_id"] + 1 if taken else offset
            failures = failures + 1 if taken < len(updates) else 0
            if failures:
                await asyncio.sleep(_pause(failures - 1))

    async def _take_all(self, updates: list[dict[str, Any]]) -> int:
        """All side by side, begun in order; how many were kept before the first that was not."""
        results = await asyncio.gather(
            *(asyncio.create_task(self._take(update)) for update in updates), return_exceptions=True
        )
        for number, (update, result) in enumerate(zip(updates, results, strict=True)):
            if isinstance(result, BaseException):
                why = type(result).__name__
                log.error("telegram: an update could not be kept", update=update["update_id"], why=why)
                return number
        return len(updates)

    # webhook

    async def _pushed(self, request: web.Request) -> web.Response:
        """200 once the update is kept; an exception becomes 500, and Telegram tries again."""
        assert self._webhook is not None
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._webhook.secret.encode()):
            return web.Response(status=403)
        try:
            await request.content.readexactly(MOST_BYTES + 1)
            return web.Response(status=413)
        except asyncio.IncompleteReadError as whole:
            body = whole.partial
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return web.Response(status=400)
        await self._take(update)
        return web.Response()

    # both

    async def _take(self, update: dict[str, Any]) -> None:
        """Waits for nothing before the backend has it, which keeps the order of a chat."""
        match received(update, self._me, datetime.now(UTC)):
            case Said() as said:
                await self._said(said)
            case Membership(address, is_blocked):
                await self._events.blocked(NAME, address, is_blocked)
            case InGroup(chat, language):
                self._courtesy.refuse_group(chat, language)
            case Unreadable():
                part = json.dumps(update, sort_keys=True).encode()
                await self._events.dead_letter(NAME, part, "an update that the library cannot read")

    async def retry(self, part: bytes) -> bool:
        """An update that was set aside, perhaps with a newer library."""
        update = json.loads(part)
        readable = received(update, self._me, datetime.now(UTC)) != Unreadable()
        if readable:
            await self._take(update)
        return readable

    async def _said(self, said: Said) -> None:
        incoming, tapped = said.incoming, said.tapped
        if tapped:
            self._courtesy.tapped(incoming.address, tapped)
        try:
            if said.uploads:
                self._courtesy.busy(incoming.address)
                await self._inbound.receive_files(incoming, said.uploads)
            else:
                await self._inbound.receive(incoming)
        finally:
            if tapped:
                self._courtesy.heard(tapped)


def _pause(failures: int) -> float:
    """Seconds before the next try."""
    return PAUSES[min(failures, len(PAUSES) - 1)]
