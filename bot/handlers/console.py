"""The same dialogue in a terminal. Numbers choose; `> ` is the person, `< ` the service."""

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
from locales import say

NAME = "console"
PROMPT = "> "
HISTORY = 20  #: messages shown when the terminal opens
#: seconds to wait for the answer to a file, which is inspected first
PATIENCE = 10.0


def words_of(prompt: Prompt, locale: str) -> list[str]:
    """A message as lines: the text, numbered choices, the rest in brackets."""
    lines = say(prompt.text, locale).splitlines()
    number = 0
    aside = []
    for choice in prompt.choices:
        if choice.nav:
            aside.append(f"[{say(choice.label, locale)}]")
            continue
        number += 1
        lines.append(f"  {number}. {say(choice.label, locale)}")
    if prompt.attachment:
        lines.append(f"  (berkas: {prompt.attachment.name})")
    if prompt.link:
        lines.append(f"  ({say(prompt.link.label, locale)}: {prompt.link.url})")
    if aside:
        lines.append("  " + " ".join(aside))
    return lines


class Console:
    """One terminal talking as one address."""

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
        """Until the input ends. `/file PATH` sends a file."""
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
        if line.startswith("/file "):
            await self._send_file(incoming, Path(line.removeprefix("/file ").strip()))
        else:
            await self._inbound.receive(incoming)
        await self._answer()

    async def _send_file(self, incoming: Incoming, path: Path) -> None:
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            self._out.write(f"{path}: {error.strerror}\n")
            return

        try:
            spooled = await self._inbound.spool(_once(content))
        except TooLarge:
            self._out.write(f"{path}: lebih besar dari 10 MB.\n")
            return
        await self._inbound.receive_files(replace(incoming, kind="file", text=""), (Upload(path.name, spooled),))

    async def _answer(self) -> None:
        """Shows what was answered; a file's answer takes its inspection."""
        for _ in range(int(PATIENCE / 0.05)):
            if await self._show():
                return
            await asyncio.sleep(0.05)

    async def _show(self, *, history: bool = False) -> bool:
        """Whether the service said something new."""
        locale = await self._history.locale(NAME, self._address)
        said = False
        for message in await self._history.conversation(NAME, self._address, self._seen, HISTORY):
            if message.direction == "out":
                said = True
                self._print(message, locale)
            elif history:
                self._out.write(f"{PROMPT}{say(message.prompt.text, locale)}\n")
            self._seen = max(self._seen, message.id)
        await self._history.acknowledge(NAME, self._address, self._seen)
        return said

    def _print(self, message: StoredMessage, locale: str) -> None:
        for line in words_of(message.prompt, locale):
            self._out.write(f"{line}\n")
            if self._transcript:
                self._transcript.write(f"< {line}".rstrip() + "\n")
        self._out.write("\n")


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
