"""`/authenticator/…`: shows the key of an authenticator app behind a one-time link, which only the button uses up."""

from __future__ import annotations

from importlib import resources

from aiohttp import web

from bot.handlers.authenticatorpage import wording
from bot.handlers.authenticatorpage.render import confirmation_html, key_html, sentence_html
from bot.handlers.pages import static_files
from bot.handlers.pages.frame import load_frame
from bot.handlers.pages.headers import PLAIN_FORM_HEADERS
from bot.handlers.pages.language import language_links, page_locale
from bot.handlers.pages.limiting import limited
from bot.handlers.pages.origin_check import Handler, OriginCheck
from bot.handlers.pages.static_files import Asset
from bot.handlers.pages.wording import TOO_MANY_REQUESTS
from bot.limits import Sender, TokenBucketLimiter, source_of
from bot.pages import AuthenticatorSetup
from domain.text import Text

_PATH = "/authenticator/{token:[A-Za-z0-9_-]{43}}"
_STATIC = "/authenticator/static"


class AuthenticatorRoutes:
    """Use it with `app.add_routes(pages.routes())`."""

    def __init__(
        self,
        setup: AuthenticatorSetup,
        office: Text,
        *,
        public_url: str | None,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
    ) -> None:
        """`office`: its name. Raises `ValueError` for a bad `public_url`."""
        self._setup = setup
        self._check = OriginCheck(public_url)
        self._limiter = limiter
        self._client_ip_header = client_ip_header
        self._assets: dict[str, Asset] = {}
        folder = resources.files("bot.handlers.authenticatorpage") / "static"
        self._frame = load_frame(office, _STATIC, self._assets, folder / "authenticator.css")

    def routes(self) -> list[web.RouteDef]:
        def counted(handler: Handler) -> Handler:
            return self._check(limited(handler, self._limiter, "requests", self._sender, self._too_many))

        return [
            web.get(f"{_STATIC}/{{name}}", self._check(self._static)),
            web.get(_PATH, counted(self._ask)),
            web.post(_PATH, counted(self._show)),
        ]

    def _sender(self, request: web.Request) -> Sender:
        return Sender(source=source_of(request.remote, request.headers, self._client_ip_header))

    def _too_many(self, request: web.Request) -> web.StreamResponse:
        return self._html(request, 429, sentence_html(page_locale(request), TOO_MANY_REQUESTS))

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return static_files.respond(self._assets, request)

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        if not await self._setup.is_open(request.match_info["token"]):
            return self._used(request)
        return self._html(request, 200, confirmation_html(page_locale(request), request.path))

    async def _show(self, request: web.Request) -> web.StreamResponse:
        key = await self._setup.redeem(request.match_info["token"])
        return self._used(request) if key is None else self._html(request, 200, key_html(page_locale(request), key))

    def _used(self, request: web.Request) -> web.Response:
        return self._html(request, 404, sentence_html(page_locale(request), wording.LINK_USED))

    def _html(self, request: web.Request, status: int, main: str) -> web.Response:
        locale = page_locale(request)
        links = language_links(locale) if request.method == "GET" else ""
        return self._frame.response(status, locale, wording.TITLE, main, PLAIN_FORM_HEADERS, links=links)
