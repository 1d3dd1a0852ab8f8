"""The route that takes the files of a message, each with a request of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import unquote

import structlog
from aiohttp import ClientError, web

from bot.channel import TooLarge, Upload
from bot.handlers.webchat import frames
from bot.handlers.webchat.dependencies import NAME, WebChatDependencies
from bot.handlers.webchat.refusal import refusal
from bot.handlers.webchat.session import Cookie
from bot.handlers.webchat.wording import (
    FILE_NOT_ASKED,
    NO_COOKIE,
    NOT_STORED,
    TOO_MANY_BYTES,
    TOO_MANY_WAITING,
    too_large,
)
from bot.limits import MEGABYTE, UPLOAD_PAUSE, UPLOAD_WITHIN, Sender
from domain.text import clean

log = structlog.get_logger()

#: characters of a file name
MAX_FILE_NAME = 200


class UploadRoute:
    def __init__(self, dependencies: WebChatDependencies, cookie: Cookie) -> None:
        self._dependencies = dependencies
        self._cookie = cookie

    async def receive(self, request: web.Request) -> web.Response:
        """Takes one file as the raw body, after everything else was checked.

        `X-Client`: the id of the message; `X-File-Index`: the place of the file in it, from 0; `X-File-Name`.
        """
        dependencies = self._dependencies
        address = self._cookie.address(request)
        if address is None:
            return refusal(request, 401, NO_COOKIE)
        try:
            client = frames.client_id(request.headers.get("X-Client", ""))
            index = _index(request.headers.get("X-File-Index", ""))
        except frames.BadFrame as error:
            return web.Response(status=400, text=str(error))
        if (request.content_length or 0) > dependencies.file_mb * MEGABYTE:
            return refusal(request, 413, too_large(dependencies.file_mb))
        if not await dependencies.history.takes_file(NAME, address):
            return refusal(request, 409, FILE_NOT_ASKED)
        if not dependencies.uploads.has_room(address):
            return refusal(request, 429, TOO_MANY_WAITING)
        spooled = await self._spool(request, dependencies.sender(address, request))
        if isinstance(spooled, web.Response):
            return spooled
        dependencies.uploads.put(address, client, index, Upload(_file_name(request), spooled))
        return web.json_response({"index": index})

    async def _spool(self, request: web.Request, sender: Sender) -> str | web.Response:
        """The name of the file in the spool, or a refusal. The bytes are reserved before they are read; those that did
        not come are given back.
        """
        dependencies = self._dependencies
        reserved = request.content_length or dependencies.file_mb * MEGABYTE
        if not dependencies.limiter.take("upload_bytes", sender, reserved):
            return refusal(request, 429, TOO_MANY_BYTES)
        unused = reserved
        try:
            if not dependencies.limiter.take("uploads", sender):
                return refusal(request, 429, TOO_MANY_BYTES)
            async with asyncio.timeout(UPLOAD_WITHIN):
                spooled = await dependencies.inbound.spool(_chunks(request))
            unused = max(0, reserved - request.content.total_bytes)
            return spooled
        except TooLarge:
            return refusal(request, 413, too_large(dependencies.file_mb))
        except (ConnectionError, ClientError, TimeoutError):
            return web.Response(status=408)  # The page cancelled, lost its connection, or was too slow.
        except OSError as error:  # The disk is full: the page uploads the file again later.
            log.error("an upload could not be stored", why=type(error).__name__)
            return refusal(request, 503, NOT_STORED)
        finally:
            dependencies.limiter.give_back("upload_bytes", sender, unused)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(UPLOAD_PAUSE):
            chunk = await request.content.readany()
        if not chunk:
            return
        yield chunk


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) < frames.MAX_FILES):
        raise frames.BadFrame("file index")
    return int(text)


def _file_name(request: web.Request) -> str:
    """The name without its folders. It does not decide what kind of file this is."""
    name = clean(unquote(request.headers.get("X-File-Name", ""), errors="replace"))
    return name.replace("\\", "/").rpartition("/")[2].strip()[-MAX_FILE_NAME:] or "berkas"
