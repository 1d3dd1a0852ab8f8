"""The route that takes the files of a message, each with a request of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import unquote

from aiohttp import web

from bot.channel import Upload
from bot.handlers.pages.chat_cookie import NAME, Cookie
from bot.handlers.pages.spooling import SpoolRefused, file_name, spool
from bot.handlers.pages.wording import too_large
from bot.handlers.webchat import frames
from bot.handlers.webchat.dependencies import WebChatDependencies
from bot.handlers.webchat.refusal import refusal
from bot.handlers.webchat.wording import FILE_NOT_ASKED, NO_COOKIE, TOO_MANY_WAITING
from bot.limits import MEGABYTE, UPLOAD_PAUSE


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
        name = file_name(unquote(request.headers.get("X-File-Name", ""), errors="replace"))
        if not await dependencies.history.takes_file(NAME, address, name):
            return refusal(request, 409, FILE_NOT_ASKED)
        if not await dependencies.waiting_files.has_room(NAME, address):
            return refusal(request, 429, TOO_MANY_WAITING)
        sender = dependencies.sender(address, request)
        try:
            spooled = await spool(
                request, _chunks(request), dependencies.inbound, dependencies.limiter, sender, dependencies.file_mb
            )
        except SpoolRefused as refused:
            return refusal(request, refused.status, refused.text)
        await dependencies.waiting_files.put(NAME, address, client, index, Upload(name, spooled))
        return web.json_response({"index": index})


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
