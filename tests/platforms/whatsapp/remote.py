"""Starts the server in a process of its own, and controls it from a test."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.platforms.whatsapp.control import PATH, packed, unpacked
from tests.platforms.whatsapp.errors import Json
from tests.platforms.whatsapp.faults import Call, Fault
from tests.platforms.whatsapp.screen import Button, Document, Link, Row, Shown

ROOT = Path(__file__).parents[3]


class RemoteUser:
    """Like `User`. Use `does` for methods that are not here."""

    def __init__(self, server: RemoteServer, names: Json) -> None:
        self._server = server
        self._names = names

    async def does(self, verb: str, **arguments: object) -> Any:
        """Calls a method of `User` that is in `control.VERBS`."""
        return await self._server.ask(verb, self._names, **arguments)

    async def says(self, text: str) -> str:
        return str(await self.does("says", text=text))

    async def taps(self, label: str = "", *, id: str = "") -> str:
        return str(await self.does("taps", label=label, id=id))

    async def sends_document(self, name: str, content: bytes, mime: str = "application/pdf", caption: str = "") -> str:
        return str(await self.does("sends_document", name=name, content=content, mime=mime, caption=caption))

    async def waits_for(self, what: str = "", timeout: float = 10.0) -> Shown:
        return _shown(await self.does("waits_for", what=what, timeout=timeout))

    async def screen(self) -> list[Shown]:
        return [_shown(one) for one in await self.does("screen")]

    async def outbound_in_step(self) -> int:
        return int(await self.does("outbound_in_step"))


class RemoteServer:
    def __init__(self, session: ClientSession, base: str, environment: dict[str, str]) -> None:
        self._session = session
        self.base = base
        self.environment = environment

    def user(self, user_id: str | None = None, wa_id: str | None = None, name: str = "Contoh") -> RemoteUser:
        return RemoteUser(self, {"user_id": user_id, "wa_id": wa_id, "name": name})

    async def ask(self, verb: str, user: Json | None = None, **arguments: object) -> Any:
        """See `Control`. Raises `AssertionError` with the message of a failed assertion there."""
        body = {"do": verb, "user": user, "with": packed(arguments)}
        async with self._session.post(self.base + PATH, json=body) as response:
            answer: Json = await response.json()
        if "failed" in answer:
            raise AssertionError(answer["failed"])
        return unpacked(answer["value"])

    async def posts_to(self, webhook: str) -> None:
        await self.ask("webhook", url=webhook)

    async def flagged(self) -> list[str]:
        return list(await self.ask("flagged"))

    async def calls(self) -> list[Json]:
        return list(await self.ask("calls"))

    async def next(self, fault: Fault, times: int = 1, *, on: Call = "messages") -> None:
        await self.ask("fault", how=fault.how, when=fault.when, code=fault.code, times=times, on=on)


def _shown(packed_shown: Json) -> Shown:
    made = dict(packed_shown)
    made["buttons"] = tuple(Button(**button) for button in made["buttons"])
    made["rows"] = tuple(Row(**row) for row in made["rows"])
    made["link"] = Link(**made["link"]) if made["link"] else None
    made["document"] = Document(**made["document"]) if made["document"] else None
    return Shown(**made)


@asynccontextmanager
async def graph_process(webhook: str = "") -> AsyncIterator[RemoteServer]:
    """Starts `python -m tests.platforms.whatsapp` and ends it afterwards."""
    program = (sys.executable, "-m", "tests.platforms.whatsapp", "--webhook", webhook)
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        where: Json = json.loads(await process.stdout.readline())
        async with ClientSession() as session:
            yield RemoteServer(session, where["base"], where["environment"])
    finally:
        process.terminate()
        await process.wait()
