"""The channel: sends what was rendered, knocks where only a template may pass, fetches what people sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.channel import Delivered, FetchFailed, Inbound, Outgoing, PlatformEvents, SendFailed, StoredFile
from bot.chat import Prompt
from bot.handlers.whatsapp import failures, render
from bot.handlers.whatsapp.graph import ApiRefused, Graph, Unanswered, is_gone
from bot.handlers.whatsapp.limits import CAPABILITIES, MAX_IMAGE, WINDOW
from bot.handlers.whatsapp.receive import NAME
from bot.handlers.whatsapp.receiver import Secrets, WhatsAppReceiver
from bot.handlers.whatsapp.templates import Approved
from domain.text import Text, paragraphs

log = structlog.get_logger()

#: seconds for one whole row; less than its lease, or it goes out twice
TIMEOUT = 20.0
KNOCK_AGAIN = timedelta(days=1)
#: rows of several messages of which a part is out, remembered until the rest is
MAX_BEGUN = 1000
#: marks on their way at once; what people sent in a flood beyond that is just not marked as read
MAX_MARKS = 50


class WhatsApp:
    name = NAME
    capabilities = CAPABILITIES

    def __init__(
        self,
        graph: Graph,
        phone_number_id: str,
        secrets: Secrets,
        templates: Approved,
        attachment: Callable[[int], Awaitable[StoredFile | None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._graph = graph
        self._phone_number_id = phone_number_id
        self._secrets = secrets
        self._templates = templates
        self._attachment = attachment
        self._clock = clock
        self._told: set[str] = set()  #: what the operator was told since the last message that went out
        self._begun: dict[tuple[int, int], tuple[str, ...]] = {}
        self._marks: set[asyncio.Task[None]] = set()

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> WhatsAppReceiver:
        return WhatsAppReceiver(
            inbound, events, self._graph, self._phone_number_id, self._secrets, self.mark_read, self._clock
        )

    async def send(self, outgoing: Outgoing) -> Delivered:
        """Delivered means: the platform took it. How far it gets, it tells later."""
        try:
            async with asyncio.timeout(TIMEOUT):
                delivered = await self._send(outgoing)
        except ApiRefused as refused:
            self._tell(refused)
            raise failures.failure(refused) from None
        except Unanswered as unanswered:
            raise SendFailed("unreachable", str(unanswered)) from None
        except TimeoutError:
            raise SendFailed("unreachable", f"no answer within {TIMEOUT:.0f} seconds") from None
        self._told.clear()
        return delivered

    async def fetch(self, remote: str) -> AsyncGenerator[bytes]:
        """Looks the address up, which lives for five minutes, and once more if it is found dead."""
        try:
            for last in (False, True):
                medium, size = await self._graph.find(remote), 0
                try:
                    async with aclosing(self._graph.download(medium.url)) as chunks:
                        async for chunk in chunks:
                            size += len(chunk)
                            yield chunk
                except ApiRefused as refused:
                    if is_gone(refused) and not last:
                        continue
                    raise
                if medium.size and size != medium.size:
                    raise FetchFailed("unreachable", "the file did not come whole")
                return
        except ApiRefused as refused:
            self._tell(refused)
            raise FetchFailed("gone" if is_gone(refused) else "unreachable", str(refused)) from None
        except Unanswered as unanswered:
            raise FetchFailed("unreachable", str(unanswered)) from None

    def mark_read(self, message: str, *, typing: bool) -> None:
        """In the background, as well as it goes: a mark is not worth a wait, nor a second try."""
        if len(self._marks) < MAX_MARKS:
            task = asyncio.create_task(self._mark_read(message, typing=typing))
            self._marks.add(task)
            task.add_done_callback(self._marks.discard)

    async def close(self) -> None:
        for task in self._marks:
            task.cancel()
        await asyncio.gather(*self._marks, return_exceptions=True)
        await self._graph.close()

    async def _mark_read(self, message: str, *, typing: bool) -> None:
        with suppress(ApiRefused, Unanswered):
            await self._graph.mark_read(message, typing=typing)

    async def _send(self, outgoing: Outgoing) -> Delivered:
        if outgoing.last_incoming_at is None or self._clock() - outgoing.last_incoming_at > WINDOW:
            return await self._knock(outgoing)
        try:
            return await self._say(outgoing)
        except ApiRefused as refused:
            if refused.code != failures.WINDOW_CLOSED:
                raise
        return await self._knock(outgoing)

    async def _knock(self, outgoing: Outgoing) -> Delivered:
        """Once a day is enough, however much waits."""
        if outgoing.template_sent_at is not None and self._clock() - outgoing.template_sent_at < WINDOW:
            return Delivered(template_sent=True)
        payload = self._templates.template_for(outgoing.prompt, outgoing.locale)
        return Delivered((await self._reach(outgoing, payload),), template_sent=True)

    async def _say(self, outgoing: Outgoing) -> Delivered:
        prompt, medium = await self._with_medium(outgoing)
        try:
            ids = await self._each(outgoing, render.payloads(prompt, outgoing.locale, medium))
        except ApiRefused as refused:
            if medium != outgoing.remote_file or not medium or refused.code not in failures.FILE_UNKNOWN:
                raise
            fresh = replace(outgoing, remote_file="")
            prompt, medium = await self._with_medium(fresh)
            ids = await self._each(fresh, render.payloads(prompt, outgoing.locale, medium))
        return Delivered(ids, remote_file=medium)

    async def _each(self, outgoing: Outgoing, payloads: list[render.Payload]) -> tuple[str, ...]:
        """What went out at an earlier try does not go out again, as long as this process remembers."""
        row = (outgoing.id, len(payloads))
        ids = self._begun.pop(row, ())
        try:
            for payload in payloads[len(ids) :]:
                ids += (await self._reach(outgoing, payload),)
        finally:
            if 0 < len(ids) < len(payloads):
                self._begun[row] = ids
                if len(self._begun) > MAX_BEGUN:
                    del self._begun[next(iter(self._begun))]
        return ids

    async def _reach(self, outgoing: Outgoing, payload: render.Payload) -> str:
        """Under the one identifier, or else under the other."""
        try:
            return await self._graph.send(render.addressed(payload, outgoing.address))
        except ApiRefused as refused:
            if not outgoing.alternate_address or refused.code not in failures.UNKNOWN_THERE:
                raise
        return await self._graph.send(render.addressed(payload, outgoing.alternate_address))

    async def _with_medium(self, outgoing: Outgoing) -> tuple[Prompt, str]:
        """The prompt, and the platform's id of its attachment; an image beyond the limit is told of instead."""
        prompt = outgoing.prompt
        if prompt.attachment is None or outgoing.remote_file:
            return prompt, outgoing.remote_file
        file = await self._attachment(prompt.attachment.file_id)
        if file is None:
            raise SendFailed("refused", "the file that belongs to this message is no longer kept")
        if render.is_image(prompt.attachment) and len(file.content) > MAX_IMAGE:
            return replace(prompt, attachment=None, text=paragraphs(prompt.text, _too_large(file.name))), ""
        return prompt, await self._graph.upload(file.content, file.kind)

    def _tell(self, refused: ApiRefused) -> None:
        """Once, until something goes out again."""
        what = failures.meaning(refused).tell
        if what and what not in self._told:
            self._told.add(what)
            log.error(what, code=refused.code, status=refused.status)


def _too_large(name: str) -> Text:
    return Text(
        "Gambar %(name)s lebih besar dari %(limit)s MB, batas WhatsApp. Silakan membukanya melalui obrolan web kami.",
        name=name,
        limit=MAX_IMAGE // 1024 // 1024,
    )
