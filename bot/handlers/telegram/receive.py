"""The receiving side: updates come by webhook or by polling.

An update counts as taken only after its message is stored: only then the webhook answers 200, or the polling offset
moves.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from aiogram.methods import DeleteWebhook, GetMe, SetWebhook
from aiohttp import ClientError, web

from bot.channel import Inbound, PlatformEvents
from bot.errors import OperatorError
from bot.handlers.telegram import setup
from bot.handlers.telegram.client import AiogramClient, BotApiError
from bot.handlers.telegram.feedback import InteractionFeedback
from bot.handlers.telegram.render import BotApiRequest
from bot.handlers.telegram.routes import ALLOWED_UPDATES, feed_update
from bot.handlers.telegram.updates import NAME, BotIdentity
from bot.handlers.telegram.webhook import WebhookSettings
from bot.limits import WEBHOOK_WITHIN
from bot.troubles import TroubleLog
from domain import json_bytes
from domain.text import Json

Result = TypeVar("Result")

#: seconds that Telegram waits for an update before it answers with an empty list
LONG_POLL = 25
#: seconds for which one process alone may poll, and between two renewals; another process takes over when they end
LEASE, RENEWAL = 7.0, 2.5
#: seconds before the next try after 1, 2, 3 … failures; the last one for all further failures
PAUSES = (1, 2, 5, 10, 20, 30)
#: largest body of a webhook request
MAX_BYTES = 1024 * 1024
#: requests that Telegram may have open to our webhook at once
MAX_CONNECTIONS = 40
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

#: HTTP status of `getUpdates` → what the operator can do about it
HINTS = {
    401: "the token is not valid any more; copy it from @BotFather again",
    409: "another program receives this bot's messages, or a webhook is set for it",
}

WRONG_TOKEN = "PST_TELEGRAM_TOKEN: Telegram does not know this token; copy it from @BotFather again"


#: what may fail, as the log says it
_INTRODUCTION, _MENUS, _LEASE, _POLLING, _ASKING, _KEEPING = (
    *("asking who we are", "setting the menus of commands", "asking who may poll"),
    *("polling", "asking for messages", "keeping messages"),
)


class TelegramReceiver:
    def __init__(
        self,
        bot_id: int,
        client: AiogramClient,
        feedback: InteractionFeedback,
        inbound: Inbound,
        events: PlatformEvents,
        webhook: WebhookSettings | None,
    ) -> None:
        """`webhook` None: poll."""
        self._identity = BotIdentity(bot_id)
        self._troubles = {
            what: TroubleLog(f"telegram: {what}")
            for what in (_INTRODUCTION, _MENUS, _LEASE, _POLLING, _ASKING, _KEEPING)
        }
        self._client = client
        self._feedback = feedback
        self._inbound = inbound
        self._events = events
        self._webhook = webhook

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post(self._webhook.path, self._receive_webhook)] if self._webhook else []

    async def start(self) -> None:
        """Raises `OperatorError`. When Telegram cannot be reached now, `run` tries again."""
        try:
            await self._introduce()
        except BotApiError as failed:
            if failed.status in {401, 404}:
                raise OperatorError(WRONG_TOKEN) from None
            if failed.status == 400:
                raise OperatorError(f"PST_PUBLIC_URL: Telegram takes no webhook there ({failed.description})") from None
            self._troubles[_INTRODUCTION].failed(str(failed))

    async def run(self) -> None:
        await self._introduce_until_done()
        menus = setup.set_menus(self._client, self._events)
        await asyncio.gather(
            self._log_failure(_MENUS, menus, None),
            asyncio.Event().wait() if self._webhook else self._poll_with_lease(),
        )

    async def retry(self, part: bytes) -> bool:
        return await self._feed(json.loads(part))

    async def _introduce_until_done(self) -> None:
        failures = 0
        while not self._identity.username:
            await asyncio.sleep(_pause(failures))
            await self._log_failure(_INTRODUCTION, self._introduce(), None)
            failures += 1

    async def _introduce(self) -> None:
        """Asks Telegram who we are, sets or removes the webhook, and announces the link to the bot."""
        user = await self._client.execute(GetMe())
        if self._webhook:
            await self._client.execute(
                SetWebhook(
                    url=self._webhook.public_url + self._webhook.path,
                    secret_token=self._webhook.secret,
                    allowed_updates=ALLOWED_UPDATES,
                    max_connections=MAX_CONNECTIONS,
                )
            )
        else:
            await self._client.execute(DeleteWebhook(drop_pending_updates=False))
        await self._events.announce(NAME, f"https://t.me/{user.username}?start={{word}}_{{code}}")
        self._identity = BotIdentity(self._identity.id, user.username or "")

    async def _log_failure(self, what: str, work: Awaitable[Result], otherwise: Result) -> Result:
        """Logs a failure of Telegram or of the database, such as a restart, once until it works again, and goes on."""
        try:
            result = await work
        except Exception as error:
            self._troubles[what].failed(str(error) if isinstance(error, BotApiError) else type(error).__name__)
            return otherwise
        self._troubles[what].worked()
        return result

    # polling

    async def _poll_with_lease(self) -> None:
        """Polls whenever no other process does."""
        while True:
            if await self._take_lease(LEASE):
                await self._log_failure(_POLLING, self._poll_while_leased(), None)
            await asyncio.sleep(RENEWAL)

    async def _take_lease(self, seconds: float) -> bool:
        lease = self._events.lease(f"{NAME}/{self._identity.id}/poll", seconds)
        return await self._log_failure(_LEASE, lease, otherwise=False)

    async def _poll_while_leased(self) -> None:
        polling = asyncio.create_task(self._poll())
        try:
            while await self._take_lease(LEASE):
                done, _ = await asyncio.wait({polling}, timeout=RENEWAL)
                if done:
                    polling.result()
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await self._take_lease(0)  # gives it up, so that another process need not wait until it ends

    async def _poll(self) -> None:
        """Telegram forgets all updates below the offset, so the offset moves only past updates that are stored."""
        offset, failures = 0, 0
        while True:
            try:
                updates = await self._get_updates(offset)
            except BotApiError as failed:
                self._troubles[_ASKING].failed(HINTS.get(failed.status, str(failed)))
                await asyncio.sleep(max(_pause(failures), failed.retry_after))
                failures += 1
                continue
            self._troubles[_ASKING].worked()
            taken = await self._take_all(updates)
            offset = updates[taken - 1]["update_id"] + 1 if taken else offset
            failures = failures + 1 if taken < len(updates) else 0
            if failures:
                await asyncio.sleep(_pause(failures - 1))

    async def _get_updates(self, offset: int) -> list[dict[str, Any]]:
        """As JSON: aiogram's own method fails for all updates when it cannot read one of them."""
        parameters = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": cast("Json", ALLOWED_UPDATES)}
        request = BotApiRequest("getUpdates", parameters)
        return cast("list[dict[str, Any]]", await self._client.call(request, timeout=LONG_POLL + 10))

    async def _take_all(self, updates: list[dict[str, Any]]) -> int:
        """Takes all updates at once, begun in their order. Gives how many were taken before the first failure."""
        results = await asyncio.gather(
            *(asyncio.create_task(self._take(update)) for update in updates), return_exceptions=True
        )
        for index, result in enumerate(results):
            if isinstance(result, BaseException):
                self._troubles[_KEEPING].failed(type(result).__name__)
                return index
        if updates:
            self._troubles[_KEEPING].worked()
        return len(updates)

    # webhook

    async def _receive_webhook(self, request: web.Request) -> web.Response:
        """Answers 200 after the update is stored. An exception becomes 500, and Telegram delivers the update again."""
        assert self._webhook is not None
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._webhook.secret.encode()):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(WEBHOOK_WITHIN):
                await request.content.readexactly(MAX_BYTES + 1)
            return web.Response(status=413)
        except asyncio.IncompleteReadError as whole:
            body = whole.partial
        except (ConnectionError, ClientError, TimeoutError):
            return web.Response(status=408)
        try:
            update = json_bytes.load(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return web.Response(status=400)
        await self._take(update)
        return web.Response()

    # both

    async def _take(self, update: dict[str, Any]) -> None:
        if not await self._feed(update):
            part = json.dumps(update, sort_keys=True).encode()
            await self._events.dead_letter(NAME, part, "an update that the library cannot read")

    async def _feed(self, update: dict[str, Any]) -> bool:
        now = datetime.now(UTC)
        return await feed_update(update, self._identity, now, self._inbound, self._events, self._feedback)


def _pause(failures: int) -> float:
    """Seconds before the next try."""
    return PAUSES[min(failures, len(PAUSES) - 1)]
