"""In which language a browser is answered."""

from __future__ import annotations

from html import escape

from aiohttp import web

from domain.text import Text
from locales import SOURCE, SUPPORTED, closest, say

_OWN_NAME = Text("Bahasa Indonesia", context="the name of this language, in this language")


def language(request: web.Request) -> str:
    """The browser's hint, for `locales.closest`."""
    return request.headers.get("Accept-Language", "")[:100]


def page_locale(request: web.Request) -> str:
    """The language that the address names with `?lang=`, else that of the browser."""
    return closest(request.query.get("lang", "")) or closest(language(request)) or SOURCE


def language_links(locale: str) -> str:
    """Links from a page to itself in the other languages, as HTML."""
    return " ".join(
        f'<a href="?lang={other}" lang="{other}" hreflang="{other}">{escape(say(_OWN_NAME, other))}</a>'
        for other in SUPPORTED
        if other != locale
    )
