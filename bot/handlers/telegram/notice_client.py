"""The Bot API through python-telegram-bot, with the failures of `client.py`. Nothing that it raises or logs
holds the token.

Loaded with the first notice: the library takes 18 MB.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, cast

from telegram import InputFile, error
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channel import SendFailed
from bot.handlers.telegram import client
from bot.handlers.telegram.client import BotApiError, with_upload
from bot.handlers.telegram.render import BotApiRequest

#: connections; a notice waits so many seconds for one of them
CONNECTIONS, CONNECTION_WAIT = 8, 5.0


class PythonTelegramBotClient:
    """For notices, and for replies whose first attempt failed. It keeps below Telegram's flood limits, and never polls.

    The library's bot is made when the first notice is sent.
    """

    def __init__(self, token: str, api_base: str) -> None:
        self._token = token
        self._api_base = api_base
        self._starting = asyncio.Lock()
        self._bot: ExtBot[int] | None = None

    async def call(self, request: BotApiRequest) -> Any:
        try:
            return await _send(await self._started_bot(), request)
        except error.RetryAfter as failure:
            seconds = cast("Any", failure.retry_after)  # a timedelta, because of PTB_TIMEDELTA
            raise BotApiError(429, "Too Many Requests", retry_after=seconds.total_seconds()) from None
        except error.ChatMigrated as failure:
            raise BotApiError(400, "the chat has moved", migrated_to=failure.new_chat_id) from None
        except error.TelegramError as failure:
            if isinstance(failure, error.TimedOut) and failure.message.startswith("Pool timeout"):
                raise SendFailed("throttled", "other notices are being sent") from None
            raise _api_error(failure) from None

    async def _started_bot(self) -> ExtBot[int]:
        async with self._starting:
            if self._bot is None:
                self._bot = _new_bot(self._token, self._api_base)
            await self._bot.initialize()  # asks `getMe` once, and again after a failure
            return self._bot

    async def close(self) -> None:
        if self._bot is not None:
            await self._bot.shutdown()


def _new_bot(token: str, api_base: str) -> ExtBot[int]:
    # The library's own switch for times as timedelta; without it, each 429 gives a deprecation warning.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    connections = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=client.TIMEOUT,
        read_timeout=client.TIMEOUT,
        write_timeout=client.TIMEOUT,
        pool_timeout=CONNECTION_WAIT,
        media_write_timeout=client.TIMEOUT,
    )
    # The outbox tries again; a retry of the library would outlive the lease of the outbox row.
    limiter = AIORateLimiter(max_retries=0)
    files = f"{api_base}/file/bot"
    return ExtBot(token, f"{api_base}/bot", files, request=connections, rate_limiter=limiter)


async def _send(bot: ExtBot[int], request: BotApiRequest) -> Any:
    """The library wants its own names of the parameters that a method requires, and takes the others as they are."""
    rest = with_upload(request, lambda name, content: InputFile(content, filename=name))
    match request.method:
        case "sendMessage":
            sent = await bot.send_message(rest.pop("chat_id"), rest.pop("text"), api_kwargs=rest)
        case "sendDocument":
            sent = await bot.send_document(rest.pop("chat_id"), rest.pop("document"), api_kwargs=rest)
        case "sendPhoto":
            sent = await bot.send_photo(rest.pop("chat_id"), rest.pop("photo"), api_kwargs=rest)
        case "editMessageText":
            edited = await bot.edit_message_text(rest.pop("text"), api_kwargs=rest)
            return edited if isinstance(edited, bool) else edited.to_dict()
        case other:
            raise ValueError(f"no message is sent with {other}")
    return sent.to_dict()


def _api_error(failure: error.TelegramError) -> BotApiError:
    """The library does not keep the status; its classes and texts tell most of it."""
    match failure:
        case error.Forbidden():
            return BotApiError(403, failure.message)
        case error.InvalidToken():  # its text holds the token
            return BotApiError(401, "Unauthorized")
        case error.BadRequest():
            return BotApiError(400, failure.message)
        case error.NetworkError() if "too large" in failure.message.casefold():
            return BotApiError(413, "Request Entity Too Large")
    return BotApiError(0, "no connection, or no answer in time")
