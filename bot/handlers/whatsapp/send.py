"""The sending side: sends what `render` built, or a template where nothing else is allowed. Fetches people's files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime

import structlog

from bot.channel import Delivered, FetchFailed, Inbound, Outgoing, PlatformEvents, SendFailed, StoredFile
from bot.chat import Prompt
from bot.handlers.whatsapp import error_codes, render
from bot.handlers.whatsapp.client import GraphApiClient, GraphApiError, GraphApiUnavailable
from bot.handlers.whatsapp.limits import CAPABILITIES, MAX_IMAGE, WINDOW
from bot.handlers.whatsapp.receive import WebhookSecrets, WhatsAppReceiver
from bot.handlers.whatsapp.templates import ApprovedTemplates
from bot.handlers.whatsapp.updates import NAME
from domain.text import Text, paragraphs

log = structlog.get_logger()

#: Timeout for all messages of one outbox row in seconds. It is shorter than the row's lease, or the row is sent twice.
TIMEOUT = 20.0
#: outbox rows of which only a part was sent, and whose rest is remembered
MAX_PARTLY_SENT = 1000
#: Read marks that may be on their way at once. In a flood, further messages are not marked as read.
MAX_MARKS = 50


class WhatsAppChannel:
    name = NAME
    capabilities = CAPABILITIES

    def __init__(
        self,
        client: GraphApiClient,
        phone_number_id: str,
        secrets: WebhookSecrets,
        templates: ApprovedTemplates,
        attachment: Callable[[int], Awaitable[StoredFile | None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._phone_number_id = phone_number_id
        self._secrets = secrets
        self._templates = templates
        self._attachment = attachment
        self._clock = clock
        self._logged_advice: set[str] = set()  #: advice for the operator since the last message that was sent
        self._partly_sent: dict[tuple[int, int], tuple[str, ...]] = {}
        self._marks: set[asyncio.Task[None]] = set()

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> WhatsAppReceiver:
        return WhatsAppReceiver(
            inbound, events, self._client, self._phone_number_id, self._secrets, self.mark_read, self._clock
        )

    async def send(self, outgoing: Outgoing) -> Delivered:
        """Returns when the platform has taken the messages. It reports later how far they get."""
        try:
            async with asyncio.timeout(TIMEOUT):
                delivered = await self._send(outgoing)
        except GraphApiError as error:
            self._log_advice(error)
            raise error_codes.to_send_failed(error) from None
        except GraphApiUnavailable as error:
            raise SendFailed("unreachable", str(error)) from None
        except TimeoutError:
            raise SendFailed("unreachable", f"no answer within {TIMEOUT:.0f} seconds") from None
        self._logged_advice.clear()
        return delivered

    async def fetch(self, remote: str) -> AsyncGenerator[bytes]:
        """Locates the file and downloads it. Locates it once more when its URL, which lives five minutes, is dead."""
        try:
            for is_last in (False, True):
                location, size = await self._client.locate(remote), 0
                try:
                    async with aclosing(self._client.download(location.url)) as chunks:
                        async for chunk in chunks:
                            size += len(chunk)
                            yield chunk
                except GraphApiError as error:
                    if error.is_not_found and not is_last:
                        continue
                    raise
                if location.size and size != location.size:
                    raise FetchFailed("unreachable", "the file did not come whole")
                return
        except GraphApiError as error:
            self._log_advice(error)
            raise FetchFailed("gone" if error.is_not_found else "unreachable", str(error)) from None
        except GraphApiUnavailable as error:
            raise FetchFailed("unreachable", str(error)) from None

    def mark_read(self, message_id: str, *, typing: bool) -> None:
        """Marks a message as read in the background. A failure is ignored."""
        if len(self._marks) < MAX_MARKS:
            task = asyncio.create_task(self._mark_read(message_id, typing=typing))
            self._marks.add(task)
            task.add_done_callback(self._marks.discard)

    async def close(self) -> None:
        for task in self._marks:
            task.cancel()
        await asyncio.gather(*self._marks, return_exceptions=True)
        await self._client.close()

    async def _mark_read(self, message_id: str, *, typing: bool) -> None:
        with suppress(GraphApiError, GraphApiUnavailable):
            await self._client.mark_read(message_id, typing=typing)

    async def _send(self, outgoing: Outgoing) -> Delivered:
        written_at = outgoing.last_incoming_at
        if outgoing.needs_template or written_at is None or self._clock() - written_at > WINDOW:
            return await self._send_template(outgoing)
        try:
            return await self._send_prompt(outgoing)
        except GraphApiError as error:
            if error.code != error_codes.WINDOW_CLOSED:
                raise
        return await self._send_template(outgoing)

    async def _send_template(self, outgoing: Outgoing) -> Delivered:
        """Sends at most one template a day, however many messages wait."""
        if outgoing.template_sent_at is not None and self._clock() - outgoing.template_sent_at < WINDOW:
            return Delivered(template_sent=True)
        payload = self._templates.template_for(outgoing.prompt, outgoing.locale)
        return Delivered((await self._send_payload(outgoing, payload),), template_sent=True)

    async def _send_prompt(self, outgoing: Outgoing) -> Delivered:
        prompt, media_id = await self._with_media(outgoing)
        try:
            ids = await self._send_payloads(outgoing, render.payloads(prompt, outgoing.locale, media_id))
        except GraphApiError as error:
            if media_id != outgoing.remote_file or not media_id or error.code not in error_codes.FILE_UNKNOWN:
                raise
            without_file = replace(outgoing, remote_file="")
            prompt, media_id = await self._with_media(without_file)
            ids = await self._send_payloads(without_file, render.payloads(prompt, outgoing.locale, media_id))
        return Delivered(ids, remote_file=media_id)

    async def _send_payloads(self, outgoing: Outgoing, payloads: list[render.Payload]) -> tuple[str, ...]:
        """Sends the messages of one row. What an earlier try of this process has sent is not sent again."""
        row = (outgoing.id, len(payloads))
        ids = self._partly_sent.pop(row, ())
        try:
            for payload in payloads[len(ids) :]:
                ids += (await self._send_payload(outgoing, payload),)
        finally:
            if 0 < len(ids) < len(payloads):
                self._partly_sent[row] = ids
                if len(self._partly_sent) > MAX_PARTLY_SENT:
                    del self._partly_sent[next(iter(self._partly_sent))]
        return ids

    async def _send_payload(self, outgoing: Outgoing, payload: render.Payload) -> str:
        """Sends to the address, or to the alternate one when the platform does not know the first."""
        try:
            return await self._client.send(render.addressed(payload, outgoing.address))
        except GraphApiError as error:
            if not outgoing.alternate_address or error.code not in error_codes.ADDRESS_UNKNOWN:
                raise
        return await self._client.send(render.addressed(payload, outgoing.alternate_address))

    async def _with_media(self, outgoing: Outgoing) -> tuple[Prompt, str]:
        """The prompt, and the platform's id of its attachment. A sentence replaces an image that is too large."""
        prompt = outgoing.prompt
        if prompt.attachment is None or outgoing.remote_file:
            return prompt, outgoing.remote_file
        file = await self._attachment(prompt.attachment.file_id)
        if file is None:
            raise SendFailed("refused", "the file that belongs to this message is no longer kept")
        if render.is_image(prompt.attachment) and len(file.content) > MAX_IMAGE:
            return replace(prompt, attachment=None, text=paragraphs(prompt.text, _too_large(file.name))), ""
        return prompt, await self._client.upload(file.content, file.kind)

    def _log_advice(self, error: GraphApiError) -> None:
        """Tells the operator what to check: once, until a message can be sent again."""
        advice = error_codes.meaning_of(error).advice
        if advice and advice not in self._logged_advice:
            self._logged_advice.add(advice)
            log.error(advice, code=error.code, status=error.status)


def _too_large(name: str) -> Text:
    return Text(
        "Gambar %(name)s lebih besar dari %(limit)s MB, batas WhatsApp. Silakan membukanya melalui obrolan web kami.",
        name=name,
        limit=MAX_IMAGE // 1024 // 1024,
    )
