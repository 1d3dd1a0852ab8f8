"""Takes the bytes of one upload within everybody's budget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import ClientError, web

from bot.channel import Inbound, TooLarge
from bot.handlers.pages.wording import NOT_STORED, TOO_MANY_BYTES, UPLOAD_LOST, too_large
from bot.limits import MEGABYTE, UPLOAD_WITHIN, Sender, TokenBucketLimiter
from domain.text import Text, clean

log = structlog.get_logger()

#: characters of a file name
MAX_FILE_NAME = 200


class SpoolRefused(Exception):
    """The upload was not taken; `text` says why."""

    def __init__(self, status: int, text: Text) -> None:
        super().__init__(text.msgid)
        self.status = status
        self.text = text


async def spool(
    request: web.Request,
    chunks: AsyncIterator[bytes],
    inbound: Inbound,
    limiter: TokenBucketLimiter,
    sender: Sender,
    file_mb: int,
) -> str:
    """The name of the file in the spool. The bytes are reserved before they are read; those that did not come are given
    back. Raises `SpoolRefused`.
    """
    reserved = request.content_length or file_mb * MEGABYTE
    if not limiter.take("upload_bytes", sender, reserved):
        raise SpoolRefused(429, TOO_MANY_BYTES)
    unused = reserved
    try:
        if not limiter.take("uploads", sender):
            raise SpoolRefused(429, TOO_MANY_BYTES)
        async with asyncio.timeout(UPLOAD_WITHIN):
            spooled = await inbound.spool(chunks)
        unused = max(0, reserved - request.content.total_bytes)
        return spooled
    except TooLarge:
        raise SpoolRefused(413, too_large(file_mb)) from None
    except (ConnectionError, ClientError, TimeoutError):  # cancelled, or too slow
        raise SpoolRefused(408, UPLOAD_LOST) from None
    except OSError as error:  # The disk is full: the file is uploaded again later.
        log.error("an upload could not be stored", why=type(error).__name__)
        raise SpoolRefused(503, NOT_STORED) from None
    finally:
        limiter.give_back("upload_bytes", sender, unused)


def file_name(said: str) -> str:
    """The name without its folders. It does not decide what kind of file this is."""
    return clean(said).replace("\\", "/").rpartition("/")[2].strip()[-MAX_FILE_NAME:] or "berkas"
