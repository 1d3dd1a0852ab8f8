"""The Graph API over HTTP: what it is asked, and what its answers mean before anybody knows what to do about them.

No exception and no log line repeats the token, or what the platform says in words: its words name people.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData
from yarl import URL

from bot.handlers.whatsapp.render import Payload
from domain.text import Json

#: seconds for one call, and for the next bytes of a file
CALL = ClientTimeout(total=15, sock_connect=5)
DOWNLOAD = ClientTimeout(total=120, sock_connect=5, sock_read=15)
#: bytes of an answer; a file is another matter
MAX_ANSWER = 1024 * 1024
CHUNK = 64 * 1024
MAX_REDIRECTS = 3
#: where the platform keeps files, besides the API's own host
_KEEPERS = (".fbsbx.com", ".facebook.com", ".whatsapp.net")
_PLAIN = re.compile(r"[!-\[\]-~]+")  #: no space, no backslash: nothing that two programs read differently
_NOT_THERE = frozenset({404, 410})

_MIME = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ApiRefused(Exception):
    """The platform answered with an error."""

    def __init__(self, status: int, code: int | None = None, retry_after: float = 0) -> None:
        super().__init__(f"error {code}" if code is not None else f"HTTP {status}")
        self.status = status
        self.code = code  #: of the Graph API; `None` when it is not the API that answers
        self.retry_after = retry_after  #: seconds


class Unanswered(Exception):
    """No answer, or none that can be understood: nobody knows whether it was done."""


@dataclass(frozen=True, slots=True)
class Medium:
    """Where a file lies for the next five minutes."""

    url: str
    size: int  #: bytes; 0: not said


class Graph:
    def __init__(self, token: str, phone_number_id: str, api_base: str) -> None:
        self._token = token
        self._number = phone_number_id
        self._base = api_base.rstrip("/")
        self._http: ClientSession | None = None

    async def send(self, message: Payload) -> str:
        """Gives the platform's id of the message. Like every call: raises `ApiRefused`, `Unanswered`."""
        match await self._call("POST", f"{self._number}/messages", message):
            case {"messages": [{"id": str(id)}, *_]}:
                return id
        raise Unanswered("an answer without a message id")

    async def mark_read(self, message: str, *, typing: bool) -> None:
        """Also shows that an answer is being written, until it comes or 25 seconds have passed."""
        mark: Payload = {"messaging_product": "whatsapp", "status": "read", "message_id": message}
        if typing:
            mark["typing_indicator"] = {"type": "text"}
        await self._call("POST", f"{self._number}/messages", mark)

    async def upload(self, content: bytes, kind: str) -> str:
        """Gives the id under which the platform keeps the file for 30 days."""
        mime = _MIME[kind]
        form = FormData({"messaging_product": "whatsapp", "type": mime})
        form.add_field("file", BytesIO(content), filename=f"file.{kind}", content_type=mime)
        match await self._call("POST", f"{self._number}/media", form):
            case {"id": str(id)}:
                return id
        raise Unanswered("an answer without a media id")

    async def phone(self) -> str:
        """The digits of the office's number."""
        match await self._call("GET", f"{self._number}?fields=display_phone_number,verified_name"):
            case {"display_phone_number": str(shown)} if digits := re.sub(r"\D", "", shown):
                return digits
        raise Unanswered("an answer without a number")

    async def find(self, medium: str) -> Medium:
        match await self._call("GET", quote(medium, safe="")):
            case {"url": str(url), **more}:
                size = more.get("file_size")
                return Medium(url, size if isinstance(size, int) else 0)
        raise Unanswered("an answer without the address of a file")

    async def download(self, url: str) -> AsyncGenerator[bytes]:
        """The token goes to the platform's own hosts alone, also when one of them leads on to another."""
        for _ in range(MAX_REDIRECTS + 1):
            if not self._is_keeper(url):
                raise Unanswered("a file's address on a foreign host")
            async with self._request("GET", URL(url, encoded=True), timeout=DOWNLOAD) as response:
                if response.status == 200:
                    async for chunk in response.content.iter_chunked(CHUNK):
                        yield chunk
                    return
                if response.status not in {301, 302, 303, 307, 308}:
                    raise _refusal(response, b"")
                url = urljoin(url, response.headers.get("Location", ""))
        raise Unanswered("a file's address leads in circles")

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    def _is_keeper(self, url: str) -> bool:
        try:
            there, home = urlsplit(url), urlsplit(self._base)
        except ValueError:
            return False
        if not _PLAIN.fullmatch(url):
            return False
        if (there.scheme, there.hostname) == (home.scheme, home.hostname):
            return True
        return there.scheme == "https" and (there.hostname or "").endswith(_KEEPERS)

    async def _call(self, method: str, path: str, body: Payload | FormData | None = None) -> Mapping[str, Any]:
        sent = {"data": body} if isinstance(body, FormData) else {"json": body} if body is not None else {}
        async with self._request(method, f"{self._base}/{path}", timeout=CALL, **sent) as response:
            said = await _answer(response)
        if response.status != 200:
            raise _refusal(response, said)
        document = _document(said)
        if document is None:
            raise Unanswered("an answer that is no JSON object")
        return document

    @asynccontextmanager
    async def _request(self, method: str, url: str | URL, **options: Any) -> AsyncIterator[ClientResponse]:
        """Raises `Unanswered` for whatever goes wrong on the way, there or back."""
        if self._http is None:
            self._http = ClientSession()
        bearer = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._http.request(method, url, headers=bearer, allow_redirects=False, **options) as response:
                yield response
        except (ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError, a bad URL a ValueError
            raise Unanswered(type(error).__name__) from None


async def _answer(response: ClientResponse) -> bytes:
    said = b""
    async for chunk in response.content.iter_chunked(CHUNK):
        said += chunk
        if len(said) > MAX_ANSWER:
            raise Unanswered("an answer without end")
    return said


def _document(said: bytes) -> dict[str, Json] | None:
    try:
        document: Json = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _refusal(response: ClientResponse, said: bytes) -> ApiRefused:
    code = None
    match _document(said):
        case {"error": {"code": int(number)}}:
            code = number
    wait = response.headers.get("Retry-After", "")
    return ApiRefused(response.status, code, float(wait) if wait.isdecimal() and len(wait) < 6 else 0)


def is_gone(refused: ApiRefused) -> bool:
    """Whether what was asked for is not there (any more): the API's own way to say 404 is error 100."""
    return refused.status in _NOT_THERE or refused.code == 100
