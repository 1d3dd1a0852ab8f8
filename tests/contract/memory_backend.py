"""`Inbound` and `History` in memory: stores messages, answers them by a function, and notifies pages."""

from __future__ import annotations

import asyncio
import errno
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from bot.channel import AddressView, StoredFile, StoredMessage, TooLarge, Upload
from bot.chat import Incoming, Prompt
from bot.handlers.webchat import Notifier
from domain.text import joined, verbatim

Answer = Callable[[Incoming], tuple[Prompt, ...]]


class MemoryBackend:
    """`answer`: gives the replies to a message. `down`: every message fails, as without a database. `pause_before` and
    `pause_after`: seconds before a message is stored, and between storing and returning.
    """

    def __init__(self, notifier: Notifier, answer: Answer, *, file_limit: int = 1024 * 1024) -> None:
        self.notifier = notifier
        self.answer = answer
        self.file_limit = file_limit
        self.asks_for_file = True
        self.takes_messages = True
        self.down = False
        self.pause_before = 0.0
        self.pause_after = 0.0
        self.received: list[Incoming] = []
        self.uploads: dict[str, tuple[Upload, ...]] = {}
        self.spooled: dict[str, bytes] = {}
        self.has_room = True  #: on its disk
        self.files: dict[tuple[str, int], StoredFile] = {}
        self.locales: dict[str, str] = {}
        self.acknowledged: dict[str, int] = {}
        self.hidden: dict[str, int] = {}
        self._rows: defaultdict[str, list[StoredMessage]] = defaultdict(list)
        self._last_id = 100

    def tell(self, address: str, prompt: Prompt, *, sender: Incoming | None = None) -> int:
        """Stores one message and notifies the pages. Returns its id."""
        self._last_id += 1
        direction, client = ("in", sender.id) if sender else ("out", "")
        locale = self.locales.get(address, "id")
        row = StoredMessage(self._last_id, direction, datetime.now(UTC), locale, prompt, client)  # type: ignore[arg-type]
        self._rows[address].append(row)
        self.notifier.notify("webchat", address)
        return row.id

    async def receive(self, incoming: Incoming) -> bool:
        if self.down:
            raise ConnectionRefusedError("no database")
        if not self.takes_messages:
            return False
        await asyncio.sleep(self.pause_before)
        if all(incoming.id != known.id for known in self.received):
            self.received.append(incoming)
            self.tell(incoming.address, Prompt(verbatim(incoming.text)), sender=incoming)
            for prompt in self.answer(incoming):
                self.tell(incoming.address, prompt)
            await asyncio.sleep(self.pause_after)
        return True

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> bool:
        self.uploads.setdefault(incoming.id, uploads)
        if all(incoming.id != known.id for known in self.received):
            self.received.append(incoming)
            names = Prompt(joined("\n", *(verbatim(upload.name) for upload in uploads)))
            self.tell(incoming.address, names, sender=incoming)
            for prompt in self.answer(incoming):
                self.tell(incoming.address, prompt)
        return True

    async def spool(self, chunks: AsyncIterator[bytes]) -> str:
        content = b""
        async for chunk in chunks:
            if not self.has_room:
                raise OSError(errno.ENOSPC, "no room left")
            content += chunk
            if len(content) > self.file_limit:
                raise TooLarge
        name = f"spool-{len(self.spooled)}"
        self.spooled[name] = content
        return name

    async def conversation(self, channel: str, address: str, after: int, limit: int) -> list[StoredMessage]:
        seen = self.acknowledged.get(address, 0)
        rows = self._rows.get(address, [])
        newest = {row.id for row in [row for row in rows if row.id > after][-limit:]}
        return [row for row in rows if row.id in newest or (row.direction == "out" and row.id > seen)]

    async def earlier(self, channel: str, address: str, before: int, limit: int) -> list[StoredMessage]:
        return [row for row in self._rows.get(address, []) if row.id < before][-limit:]

    async def acknowledge(self, channel: str, address: str, up_to: int) -> None:
        self.acknowledged[address] = max(up_to, self.acknowledged.get(address, 0))

    async def address_view(self, channel: str, address: str) -> AddressView | None:
        if address not in self._rows:
            return None
        return AddressView(self.locales.get(address, "id"), self.hidden.get(address, 0))

    def hide(self, address: str) -> None:
        """As after a sign-out: nothing that was said so far is shown any more."""
        self.hidden[address] = self._last_id
        self._rows[address].clear()
        self.notifier.notify("webchat", address)

    async def takes_file(self, channel: str, address: str, name: str) -> bool:
        return self.asks_for_file

    async def was_received(self, channel: str, address: str, external_id: str) -> bool:
        return any((address, external_id) == (known.address, known.id) for known in self.received)

    async def attachment(self, channel: str, address: str, file: int) -> StoredFile | None:
        return self.files.get((address, file))
