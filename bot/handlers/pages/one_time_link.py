"""One-time links: the page that asks before a link is used up, and the cookies that it, or what an app says, is
exchanged for.
"""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape

from aiohttp import web

from bot.handlers.pages.origin_check import is_loopback
from bot.handlers.pages.wording import ASK_TO_OPEN, OPEN
from bot.pages import UsedLink
from domain.frozen import frozen
from domain.text import Text
from locales import say

#: the secret of a link in its route
TOKEN = "{token:[A-Za-z0-9_-]{43}}"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits


@frozen
class PageCookie:
    """Opens one page in the browser in which its link was used. `base`: its name, one for each kind of page."""

    base: str

    def value(self, request: web.Request) -> str:
        """Empty where there is none."""
        return self._read(request, in_app=True) or self._read(request, in_app=False)

    def is_in_app(self, request: web.Request) -> bool:
        """Whether an app has opened the page in this browser, perhaps in a frame of its web version."""
        return bool(self._read(request, in_app=True))

    def set(self, request: web.Request, response: web.Response, used: UsedLink) -> None:
        response.set_cookie(
            self._name(request),
            used.page_cookie,
            max_age=used.seconds,
            path="/",
            secure=not is_loopback(request),
            httponly=True,
            samesite="Strict",
        )
        if self.is_in_app(request):  # what was opened last counts
            self._set_in_app(request, response, "", 0)

    def set_in_app(self, request: web.Request, response: web.Response, used: UsedLink) -> None:
        """A browser sends this cookie in a frame of another site too, but only in frames of the site where it was
        given. What changes something must come from a page of ours all the same (`OriginCheck`).
        """
        self._set_in_app(request, response, used.page_cookie, used.seconds)

    def name_for_limits(self, request: web.Request) -> str:
        """Whom the limiter counts; empty where there is no cookie."""
        value = self.value(request)
        return f"{self.base}/{sha256(value.encode()).hexdigest()}" if value else ""

    def _set_in_app(self, request: web.Request, response: web.Response, value: str, seconds: int) -> None:
        """Python's own cookies know "Partitioned" since 3.14 only."""
        name = self._name(request, in_app=True)
        attributes = f"HttpOnly; Max-Age={seconds}; Path=/; SameSite=None; Secure; Partitioned"
        response.headers.add("Set-Cookie", f"{name}={value}; {attributes}")

    def _read(self, request: web.Request, *, in_app: bool) -> str:
        value = request.cookies.get(self._name(request, in_app=in_app), "")
        return value if _VALUE.fullmatch(value) else ""

    def _name(self, request: web.Request, *, in_app: bool = False) -> str:
        """The prefix `__Host-` stops other subdomains from setting the cookie. Browsers accept it over HTTPS only."""
        name = f"{self.base}-app" if in_app else self.base
        return name if is_loopback(request) else f"__Host-{name}"


def confirmation_html(locale: str, title: Text) -> str:
    heading, text, button = (escape(say(words, locale)) for words in (title, ASK_TO_OPEN, OPEN))
    form = f'<form method="post"><button type="submit" class="main">{button}</button></form>'
    return f"<h1>{heading}</h1><p>{text}</p>{form}"
