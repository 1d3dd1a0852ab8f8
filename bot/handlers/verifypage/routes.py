"""`/verify`: looks a letter up by its code, and judges an uploaded PDF. It sets no cookie and stores no file."""

from __future__ import annotations

import asyncio
from importlib import resources

from aiohttp import BodyPartReader, ClientError, web

from bot.handlers.pages import static_files
from bot.handlers.pages.frame import load_frame
from bot.handlers.pages.headers import PLAIN_FORM_HEADERS
from bot.handlers.pages.language import language_links, page_locale
from bot.handlers.pages.limiting import limited
from bot.handlers.pages.origin_check import Handler, OriginCheck
from bot.handlers.pages.static_files import Asset
from bot.handlers.pages.wording import UPLOAD_LOST, too_large
from bot.handlers.verifypage import wording
from bot.handlers.verifypage.render import answer_html, form_html, letter_html, sentence_html
from bot.limits import CHECK_WITHIN, MEGABYTE, Sender, TokenBucketLimiter, source_of
from bot.pages import LetterChecks, LetterUnreadable
from domain.letter_check import LetterAnswer, read_code
from domain.text import Text

#: followed by the code of a letter
ADDRESS = "/verify/"
_STATIC = "/verify/static"
#: bytes around the file in the body of a request
_AROUND_FILE = 16 * 1024
_CHUNK = 64 * 1024


class _UploadRefused(Exception):
    def __init__(self, status: int, text: Text) -> None:
        super().__init__(text.msgid)
        self.status = status
        self.text = text


class VerifyRoutes:
    """Use it with `app.add_routes(verify.routes())`."""

    def __init__(
        self,
        checks: LetterChecks,
        office: Text,
        *,
        public_url: str | None,
        file_mb: int,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
    ) -> None:
        """`office`: its name. `file_mb`: the largest file, in MB. Raises `ValueError` for a bad `public_url`."""
        self._checks = checks
        self._check = OriginCheck(public_url)
        self._limiter = limiter
        self._client_ip_header = client_ip_header
        self._max_bytes = file_mb * MEGABYTE
        self._unreadable = {**wording.UNREADABLE_FILES, "too_large": too_large(file_mb)}
        self._assets: dict[str, Asset] = {}
        folder = resources.files("bot.handlers.verifypage") / "static"
        self._frame = load_frame(office, _STATIC, self._assets, folder / "verify.css")

    def routes(self) -> list[web.RouteDef]:
        def counted(handler: Handler) -> Handler:
            return self._check(limited(handler, self._limiter, "checks", self._sender, self._too_many))

        return [
            web.get(f"{_STATIC}/{{name}}", self._check(self._static)),
            web.get("/verify", self._check(self._form)),
            web.post("/verify", counted(self._file)),
            web.get(ADDRESS + "{code:.{1,100}}", counted(self._code)),
        ]

    def _sender(self, request: web.Request) -> Sender:
        return Sender(source=source_of(request.remote, request.headers, self._client_ip_header))

    def _too_many(self, request: web.Request) -> web.StreamResponse:
        return self._sentence(request, 429, wording.TITLE, wording.TOO_MANY)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return static_files.respond(self._assets, request)

    async def _form(self, request: web.Request) -> web.StreamResponse:
        typed = request.query.get("code")
        if typed and (code := read_code(typed[:400])):
            return web.Response(status=303, headers={"Location": ADDRESS + code, **PLAIN_FORM_HEADERS})
        return self._form_page(request, 200, wording.NO_CODE if typed is not None else None)

    async def _code(self, request: web.Request) -> web.StreamResponse:
        code = read_code(request.match_info["code"])
        letter = await self._checks.by_code(code) if code else None
        if letter is None:
            return self._sentence(request, 404, wording.UNKNOWN, wording.UNKNOWN_HINT)
        main = letter_html(page_locale(request), letter, self._checks.public_keys)
        return self._html(request, 200, main)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            answer = await self._judge(request)
        except _UploadRefused as refused:
            return self._sentence(request, refused.status, wording.UNREADABLE, refused.text)
        except LetterUnreadable as unreadable:
            why = self._unreadable.get(unreadable.reason, wording.NOT_PDF)
            return self._sentence(request, 422, wording.UNREADABLE, why)
        if answer is None:
            return self._form_page(request, 400, wording.NO_FILE)
        return self._html(request, 200, answer_html(page_locale(request), answer, self._checks.public_keys))

    async def _judge(self, request: web.Request) -> LetterAnswer | None:
        """`None` when no file was picked. The bytes are reserved as long as they are in memory. Raises
        `_UploadRefused` and `LetterUnreadable`.
        """
        size, sender = request.content_length, self._sender(request)
        if size is None or request.content_type != "multipart/form-data":
            raise _UploadRefused(400, UPLOAD_LOST)
        if size > self._max_bytes + _AROUND_FILE:
            raise _UploadRefused(413, self._unreadable["too_large"])
        if not self._limiter.take("check_bytes", sender, size):
            raise _UploadRefused(429, wording.BUSY)
        try:
            content = await _read(request)
            return await self._checks.by_file(content) if content is not None else None
        finally:
            self._limiter.give_back("check_bytes", sender, size)

    def _form_page(self, request: web.Request, status: int, notice: Text | None) -> web.Response:
        return self._html(request, status, form_html(page_locale(request), self._checks.public_keys, notice))

    def _sentence(self, request: web.Request, status: int, title: Text, *texts: Text) -> web.Response:
        return self._html(request, status, sentence_html(page_locale(request), title, *texts))

    def _html(self, request: web.Request, status: int, main: str) -> web.Response:
        locale = page_locale(request)
        links = language_links(locale) if request.method == "GET" else ""
        return self._frame.response(status, locale, wording.TITLE, main, PLAIN_FORM_HEADERS, links=links)


async def _read(request: web.Request) -> bytes | None:
    """The uploaded file; `None` when none was picked. Raises `_UploadRefused`."""
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            return await _first_file(request)
    except (ValueError, LookupError, AssertionError):  # aiohttp asserts some of what a body must have
        raise _UploadRefused(400, UPLOAD_LOST) from None
    except (ConnectionError, ClientError, TimeoutError):
        raise _UploadRefused(408, UPLOAD_LOST) from None


async def _first_file(request: web.Request) -> bytes | None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            break
        if part.name == "file":
            chunks = []
            while chunk := await part.read_chunk(_CHUNK):
                chunks.append(chunk)
            return b"".join(chunks) if part.filename else None
        await part.release()
    return None
