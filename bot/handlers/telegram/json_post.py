"""Posts JSON over the connections that an aiohttp session keeps open.

The session's own request prepares cookies, redirects, proxies and a model of the answer, which takes longer than the
rest of sending. Connections, TLS, limits and the parser of answers are aiohttp's.
"""

from __future__ import annotations

import asyncio

from aiohttp import ClientConnectionError, ClientPayloadError, ClientRequest, ClientSession, ClientTimeout
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from domain.frozen import frozen

_UNLIMITED = ClientTimeout(total=None)


@frozen
class PostTarget:
    """Where requests of one kind go, and how each begins."""

    request: ClientRequest  #: names the connection; it is never sent itself
    head: str  #: up to the length of the body

    @classmethod
    def of(cls, url: str, session: ClientSession) -> PostTarget:
        request = ClientRequest("POST", URL(url), headers=session.headers, loop=asyncio.get_running_loop())
        names = ("Host", "User-Agent")
        lines = "".join(f"{name}: {request.headers[name]}\r\n" for name in names if name in request.headers)
        start = f"POST {request.url.raw_path_qs} HTTP/1.1\r\n"
        return cls(request, f"{start}{lines}Content-Type: application/json\r\nContent-Length: ")


async def post_json(session: ClientSession, target: PostTarget, body: bytes, seconds: float) -> tuple[int, bytes]:
    """The status and the content of the answer. Raises `TimeoutError`, and `aiohttp.ClientError` or `OSError` when the
    connection fails; the request may have arrived then.
    """
    if session.connector is None:
        raise ClientConnectionError("the session is closed")
    async with asyncio.timeout(seconds):
        connection = await session.connector.connect(target.request, [], _UNLIMITED)
        try:
            protocol = connection.protocol
            assert protocol is not None and protocol.transport is not None
            protocol.set_response_params(read_until_eof=True)
            protocol.transport.write(f"{target.head}{len(body)}\r\n\r\n".encode() + body)
            message, payload = await protocol.read()
            while message.code < 200:
                message, payload = await protocol.read()
            content = await payload.read()
        except HttpProcessingError as error:
            connection.close()
            raise ClientPayloadError("no answer in HTTP") from error
        except BaseException:
            connection.close()  # the rest of an answer would be taken for the next one
            raise
        connection.release()
        return message.code, content
