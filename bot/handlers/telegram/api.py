"""The Bot API through either library, with one set of failures. The token gets into no exception and no log line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from functools import cache
from types import new_class
from typing import Any, Protocol, cast

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from aiohttp import ClientError, ClientResponseError
from telegram import InputFile, error
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channel import FetchFailed, SendFailed
from bot.handlers.telegram.render import Call

#: seconds for one request
TIMEOUT = 15.0
#: for the bytes of a file of at most 20 MB
FETCH = 60
#: of python-telegram-bot at once; its pool of connections collapses beyond
MOST_SENDS = 8
#: seconds for a turn among them
SLOT_WAIT = 5.0


class ApiFailed(Exception):
    """Telegram said no, or nothing. `status`: of HTTP; 0: no answer that could be read."""

    def __init__(self, status: int, description: str, *, retry_after: float = 0, migrated_to: int = 0) -> None:
        super().__init__(f"{status} {description}" if status else description)
        self.status = status
        self.description = description
        self.retry_after = retry_after  #: seconds
        self.migrated_to = migrated_to

    def says(self, *words: str) -> bool:
        return any(part in self.description.casefold() for part in words)


class Carrier(Protocol):
    """Takes one request to Telegram and brings the result. Raises `ApiFailed`."""

    async def call(self, call: Call) -> Any: ...


# aiogram --------------------------------------------------------------------------------------------------------------


@cache
def _method(name: str) -> type[TelegramMethod[Any]]:
    """A method of the API without the library's types: the request is exactly the payload, and an answer with fields
    that the library does not know yet is no failure.
    """
    body = {"__module__": __name__, "__returning__": Any, "__api_method__": name}
    made = new_class(name, (TelegramMethod,), exec_body=lambda namespace: namespace.update(body))
    return cast("type[TelegramMethod[Any]]", made)


#: how aiogram names what Telegram answered
_STATUS: Mapping[type[exceptions.TelegramAPIError], int] = {
    exceptions.TelegramBadRequest: 400,
    exceptions.TelegramUnauthorizedError: 401,
    exceptions.TelegramForbiddenError: 403,
    exceptions.TelegramNotFound: 404,
    exceptions.TelegramConflictError: 409,
    exceptions.TelegramEntityTooLarge: 413,
    exceptions.TelegramServerError: 500,
    exceptions.RestartingTelegram: 500,
}


class Replies:
    """Everything but notices: through aiogram."""

    def __init__(self, token: str, api_base: str) -> None:
        self._bot = Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(api_base)))

    async def call(self, call: Call) -> Any:
        return await self.ask(call.method, TIMEOUT, **_with_file(call, _buffered))

    async def ask(self, method: str, within: float = TIMEOUT, /, **parameters: Any) -> Any:
        """`within`: seconds. Raises `ApiFailed`."""
        try:
            return await self._bot(_method(method)(**parameters), request_timeout=cast("int", within))
        except exceptions.TelegramRetryAfter as failure:
            raise ApiFailed(429, "Too Many Requests", retry_after=failure.retry_after) from None
        except exceptions.TelegramMigrateToChat as failure:
            raise ApiFailed(400, "the chat has moved", migrated_to=failure.migrate_to_chat_id) from None
        except exceptions.TelegramAPIError as failure:
            status = _STATUS.get(type(failure), 0)
            raise ApiFailed(status, failure.message if status else "no connection, or no answer in time") from None
        except (exceptions.ClientDecodeError, UnicodeDecodeError, OSError, TypeError) as failure:
            # TypeError: the library looks for a word in the description of a 5xx that has none
            raise ApiFailed(0, f"no answer that can be read ({type(failure).__name__})") from None

    async def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        """Raises `FetchFailed`."""
        try:
            found = await self.ask("getFile", file_id=file_id)
        except ApiFailed as failed:
            raise FetchFailed("gone" if failed.status == 400 else "unreachable", failed.description) from None
        url = self._bot.session.api.file_url(self._bot.token, str(found["file_path"]))
        try:
            async with aclosing(self._bot.session.stream_content(url, timeout=FETCH)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ClientResponseError as failure:  # its words hold the address, and that the token
            gone = failure.status in {400, 404, 410}
            raise FetchFailed("gone" if gone else "unreachable", f"status {failure.status}") from None
        except (ClientError, OSError) as failure:  # TimeoutError is an OSError
            raise FetchFailed("unreachable", type(failure).__name__) from None

    async def close(self) -> None:
        await self._bot.session.close()


def _buffered(name: str, content: bytes) -> BufferedInputFile:
    return BufferedInputFile(content, name)


# python-telegram-bot --------------------------------------------------------------------------------------------------


class Notices:
    """Notices, and replies that failed at first: through python-telegram-bot, which keeps below the limits of floods.

    It never polls. Its bot is made when the first notice leaves.
    """

    def __init__(self, token: str, api_base: str) -> None:
        self._token = token
        self._api_base = api_base
        self._slots = asyncio.Semaphore(MOST_SENDS)
        self._starting = asyncio.Lock()
        self._bot: ExtBot[int] | None = None

    async def call(self, call: Call) -> Any:
        try:
            async with asyncio.timeout(SLOT_WAIT):
                await self._slots.acquire()
        except TimeoutError:
            raise SendFailed("throttled", "other notices are being sent") from None
        try:
            return await self._call(call)
        except error.RetryAfter as failure:
            seconds = cast("Any", failure.retry_after)  # a timedelta, as PTB_TIMEDELTA asks for
            raise ApiFailed(429, "Too Many Requests", retry_after=seconds.total_seconds()) from None
        except error.ChatMigrated as failure:
            raise ApiFailed(400, "the chat has moved", migrated_to=failure.new_chat_id) from None
        except error.TelegramError as failure:
            raise _told(failure) from None
        finally:
            self._slots.release()

    async def _call(self, call: Call) -> Any:
        bot = await self._ready()
        rest = _with_file(call, lambda name, content: InputFile(content, filename=name))
        match call.method:
            case "sendMessage":
                sent = await bot.send_message(rest.pop("chat_id"), rest.pop("text"), api_kwargs=rest)
            case "sendDocument":
                sent = await bot.send_document(rest.pop("chat_id"), rest.pop("document"), api_kwargs=rest)
            case "editMessageText":
                changed = await bot.edit_message_text(rest.pop("text"), api_kwargs=rest)
                return changed if isinstance(changed, bool) else changed.to_dict()
            case other:
                raise ValueError(f"{other} is no way to send a message")
        return sent.to_dict()

    async def _ready(self) -> ExtBot[int]:
        async with self._starting:
            if self._bot is None:
                # the library's own switch for times as timedelta; without it each 429 gives a warning
                os.environ.setdefault("PTB_TIMEDELTA", "true")
                request = HTTPXRequest(
                    connection_pool_size=MOST_SENDS,
                    connect_timeout=TIMEOUT,
                    read_timeout=TIMEOUT,
                    write_timeout=TIMEOUT,
                    pool_timeout=TIMEOUT,
                    media_write_timeout=TIMEOUT,
                )
                self._bot = ExtBot(
                    self._token,
                    base_url=f"{self._api_base}/bot",
                    base_file_url=f"{self._api_base}/file/bot",
                    request=request,
                    rate_limiter=AIORateLimiter(max_retries=0),
                )
            await self._bot.initialize()
            return self._bot

    async def close(self) -> None:
        if self._bot is not None:
            await self._bot.shutdown()


def _told(failure: error.TelegramError) -> ApiFailed:
    """The library keeps no status; its classes and words tell most of it."""
    match failure:
        case error.Forbidden():
            return ApiFailed(403, failure.message)
        case error.InvalidToken():  # its words hold the token
            return ApiFailed(401, "Unauthorized")
        case error.BadRequest():
            return ApiFailed(400, failure.message)
        case error.NetworkError() if "too large" in failure.message.casefold():
            return ApiFailed(413, "Request Entity Too Large")
    return ApiFailed(0, "no connection, or no answer in time")


def _with_file(call: Call, file: Callable[[str, bytes], Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(call.parameters)
    if call.upload is not None:
        parameters["document"] = file(call.upload.name, call.upload.content)
    return parameters
