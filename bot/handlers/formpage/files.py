"""The route that takes the files of a question, one at a time, and removes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, ClientError, web

from bot.channel import Inbound, Upload
from bot.handlers.pages.spooling import SpoolRefused, file_name, spool
from bot.handlers.pages.wording import UPLOAD_LOST, too_large
from bot.limits import MEGABYTE, UPLOAD_PAUSE, UPLOAD_WITHIN, Sender, TokenBucketLimiter
from domain.frozen import frozen

#: bytes around the file in the body of a request
_AROUND_FILE = 16 * 1024
#: bytes that are read at once
_CHUNK = 64 * 1024
#: characters of the id of a file
_ID_DIGITS = 17


@frozen
class PostedFile:
    """What a form with uploads sent: a file, or the id of one to remove; neither where nothing was picked."""

    upload: Upload | None = None
    removed_id: int | None = None


@frozen
class FileReader:
    """Reads the form with the uploads of a question."""

    inbound: Inbound
    limiter: TokenBucketLimiter
    file_mb: int  #: the largest file

    async def read(self, request: web.Request, sender: Sender) -> PostedFile:
        """Raises `SpoolRefused`."""
        if (request.content_length or 0) > self.file_mb * MEGABYTE + _AROUND_FILE:
            raise SpoolRefused(413, too_large(self.file_mb))
        if request.content_type != "multipart/form-data":
            raise SpoolRefused(400, UPLOAD_LOST)
        try:
            async with asyncio.timeout(UPLOAD_WITHIN):
                return await self._read(request, sender)
        except (ValueError, LookupError, AssertionError):  # aiohttp asserts some of what a body must have
            raise SpoolRefused(400, UPLOAD_LOST) from None
        except (ConnectionError, ClientError, TimeoutError):
            raise SpoolRefused(408, UPLOAD_LOST) from None

    async def _read(self, request: web.Request, sender: Sender) -> PostedFile:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                break
            if part.name == "file" and part.filename:
                name = file_name(part.filename)
                return PostedFile(Upload(name, await self._spool(request, part, sender)))
            words = (await part.read_chunk(_CHUNK))[:_ID_DIGITS].decode("ascii", "replace")
            if part.name == "remove" and words.isascii() and words.isdigit():
                return PostedFile(removed_id=int(words))
            await part.release()
        return PostedFile()

    async def _spool(self, request: web.Request, part: BodyPartReader, sender: Sender) -> str:
        return await spool(request, _chunks(part), self.inbound, self.limiter, sender, self.file_mb)


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(UPLOAD_PAUSE):
            chunk = await part.read_chunk(_CHUNK)
        if not chunk:
            return
        yield chunk
