"""The Graph API over HTTP: sends requests and reads answers, without deciding what an error means for a message.

Exceptions and log lines contain neither the token nor the platform's texts, because those texts name people.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData
from yarl import URL

from bot.handlers.whatsapp.render import Payload
from domain import json_bytes
from domain.files import mime_type
from domain.frozen import frozen
from domain.text import Json

#: timeout of one request, and of a download
CALL_TIMEOUT = ClientTimeout(total=15, sock_connect=5)
DOWNLOAD_TIMEOUT = ClientTimeout(total=120, sock_connect=5, sock_read=15)
#: bytes of an answer that is not a file
MAX_ANSWER = 1024 * 1024
CHUNK = 64 * 1024
MAX_REDIRECTS = 3
#: Hosts on which the platform keeps files, besides the host of the API.
_FILE_HOSTS = (".fbsbx.com", ".facebook.com", ".whatsapp.net")
_PLAIN_URL = re.compile(r"[!-\[\]-~]+")  #: without spaces and backslashes, which URL parsers read differently
_NOT_FOUND = frozenset({404, 410})
#: kind of file → the MIME type under which the platform carries it, where it does not take its own
_CARRIED_AS: Mapping[str, str] = {"zip": "text/plain"}


class GraphApiError(Exception):
    """The platform answered with an error."""

    def __init__(self, status: int, code: int | None = None, retry_after: float = 0) -> None:
        super().__init__(f"error {code}" if code is not None else f"HTTP {status}")
        self.status = status
        self.code = code  #: of the Graph API; `None` when something before the API answered
        self.retry_after = retry_after  #: seconds

    @property
    def is_not_found(self) -> bool:
        """Whether the requested object does not exist. The API itself answers error 100 instead of 404."""
        return self.status in _NOT_FOUND or self.code == 100


class GraphApiUnavailable(Exception):
    """No answer, or one that cannot be read: nobody knows whether the request had an effect."""


@frozen
class MediaLocation:
    """Where a file can be downloaded for the next five minutes."""

    url: str
    size: int  #: bytes; 0 when the platform does not say


class GraphApiClient:
    """Every request raises `GraphApiError` or `GraphApiUnavailable`."""

    def __init__(self, token: str, phone_number_id: str, api_base: str) -> None:
        self._token = token
        self._phone_number_id = phone_number_id
        self._base = api_base.rstrip("/")
        self._session: ClientSession | None = None

    async def send(self, message: Payload) -> str:
        """Returns the platform's id of the message."""
        match await self._call("POST", f"{self._phone_number_id}/messages", message):
            case {"messages": [{"id": str(id)}, *_]}:
                return id
        raise GraphApiUnavailable("an answer without a message id")

    async def mark_read(self, message_id: str, *, typing: bool) -> None:
        """`typing`: also shows that a reply is being written, until it arrives or for 25 seconds."""
        mark: Payload = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        if typing:
            mark["typing_indicator"] = {"type": "text"}
        await self._call("POST", f"{self._phone_number_id}/messages", mark)

    async def upload(self, content: bytes, kind: str) -> str:
        """Returns the id under which the platform keeps the file for 30 days."""
        mime = _CARRIED_AS.get(kind) or mime_type(kind)
        form = FormData({"messaging_product": "whatsapp", "type": mime})
        form.add_field("file", BytesIO(content), filename=f"file.{kind}", content_type=mime)
        match await self._call("POST", f"{self._phone_number_id}/media", form):
            case {"id": str(id)}:
                return id
        raise GraphApiUnavailable("an answer without a media id")

    async def phone_digits(self) -> str:
        """The digits of the office's phone number."""
        match await self._call("GET", f"{self._phone_number_id}?fields=display_phone_number,verified_name"):
            case {"display_phone_number": str(shown)} if digits := re.sub(r"\D", "", shown):
                return digits
        raise GraphApiUnavailable("an answer without a number")

    async def describe_number(self) -> Mapping[str, Any]:
        """Where it delivers messages to, and the account that it belongs to."""
        return await self._call("GET", f"{self._phone_number_id}?fields=webhook_configuration,health_status")

    async def approved_templates(self, business_account_id: str) -> set[tuple[str, str]]:
        """(name, language). One page is enough: there are a dozen of ours."""
        path = f"{quote(business_account_id, safe='')}/message_templates?fields=name,language,status&limit=500"
        found = set[tuple[str, str]]()
        for one in (await self._call("GET", path)).get("data", []):
            match one:
                case {"name": str(name), "language": str(language), "status": "APPROVED"}:
                    found.add((name, language))
        return found

    async def locate(self, media_id: str) -> MediaLocation:
        match await self._call("GET", quote(media_id, safe="")):
            case {"url": str(url), **more}:
                size = more.get("file_size")
                return MediaLocation(url, size if isinstance(size, int) else 0)
        raise GraphApiUnavailable("an answer without the address of a file")

    async def download(self, url: str) -> AsyncGenerator[bytes]:
        """Sends the token to hosts of the platform only, also after a redirect."""
        for _ in range(MAX_REDIRECTS + 1):
            if not self._is_of_platform(url):
                raise GraphApiUnavailable("a file's address on a foreign host")
            async with self._request("GET", URL(url, encoded=True), timeout=DOWNLOAD_TIMEOUT) as response:
                if response.status == 200:
                    async for chunk in response.content.iter_chunked(CHUNK):
                        yield chunk
                    return
                if response.status not in {301, 302, 303, 307, 308}:
                    raise _error(response, b"")
                url = urljoin(url, response.headers.get("Location", ""))
        raise GraphApiUnavailable("a file's address leads in circles")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _is_of_platform(self, url: str) -> bool:
        try:
            target, base = urlsplit(url), urlsplit(self._base)
        except ValueError:
            return False
        if not _PLAIN_URL.fullmatch(url):
            return False
        if (target.scheme, target.hostname) == (base.scheme, base.hostname):
            return True
        return target.scheme == "https" and (target.hostname or "").endswith(_FILE_HOSTS)

    async def _call(self, method: str, path: str, body: Payload | FormData | None = None) -> Mapping[str, Any]:
        options = {"data": body} if isinstance(body, FormData) else {"json": body} if body is not None else {}
        async with self._request(method, f"{self._base}/{path}", timeout=CALL_TIMEOUT, **options) as response:
            content = await _read(response)
        if response.status != 200:
            raise _error(response, content)
        document = _parse(content)
        if document is None:
            raise GraphApiUnavailable("an answer that is no JSON object")
        return document

    @asynccontextmanager
    async def _request(self, method: str, url: str | URL, **options: Any) -> AsyncIterator[ClientResponse]:
        """Raises `GraphApiUnavailable` for every failure of the network."""
        if self._session is None:
            self._session = ClientSession(json_serialize=json_bytes.dump_text)
        bearer = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._session.request(method, url, headers=bearer, allow_redirects=False, **options) as response:
                yield response
        except (ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError, a bad URL a ValueError
            raise GraphApiUnavailable(type(error).__name__) from None


async def _read(response: ClientResponse) -> bytes:
    content = b""
    async for chunk in response.content.iter_chunked(CHUNK):
        content += chunk
        if len(content) > MAX_ANSWER:
            raise GraphApiUnavailable("an answer without end")
    return content


def _parse(content: bytes) -> dict[str, Json] | None:
    try:
        document: Json = json_bytes.load(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _error(response: ClientResponse, content: bytes) -> GraphApiError:
    code = None
    match _parse(content):
        case {"error": {"code": int(number)}}:
            code = number
    wait = response.headers.get("Retry-After", "")
    return GraphApiError(response.status, code, float(wait) if wait.isdecimal() and len(wait) < 6 else 0)
