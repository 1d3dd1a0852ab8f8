"""The sending side: a message becomes requests; the answers become `Delivered` or one of the known failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.channel import (
    Capabilities,
    Delivered,
    FailureKind,
    Inbound,
    Outgoing,
    PlatformEvents,
    RateLimit,
    SendFailed,
    StoredFile,
)
from bot.handlers.telegram import render
from bot.handlers.telegram.client import AiogramClient, BotApiClient, BotApiError
from bot.handlers.telegram.feedback import InteractionFeedback
from bot.handlers.telegram.receive import TelegramReceiver
from bot.handlers.telegram.render import BotApiRequest
from bot.handlers.telegram.updates import NAME
from bot.handlers.telegram.webhook import WebhookSettings

if TYPE_CHECKING:
    from bot.handlers.telegram.notice_client import PythonTelegramBotClient

#: seconds for a whole message; less than the lease of an outbox row, or the message would be sent twice
SEND_TIMEOUT = 20.0

#: by `Attachment.is_picture`: what a person sees while it is on its way
_UPLOADING = {False: "upload_document", True: "upload_photo"}

Attachments = Callable[[int], Awaitable[StoredFile | None]]

#: (status, phrases of which the description has one; none: any description) → kind of failure; the first that fits
FAILURES: tuple[tuple[int, tuple[str, ...], FailureKind], ...] = (
    (429, (), "throttled"),
    (403, (), "blocked"),
    (400, ("chat not found", "user is deactivated", "user not found", "peer_id_invalid"), "blocked"),
    (400, (), "refused"),
    (413, (), "refused"),
)


class TelegramChannel:
    name = NAME
    capabilities = Capabilities(
        # Telegram's own limits, minus room for the messages of `InteractionFeedback`
        each=RateLimit(burst=3, every=1.0),
        total=RateLimit(burst=28, every=1 / 28),
    )

    def __init__(self, token: str, api_base: str, webhook: WebhookSettings | None, attachment: Attachments) -> None:
        self._bot_id = int(token.partition(":")[0])
        self._replies = AiogramClient(token, api_base)
        self._access = (token, api_base)
        self._loading = asyncio.Lock()
        self._notices: PythonTelegramBotClient | None = None
        self._feedback = InteractionFeedback(self._replies)
        self._webhook = webhook
        self._attachment = attachment

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> TelegramReceiver:
        return TelegramReceiver(self._bot_id, self._replies, self._feedback, inbound, events, self._webhook)

    def fetch(self, remote: str) -> AsyncIterator[bytes]:
        return self._replies.fetch(remote)

    async def close(self) -> None:
        await self._feedback.close()
        await self._replies.close()
        if self._notices is not None:
            await self._notices.close()

    async def send(self, outgoing: Outgoing) -> Delivered:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                return await self._send(outgoing)
        except BotApiError as failed:
            raise send_failure(failed) from None
        except TimeoutError:
            raise SendFailed("unreachable", f"no answer within {SEND_TIMEOUT:.0f} seconds") from None

    async def _send(self, outgoing: Outgoing) -> Delivered:
        is_first_reply = outgoing.prompt.reason == "reply" and outgoing.attempt == 1
        client: BotApiClient = self._replies if is_first_reply else await self._notice_client()
        edit = render.build_edit(outgoing)
        if edit is not None and await self._edit(client, edit, outgoing):
            return Delivered((outgoing.edits_message_id,))
        file = None if outgoing.remote_file else await self._load_file(outgoing)
        if attachment := outgoing.prompt.attachment:
            self._feedback.show_action(int(outgoing.address), _UPLOADING[attachment.is_picture])
        requests = render.build_requests(outgoing, file)
        if not requests:
            raise SendFailed("refused", "the message is empty")
        sent = [await self._send_request(client, request, outgoing) for request in requests]
        self._feedback.message_sent(outgoing, int(sent[0]["message_id"]))
        remote_file = _file_id(sent[-1]) if attachment else ""
        return Delivered(tuple(str(message["message_id"]) for message in sent), remote_file)

    async def _notice_client(self) -> PythonTelegramBotClient:
        async with self._loading:
            if self._notices is None:
                loaded = await asyncio.to_thread(import_module, "bot.handlers.telegram.notice_client")
                self._notices = loaded.PythonTelegramBotClient(*self._access)
            return self._notices

    async def _edit(self, client: BotApiClient, edit: BotApiRequest, outgoing: Outgoing) -> bool:
        """Whether the message could be edited; if not, it must be sent as a new one."""
        self._feedback.message_edited(outgoing.address, outgoing.edits_message_id)
        try:
            await client.call(edit)
        except BotApiError as failed:
            if failed.mentions("message is not modified"):
                return True
            if send_failure(failed).kind == "refused":
                return False
            raise
        return True

    async def _send_request(self, client: BotApiClient, request: BotApiRequest, outgoing: Outgoing) -> Any:
        """Sends a request; uploads the file again when Telegram no longer knows its id."""
        try:
            return await client.call(request)
        except BotApiError as failed:
            if request.medium not in request.parameters or send_failure(failed).kind != "refused":
                raise
        file = await self._load_file(outgoing)
        return await client.call(render.build_requests(replace(outgoing, remote_file=""), file)[-1])

    async def _load_file(self, outgoing: Outgoing) -> StoredFile | None:
        if outgoing.prompt.attachment is None:
            return None
        file = await self._attachment(outgoing.prompt.attachment.file_id)
        if file is None:
            raise SendFailed("refused", "the file that belongs to this message is no longer kept")
        return file


def _file_id(message: Any) -> str:
    """Of the sent document, or of the picture in its largest size."""
    match message:
        case {"document": {"file_id": file_id}} | {"photo": [*_, {"file_id": file_id}]}:
            return str(file_id)
    return ""


def send_failure(failed: BotApiError) -> SendFailed:
    """What the outbox must know. What is no fault of the message, such as a wrong token, counts as unreachable: the
    message is tried again.
    """
    if failed.migrated_to:
        return SendFailed("gone", failed.description, new_address=str(failed.migrated_to))
    for status, phrases, kind in FAILURES:
        if failed.status == status and (not phrases or failed.mentions(*phrases)):
            return SendFailed(kind, failed.description, retry_after=failed.retry_after)
    return SendFailed("unreachable", failed.description, retry_after=failed.retry_after)
