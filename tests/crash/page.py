"""What the web chat's page does, without a browser: it repeats what was not accepted, and shows what it missed.

More stubborn than the real one, which takes its own message in the conversation for a receipt: this one repeats it
until it hears that it was accepted, so that everything which was committed without a word is delivered again.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse

from tests.crash.snapshot import Line
from tests.samples import sample

#: seconds between two attempts to connect; the browser's are longer
AGAIN = 0.1
#: seconds after which a person tries a message again that the page says has failed
PATIENCE = 0.1

Frame = dict[str, Any]


@dataclass(slots=True)
class Own:
    """Something that the person sent."""

    frame: Frame
    file: str = ""
    uploaded: bool = False
    sent: bool = False


class Page:
    """An open page; `async with` opens and closes it."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._headers = {"Cookie": f"pst={token}", "Origin": url.rstrip("/"), "Accept-Language": "id"}
        self.shown: dict[int, Frame] = {}
        self.own: list[Own] = []
        self.synced = False
        self._in_flight: Own | None = None

    async def __aenter__(self) -> Page:
        # a client that died with the process never holds up the test: every wait has an end
        self._session = ClientSession(headers=self._headers, timeout=ClientTimeout(total=10), raise_for_status=True)
        self._staying = asyncio.create_task(self._stay())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._staying.cancel()
        with suppress(asyncio.CancelledError):
            await self._staying
        await self._session.close()

    @property
    def idle(self) -> bool:
        """Everything that the person sent was accepted."""
        return all(own.sent for own in self.own)

    @property
    def lines(self) -> list[Line]:
        """What stands on the screen."""
        return [(number, frame["dir"], frame["text"]) for number, frame in sorted(self.shown.items())]

    async def do(self, words: str) -> None:
        """One line of a transcript: words, [a button], (a file)."""
        if button := re.fullmatch(r"\[(.+)\]", words):
            await self.press(self._button(button[1]), button[1])
        elif words.startswith("("):
            await self._send({"type": "files", "count": 1}, words[1:-1])
        else:
            await self._send({"type": "text", "text": words})

    async def press(self, value: str, label: str) -> None:
        await self._send({"type": "tap", "value": value, "label": label})

    async def _send(self, frame: Frame, file: str = "") -> None:
        seen = max((number for number, told in self.shown.items() if told["dir"] == "out"), default=None)
        self.own.append(Own(frame | {"client": str(uuid4()), "seen": seen}, file))
        with suppress(ClientError, OSError):
            await self._flush()

    def _button(self, label: str) -> str:
        for _, frame in sorted(self.shown.items(), reverse=True):
            for choice in frame["choices"]:
                if choice["label"] == label:
                    return str(choice["value"])
        raise AssertionError(f"no button {label!r}")

    async def _stay(self) -> None:
        while True:
            with suppress(ClientError, OSError):  # gone, or not there yet
                await (await self._session.post(f"{self.url}session")).read()
                after = max(self.shown, default=0)
                async with self._session.ws_connect(f"{self.url}ws", params={"after": after}) as self._socket:
                    async for message in self._socket:
                        await self._hear(message.json())
            self.synced, self._in_flight = False, None
            await asyncio.sleep(AGAIN)

    _socket: ClientWebSocketResponse

    async def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "synced":
                self.synced = True
                await self._acknowledge()
                await self._flush()
            case "message" if frame["id"] not in self.shown:
                self.shown[frame["id"]] = frame
                if self.synced:
                    await self._acknowledge()
            case "accepted":
                assert self._in_flight is not None
                self._in_flight.sent = True
                self._in_flight = None
                await self._flush()
            case "failed":
                await asyncio.sleep(PATIENCE)
                assert self._in_flight is not None
                self._in_flight.uploaded = False
                self._in_flight = None
                await self._flush()

    async def _acknowledge(self) -> None:
        if self.shown:
            await self._socket.send_json({"type": "ack", "id": max(self.shown)})

    async def _flush(self) -> None:
        """One at a time and in order: the next goes when the one before is accepted."""
        waiting = next((own for own in self.own if not own.sent), None)
        if not self.synced or self._in_flight or waiting is None:
            return
        self._in_flight = waiting
        if waiting.file and not waiting.uploaded:
            await self._upload(waiting)
        await self._socket.send_json(waiting.frame)

    async def _upload(self, own: Own) -> None:
        about = {"X-Client": own.frame["client"], "X-File-Index": "0", "X-File-Name": quote(own.file)}
        await (await self._session.post(f"{self.url}upload", data=sample(own.file), headers=about)).read()
        own.uploaded = True


async def until(condition: Callable[[], object], within: float = 30.0) -> None:
    """Fails when the condition does not come true."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "what should have happened did not happen"
        await asyncio.sleep(0.04)
