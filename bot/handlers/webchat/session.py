"""Who a browser is: a random cookie that only this site sees, and the address that is its hash."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

from aiohttp import web

from bot.handlers.webchat.guard import is_loopback

#: seconds; 180 days, counted again from every visit
LIFETIME = 180 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits


def address(request: web.Request) -> str | None:
    """The conversation this browser may see; `None` before it has a cookie."""
    token = _token(request)
    return sha256(token.encode()).hexdigest() if token else None


def renew(request: web.Request, response: web.Response) -> bool:
    """Gives the browser its cookie, or the one it has for another 180 days. True when it had one.

    Never done when the page itself is fetched: a link in a mail opens it without its `SameSite=Strict` cookie, and
    a new cookie given then would take the person's conversation away.
    """
    token = _token(request)
    response.set_cookie(
        _name(request),
        token or secrets.token_urlsafe(32),
        max_age=LIFETIME,
        path="/",
        secure=not is_loopback(request),
        httponly=True,
        samesite="Strict",
    )
    return token is not None


def language(request: web.Request) -> str:
    """The browser's hint, as `locales.closest` reads it."""
    return request.headers.get("Accept-Language", "")[:100]


def _token(request: web.Request) -> str | None:
    token = request.cookies.get(_name(request), "")
    return token if _TOKEN.fullmatch(token) else None


def _name(request: web.Request) -> str:
    """`__Host-` keeps a neighbouring subdomain from planting a cookie; browsers take it over HTTPS only."""
    return "pst" if is_loopback(request) else "__Host-pst"
