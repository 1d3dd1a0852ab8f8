"""How answers of the Bot API are read on kept connections, whatever way a server or a proxy sends them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.handlers.telegram.client import AiogramClient, BotApiError
from bot.handlers.telegram.render import BotApiRequest

SENT = b'{"ok":true,"result":{"message_id":7}}'
OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n"
REQUEST = BotApiRequest("sendMessage", {"chat_id": 1, "text": "ä"})

WAYS = {
    "with its length": OK + LENGTH % len(SENT) + b"\r\n" + SENT,
    "in chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(SENT) + SENT + b"\r\n0\r\n\r\n",
    "until the end of the connection": OK + b"Connection: close\r\n\r\n" + SENT,
    "after a sign of life": b"HTTP/1.1 100 Continue\r\n\r\n" + OK + LENGTH % len(SENT) + b"\r\n" + SENT,
}
BROKEN = {
    "nothing": b"",
    "half of an answer": OK + LENGTH % len(SENT) + b"\r\n" + SENT[:9],
    "no HTTP": b"\x00\x01 what\r\n\r\n",
    "no JSON": OK + LENGTH % 2 + b"\r\n\xff{",
}


async def call(answer: bytes, times: int = 1) -> tuple[list[object], Sequence[bytes], int]:
    """Results of so many calls, the bodies of the requests, and how many connections they took."""
    bodies: list[bytes] = []
    opened: list[object] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length"))
            bodies.append(await reader.readexactly(int(length.split(b":")[1])))
            writer.write(answer)
            await writer.drain()
            if answer == WAYS["until the end of the connection"] or answer in BROKEN.values():
                writer.close()
                return

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = AiogramClient("1:abc", f"http://127.0.0.1:{port}")
    try:
        return [await client.call(REQUEST, timeout=5) for _ in range(times)], bodies, len(opened)
    finally:
        await client.close()
        server.close()


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_is_read_however_it_is_sent(way: str) -> None:
    results, bodies, connections = asyncio.run(call(WAYS[way], times=2))
    assert results == [{"message_id": 7}] * 2
    assert bodies == ['{"chat_id":1,"text":"ä"}'.encode()] * 2
    assert connections == (2 if way == "until the end of the connection" else 1)


@pytest.mark.parametrize("way", BROKEN)
def test_what_is_no_answer_is_a_failure_that_may_be_tried_again(way: str) -> None:
    with pytest.raises(BotApiError) as failed:
        asyncio.run(call(BROKEN[way]))
    assert failed.value.status == 0 and "abc" not in str(failed.value)
