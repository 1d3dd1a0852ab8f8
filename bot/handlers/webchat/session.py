"""Who a browser is: a random cookie that only this site sees, and the address that is its hash."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

from bot.handlers.webchat.guard import is_loopback

#: seconds; 180 days, counted again from every visit
LIFETIME = 180 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a browser shows at one door of the web chat.

    `seat`: of the demo's; it has a cookie of its own below its own path. The seat is part of what is hashed: its token
    shown at the ordinary door, with or without the demo, is a stranger's.
    """

    seat: str = ""

    @property
    def path(self) -> str:
        return f"/as/{self.seat}/" if self.seat else "/"

    def address(self, request: web.Request) -> str | None:
        """The conversation this browser may see; `None` before it has a cookie."""
        token = self._token(request)
        return self._address_of(token) if token else None

    def renew(self, request: web.Request, response: web.Response) -> tuple[str, bool]:
        """Gives the browser its cookie, or the one it has for another 180 days; the address, and whether it had one.

        Never done when the page itself is fetched: a link in a mail opens it without its `SameSite=Strict` cookie, and
        a new cookie given then would take the person's conversation away.
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
        return sha256(f"{self.seat}/{token}".encode() if self.seat else token.encode()).hexdigest()

    def _token(self, request: web.Request) -> str | None:
        token = request.cookies.get(self._name(request), "")
        return token if _TOKEN.fullmatch(token) else None

    def _name(self, request: web.Request) -> str:
        """`__Host-` keeps a neighbouring subdomain from planting a cookie; browsers take it over HTTPS only."""
        name = f"pst-{self.seat}" if self.seat else "pst"
        return name if is_loopback(request) else f"__Host-{name}"


def language(request: web.Request) -> str:
    """The browser's hint, as `locales.closest` reads it."""
    return request.headers.get("Accept-Language", "")[:100]
