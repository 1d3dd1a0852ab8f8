"""The Bot API through aiogram. No exception and no log line holds the token."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from functools import cache
from http import HTTPStatus
from types import new_class
from typing import Any, Protocol, TypeVar, cast

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import GetFile, TelegramMethod
from aiogram.types import BufferedInputFile
from aiohttp import ClientError, ClientResponseError, ClientSession

from bot.channel import FetchFailed
from bot.handlers.telegram.json_post import PostTarget, post_json
from bot.handlers.telegram.render import BotApiRequest
from domain import json_bytes

Result = TypeVar("Result")

#: seconds for one request
TIMEOUT = 15.0
#: seconds for the content of a file, which has at most 20 MB
FETCH_TIMEOUT = 60


class BotApiError(Exception):
    """Telegram refused a request, or did not answer it. `status` is the HTTP status; 0 means no readable answer."""

    def __init__(self, status: int, description: str, *, retry_after: float = 0, migrated_to: int = 0) -> None:
        super().__init__(f"{status} {description}" if status else description)
        self.status = status
        self.description = description
        self.retry_after = retry_after  #: seconds
        self.migrated_to = migrated_to

    def mentions(self, *phrases: str) -> bool:
        return any(phrase in self.description.casefold() for phrase in phrases)


class BotApiClient(Protocol):
    async def call(self, request: BotApiRequest) -> Any:
        """Sends one request; gives its result as JSON. Raises `BotApiError`."""
        ...


@cache
def _untyped_method(name: str) -> type[TelegramMethod[Any]]:
    """A method of the API without aiogram's fields and types. Its request is exactly the given payload, and its result
    may have fields that aiogram does not know yet.
    """
    body = {"__module__": __name__, "__returning__": Any, "__api_method__": name}
    made = new_class(name, (TelegramMethod,), exec_body=lambda namespace: namespace.update(body))
    return cast("type[TelegramMethod[Any]]", made)


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


class AiogramClient:
    """For everything but notices."""

    def __init__(self, token: str, api_base: str) -> None:
        self._session = AiohttpSession(api=TelegramAPIServer.from_base(api_base))
        self._bot = Bot(token, self._session)
        self._targets: dict[str, PostTarget] = {}  #: by method of the API

    async def call(self, request: BotApiRequest, timeout: float | None = None) -> Any:
        if request.upload is not None:
            return await self.execute(_method(request), timeout)
        with _failures():
            return await self._post_json(request, TIMEOUT if timeout is None else timeout)

    async def _post_json(self, request: BotApiRequest, timeout: float) -> Any:
        """As aiogram's session does it, but in JSON both ways: a multipart form and models of the method and of its
        answer take most of the time. Only of an answer that is no success, aiogram makes a model and an exception.
        """
        session = await self._session.create_session()
        target = self._targets.get(request.method) or self._target(request.method, session)
        try:
            status, content = await post_json(session, target, json_bytes.dump(request.parameters), timeout)
        except TimeoutError:
            raise exceptions.TelegramNetworkError(_method(request), "no answer in time") from None
        except ClientError as failure:
            raise exceptions.TelegramNetworkError(_method(request), type(failure).__name__) from None
        match _document(content):
            case {"ok": True, "result": result} if status == HTTPStatus.OK:
                return result
        return self._session.check_response(self._bot, _method(request), status, content.decode()).result

    def _target(self, method: str, session: ClientSession) -> PostTarget:
        url = self._session.api.api_url(self._bot.token, method)
        target = self._targets[method] = PostTarget.of(url, session)
        return target

    async def execute(self, method: TelegramMethod[Result], timeout: float | None = None) -> Result:
        """Sends one request. `timeout`: seconds instead of `TIMEOUT`. Raises `BotApiError`."""
        seconds = TIMEOUT if timeout is None else timeout
        with _failures():
            return await self._bot(method, request_timeout=cast("int", seconds))

    async def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        """The content of a file. Raises `FetchFailed`."""
        try:
            file = await self.execute(GetFile(file_id=file_id))
        except BotApiError as failed:
            raise FetchFailed("gone" if failed.status == 400 else "unreachable", failed.description) from None
        url = self._bot.session.api.file_url(self._bot.token, file.file_path or "")
        try:
            async with aclosing(self._bot.session.stream_content(url, timeout=FETCH_TIMEOUT)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ClientResponseError as failure:  # its text holds the URL, and the URL holds the token
            is_gone = failure.status in {400, 404, 410}
            raise FetchFailed("gone" if is_gone else "unreachable", f"status {failure.status}") from None
        except (ClientError, OSError) as failure:  # TimeoutError is an OSError
            raise FetchFailed("unreachable", type(failure).__name__) from None

    async def close(self) -> None:
        await self._bot.session.close()


def _method(request: BotApiRequest) -> TelegramMethod[Any]:
    parameters = with_upload(request, lambda name, content: BufferedInputFile(content, name))
    return _untyped_method(request.method)(**parameters)


def _document(content: bytes) -> Any:
    """`None` when it is no JSON."""
    try:
        return json_bytes.load(content)
    except (ValueError, RecursionError):
        return None


@contextmanager
def _failures() -> Iterator[None]:
    """Turns aiogram's exceptions into `BotApiError`."""
    try:
        yield
    except exceptions.TelegramRetryAfter as failure:
        raise BotApiError(429, "Too Many Requests", retry_after=failure.retry_after) from None
    except exceptions.TelegramMigrateToChat as failure:
        raise BotApiError(400, "the chat has moved", migrated_to=failure.migrate_to_chat_id) from None
    except exceptions.TelegramAPIError as failure:
        status = _STATUS.get(type(failure), 0)
        raise BotApiError(status, failure.message if status else "no connection, or no answer in time") from None
    except (exceptions.ClientDecodeError, UnicodeDecodeError, OSError, TypeError) as failure:
        # TypeError: aiogram searches the description of a 5xx, and there may be none
        raise BotApiError(0, f"no answer that can be read ({type(failure).__name__})") from None


def with_upload(request: BotApiRequest, as_file: Callable[[str, bytes], Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(request.parameters)
    if request.upload is not None:
        parameters[request.medium] = as_file(request.upload.name, request.upload.content)
    return parameters
