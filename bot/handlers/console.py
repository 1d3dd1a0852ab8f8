"""The conversation in a terminal. The person types the number of a choice."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.channel import History, Inbound, StoredMessage, TooLarge, Upload
from bot.chat import Incoming, Prompt
from locales import SOURCE, say

NAME = "console"
PROMPT = "> "
HISTORY_LIMIT = 20  #: messages shown when the terminal opens
#: Seconds to wait for a reply. The reply to a file comes after the file's inspection.
REPLY_TIMEOUT = 10.0


def prompt_lines(prompt: Prompt, locale: str) -> list[str]:
    """The text, the numbered choices, and the `nav` choices in brackets."""
    lines = say(prompt.text, locale).splitlines()
    number = 0
    nav_labels = []
    for choice in prompt.choices:
        if choice.nav:
            nav_labels.append(f"[{say(choice.label, locale)}]")
            continue
        number += 1
        lines.append(f"  {number}. {say(choice.label, locale)}")
    if prompt.attachment:
        lines.append(f"  (berkas: {prompt.attachment.name})")
    if prompt.link:
        lines.append(f"  ({say(prompt.link.label, locale)}: {prompt.link.url})")
    if nav_labels:
        lines.append("  " + " ".join(nav_labels))
    return lines


class Console:
    """One terminal. It speaks as one address."""

    def __init__(
        self,
        inbound: Inbound,
        history: History,
        address: str,
        clock: Callable[[], datetime],
        out: TextIO,
        transcript: TextIO | None = None,
    ) -> None:
        self._inbound = inbound
        self._history = history
        self._address = address
        self._clock = clock
        self._out = out
        self._transcript = transcript
        self._seen = 0

    async def talk(self, lines: TextIO) -> None:
        """Reads lines until the input ends. `/file PATH` sends a file."""
        await self._show(history=True)
        while True:
            self._out.write(PROMPT)
            self._out.flush()
            line = await asyncio.to_thread(lines.readline)
            if not line:
                return
            if line.strip():
                await self.say(line.rstrip("\n"))
            else:
                await self._show()

    async def say(self, line: str) -> None:
        if self._transcript:
            self._transcript.write(f"> {line}\n")
        incoming = Incoming(
            id=uuid.uuid4().hex,
            channel=NAME,
            address=self._address,
            at=self._clock(),
            kind="text",
            text=line.replace("\\n", "\n"),
            language=os.environ.get("LANG", ""),
            last_seen_id=self._seen,
        )
        if not line.startswith("/file "):
            await self._inbound.receive(incoming)
        elif not await self._send_file(incoming, Path(line.removeprefix("/file ").strip())):
            return
        await self._show_reply()

    async def _send_file(self, incoming: Incoming, path: Path) -> bool:
        """Whether it was sent; why not is shown."""
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            self._out.write(f"{path}: {error.strerror}\n")
            return False
        try:
            spooled = await self._inbound.spool(_single_chunk(content))
        except TooLarge:
            self._out.write(f"{path}: lebih besar dari 10 MB.\n")
            return False
        await self._inbound.receive_files(replace(incoming, kind="file", text=""), (Upload(path.name, spooled),))
        return True

    async def _show_reply(self) -> None:
        """Waits for the reply and shows it."""
        for _ in range(int(REPLY_TIMEOUT / 0.05)):
            if await self._show():
                return
            await asyncio.sleep(0.05)

    async def _show(self, *, history: bool = False) -> bool:
        """Shows new messages; with `history` also the person's own. Returns whether one is from the service."""
        view = await self._history.address_view(NAME, self._address)
        locale = view.locale if view else SOURCE
        has_reply = False
        for message in await self._history.conversation(NAME, self._address, self._seen, HISTORY_LIMIT):
            if message.direction == "out":
                has_reply = True
                self._print(message, locale)
            elif history:
                self._out.write(f"{PROMPT}{say(message.prompt.text, locale)}\n")
            self._seen = max(self._seen, message.id)
        await self._history.acknowledge(NAME, self._address, self._seen)
        return has_reply

    def _print(self, message: StoredMessage, locale: str) -> None:
        for line in prompt_lines(message.prompt, locale):
            self._out.write(f"{line}\n")
            if self._transcript:
                self._transcript.write(f"< {line}".rstrip() + "\n")
        self._out.write("\n")


async def _single_chunk(content: bytes) -> AsyncIterator[bytes]:
    yield content
