"""What stands around every page that is no chat: title, colours, header. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import resources
from importlib.resources.abc import Traversable

from aiohttp import web

from bot.handlers.pages.static_files import Asset, load_style
from domain.frozen import frozen
from domain.text import Text
from locales import say

BASE_STYLE = resources.files("bot.handlers.pages") / "static" / "base.css"
_PAGE = """<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<title>{title} · {office}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{css}">
{script}
</head>
<body>
<header><p class="office">{office}</p>{links}</header>
<main>
{main}
</main>
</body>
</html>
"""


@frozen
class PageFrame:
    office: Text
    css: str  #: its address

    def response(
        self,
        status: int,
        locale: str,
        title: Text,
        main: str,
        headers: Mapping[str, str],
        *,
        links: str = "",
        script: str = "",
    ) -> web.Response:
        """`main`: the page below the header, and `links`: its links in the header, both HTML. `headers`: one of
        `pages.headers`. `script`: its address.
        """
        body = _PAGE.format(
            locale=escape(locale),
            title=escape(say(title, locale)),
            office=escape(say(self.office, locale)),
            links=links,
            css=escape(self.css),
            script=f'<script type="module" src="{escape(script)}"></script>' if script else "",
            main=main,
        )
        response = web.Response(status=status, text=body, content_type="text/html", headers=headers)
        response.enable_compression()
        return response


def load_frame(office: Text, folder: str, assets: dict[str, Asset], *styles: Traversable) -> PageFrame:
    """`folder`: the address below which `assets` are served. `styles`: style sheets of these pages alone."""
    return PageFrame(office, f"{folder}/{load_style(assets, BASE_STYLE, *styles)}")
