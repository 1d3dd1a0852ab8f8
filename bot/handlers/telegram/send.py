"""The sending side: a message becomes requests; their answers become delivered, or one of the known failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

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
from bot.handlers.telegram.api import ApiFailed, Carrier, Notices, Replies
from bot.handlers.telegram.courtesy import Courtesy
from bot.handlers.telegram.receive import NAME
from bot.handlers.telegram.receiver import TelegramReceiver, Webhook
from bot.handlers.telegram.render import Call

#: seconds for one whole message; less than an outbox row's lease, or it goes out twice
WHOLE = 20.0

Attachments = Callable[[int], Awaitable[StoredFile | None]]

#: (status, words of the description; any of them) → what it means for the message; the first that fits
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
        max_buttons=render.MAX_BUTTONS,
        max_list=render.MAX_BUTTONS,
        max_text=render.MAX_TEXT,
        # Telegram's own limits, with room for what courtesy sends besides
        each=RateLimit(burst=3, every=1.0),
        total=RateLimit(burst=28, every=1 / 28),
    )

    def __init__(self, token: str, api_base: str, webhook: Webhook | None, attachment: Attachments) -> None:
        self._bot_id = int(token.partition(":")[0])
        self._replies = Replies(token, api_base)
        self._notices = Notices(token, api_base)
        self._courtesy = Courtesy(self._replies)
        self._webhook = webhook
        self._attachment = attachment

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> TelegramReceiver:
        return TelegramReceiver(self._bot_id, self._replies, self._courtesy, inbound, events, self._webhook)

    def fetch(self, remote: str) -> AsyncIterator[bytes]:
        return self._replies.fetch(remote)

    async def close(self) -> None:
        await self._courtesy.close()
        await self._replies.close()
        await self._notices.close()

    async def send(self, outgoing: Outgoing) -> Delivered:
        try:
            async with asyncio.timeout(WHOLE):
                return await self._send(outgoing)
        except ApiFailed as failed:
            raise failure(failed) from None
        except TimeoutError:
            raise SendFailed("unreachable", f"no answer within {WHOLE:.0f} seconds") from None

    async def _send(self, outgoing: Outgoing) -> Delivered:
        is_first_reply = outgoing.prompt.reason == "reply" and outgoing.attempt == 1
        carrier: Carrier = self._replies if is_first_reply else self._notices
        change = render.edit(outgoing)
        if change is not None and await self._changed(carrier, change, outgoing):
            return Delivered((outgoing.edits_message_id,))
        file = None if outgoing.remote_file else await self._file(outgoing)
        if outgoing.prompt.attachment:
            self._courtesy.busy(outgoing.address, "upload_document")
        calls = render.calls(outgoing, file)
        if not calls:
            raise SendFailed("refused", "the message is empty")
        sent = [await self._sent(carrier, call, outgoing) for call in calls]
        self._courtesy.answered(outgoing, int(sent[0]["message_id"]))
        remote_file = str(sent[-1].get("document", {}).get("file_id", "")) if outgoing.prompt.attachment else ""
        return Delivered(tuple(str(message["message_id"]) for message in sent), remote_file)

    async def _changed(self, carrier: Carrier, change: Call, outgoing: Outgoing) -> bool:
        """Whether the message could be changed in place; if not, it is sent as a new one."""
        self._courtesy.edited(outgoing.address, outgoing.edits_message_id)
        try:
            await carrier.call(change)
        except ApiFailed as failed:
            if failed.says("message is not modified"):
                return True
            if failure(failed).kind == "refused":
                return False
            raise
        return True

    async def _sent(self, carrier: Carrier, call: Call, outgoing: Outgoing) -> Any:
        """A file that Telegram no longer knows is uploaded again."""
        try:
            return await carrier.call(call)
        except ApiFailed as failed:
            if "document" not in call.parameters or failure(failed).kind != "refused":
                raise
        file = await self._file(outgoing)
        return await carrier.call(render.calls(replace(outgoing, remote_file=""), file)[-1])

    async def _file(self, outgoing: Outgoing) -> StoredFile | None:
        if outgoing.prompt.attachment is None:
            return None
        file = await self._attachment(outgoing.prompt.attachment.file_id)
        if file is None:
            raise SendFailed("refused", "the file that belongs to this message is no longer kept")
        return file


def failure(failed: ApiFailed) -> SendFailed:
    """What is no fault of the message, such as a wrong token, must not cost it: it is tried again."""
    if failed.migrated_to:
        return SendFailed("gone", failed.description, new_address=str(failed.migrated_to))
    for status, words, kind in FAILURES:
        if failed.status == status and (not words or failed.says(*words)):
            return SendFailed(kind, failed.description, retry_after=failed.retry_after)
    return SendFailed("unreachable", failed.description, retry_after=failed.retry_after)
