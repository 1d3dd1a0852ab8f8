"""`/authenticator/…`: shows the key of an authenticator app behind a one-time link, which only the button uses up."""

from __future__ import annotations

from importlib import resources

from aiohttp import web

from bot.handlers.authenticatorpage import wording
from bot.handlers.authenticatorpage.render import confirmation_html, key_html
from bot.handlers.pages.language import page_locale
from bot.handlers.pages.one_time_page import OneTimePage
from bot.limits import TokenBucketLimiter
from bot.pages import AuthenticatorSetup
from domain.text import Text

_STYLE = resources.files("bot.handlers.authenticatorpage") / "static" / "authenticator.css"


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
        """See `OneTimePage`."""
        self._setup = setup
        self._page = OneTimePage(
            "/authenticator",
            wording.TITLE,
            _STYLE,
            office,
            public_url=public_url,
            limiter=limiter,
            client_ip_header=client_ip_header,
        )

    def routes(self) -> list[web.RouteDef]:
        return self._page.routes(self._ask, self._show)

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        if not await self._setup.is_open(request.match_info["token"]):
            return self._used(request)
        return self._page.html(request, 200, confirmation_html(page_locale(request), request.path))

    async def _show(self, request: web.Request) -> web.StreamResponse:
        key = await self._setup.redeem(request.match_info["token"])
        return (
            self._used(request) if key is None else self._page.html(request, 200, key_html(page_locale(request), key))
        )

    def _used(self, request: web.Request) -> web.Response:
        return self._page.sentences(request, 404, wording.LINK_USED)
