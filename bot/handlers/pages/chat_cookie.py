"""Who a browser is in the web chat: it has a random cookie, and its address is the hash of that cookie."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

from aiohttp import web

from bot.handlers.pages.origin_check import is_loopback
from domain.frozen import frozen

#: the channel of the web chat in messages and addresses
NAME = "webchat"
#: Seconds that a cookie lives (180 days). Every visit starts them again.
LIFETIME = 180 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits


@frozen
class Cookie:
    """The cookie of one chat page.

    `demo_role`: the name of a demo role, which has a cookie of its own below its own path. The name is part of what is
    hashed: so the token of a demo role gives no access to anything on the ordinary page.
    """

    demo_role: str = ""

    @property
    def path(self) -> str:
        return f"/as/{self.demo_role}/" if self.demo_role else "/"

    def address(self, request: web.Request) -> str | None:
        """The address of the conversation that this browser may see; `None` when it has no cookie yet."""
        token = self._token(request)
        return self._address_of(token) if token else None

    def renew(self, request: web.Request, response: web.Response) -> tuple[str, bool]:
        """Sets the cookie for another 180 days. Returns the address, and whether the browser had the cookie already.

        Do not call this when the page itself is requested: a link in a mail opens the page without its
        `SameSite=Strict` cookie, and a new cookie would replace the person's conversation.
        """
        known = self._token(request)
        token = known or secrets.token_urlsafe(32)
        response.set_cookie(
            self._name(request),
            token,
            max_age=LIFETIME,
            path=self.path,
            secure=not is_loopback(request),
            httponly=True,
            samesite="Strict",
        )
        return self._address_of(token), known is not None

    def _address_of(self, token: str) -> str:
        return sha256(f"{self.demo_role}/{token}".encode() if self.demo_role else token.encode()).hexdigest()

    def _token(self, request: web.Request) -> str | None:
        token = request.cookies.get(self._name(request), "")
        return token if _TOKEN.fullmatch(token) else None

    def _name(self, request: web.Request) -> str:
        """The prefix `__Host-` stops other subdomains from setting the cookie. Browsers accept it over HTTPS only."""
        name = f"pst-{self.demo_role}" if self.demo_role else "pst"
        return name if is_loopback(request) else f"__Host-{name}"
