"""What pages behind one-time links share: how often anybody may ask, the frame, and pages of sentences alone."""

from __future__ import annotations

from importlib.resources.abc import Traversable

from aiohttp import web

from bot.handlers.pages import static_files
from bot.handlers.pages.frame import load_frame
from bot.handlers.pages.headers import PLAIN_FORM_HEADERS
from bot.handlers.pages.language import language_links, page_locale
from bot.handlers.pages.limiting import limited
from bot.handlers.pages.markup import sentences_html
from bot.handlers.pages.origin_check import Handler, OriginCheck
from bot.handlers.pages.static_files import Asset
from bot.handlers.pages.wording import TOO_MANY_REQUESTS
from bot.limits import Sender, TokenBucketLimiter, source_of
from domain.text import Text

#: the secret of a link, behind the path of its pages
_TOKEN = "{token:[A-Za-z0-9_-]{43}}"


class OneTimePage:
    def __init__(
        self,
        path: str,
        title: Text,
        style: Traversable,
        office: Text,
        *,
        public_url: str | None,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
    ) -> None:
        """`path`: in which the links lie, such as `/sign`. `style`: the style sheet of this page alone. `office`: its
        name. Raises `ValueError` for a bad `public_url`.
        """
        self._path = path
        self._title = title
        self._check = OriginCheck(public_url)
        self._limiter = limiter
        self._client_ip_header = client_ip_header
        self._assets: dict[str, Asset] = {}
        self._frame = load_frame(office, f"{path}/static", self._assets, style)

    def routes(self, show: Handler, use: Handler) -> list[web.RouteDef]:
        """`show`: the page of a link, which uses nothing up. `use`: what its button does."""

        def counted(handler: Handler) -> Handler:
            return self._check(limited(handler, self._limiter, "requests", self._sender, self._too_many))

        return [
            web.get(f"{self._path}/static/{{name}}", self._check(self._static)),
            web.get(f"{self._path}/{_TOKEN}", counted(show)),
            web.post(f"{self._path}/{_TOKEN}", counted(use)),
        ]

    def sentences(self, request: web.Request, status: int, *texts: Text) -> web.Response:
        return self.html(request, status, sentences_html(page_locale(request), self._title, *texts))

    def html(self, request: web.Request, status: int, main: str) -> web.Response:
        locale = page_locale(request)
        links = language_links(locale) if request.method == "GET" else ""
        return self._frame.response(status, locale, self._title, main, PLAIN_FORM_HEADERS, links=links)

    def _sender(self, request: web.Request) -> Sender:
        return Sender(source=source_of(request.remote, request.headers, self._client_ip_header))

    def _too_many(self, request: web.Request) -> web.StreamResponse:
        return self.sentences(request, 429, TOO_MANY_REQUESTS)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return static_files.respond(self._assets, request)
