"""The page behind the link in a mail with a code. Only its button uses the link up: mail programs open links by
themselves, to check them or to show what is behind them.
"""

from __future__ import annotations

import secrets
from html import escape

from aiohttp import web

from bot.chat import Incoming
from bot.handlers.webchat.dependencies import NAME, WebChatDependencies
from bot.handlers.webchat.origin_check import PAGE_POLICY
from bot.handlers.webchat.session import Cookie, language
from domain.text import Text
from locales import SOURCE, closest, say

TOKEN_PATH = "kode/{token:[A-Z2-9]{32}}"
#: the link of a mail, after the address of the service
LINK = "kode/{code}"
COMMAND = "kode"
_TITLE = Text("Buktikan alamat e-mail Anda")
_QUESTION = Text("Tekan Lanjutkan bila Anda sendiri yang meminta kode, di peramban ini. Bila bukan, tutup halaman ini.")
_GO_ON = Text("Lanjutkan")
_OTHER_BROWSER = Text("Tautan ini hanya berlaku di peramban tempat Anda meminta kode. Silakan buka di sana.")
_LATER = Text("Layanan sedang sibuk. Silakan coba lagi sebentar.")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": PAGE_POLICY.replace("form-action 'none'", "form-action 'self'"),
    # With "no-referrer", browsers send the form without its origin.
    "Referrer-Policy": "same-origin",
}
_PAGE = """<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
</head>
<body>
<h1>{title}</h1>
<p>{text}</p>
{form}
</body>
</html>
"""
_FORM = '<form method="post"><button type="submit">{label}</button></form>'


class ProofPage:
    def __init__(self, dependencies: WebChatDependencies, cookie: Cookie) -> None:
        self._dependencies = dependencies
        self._cookie = cookie

    async def show(self, request: web.Request) -> web.Response:
        locale = closest(language(request)) or SOURCE
        return _html(200, locale, _QUESTION, _FORM.format(label=escape(say(_GO_ON, locale))))

    async def use(self, request: web.Request) -> web.Response:
        """Says the token in the conversation of this browser, and shows the conversation."""
        locale = closest(language(request)) or SOURCE
        address = self._cookie.address(request)
        if address is None:
            return _html(401, locale, _OTHER_BROWSER)
        incoming = Incoming(
            id=secrets.token_hex(16),
            channel=NAME,
            address=address,
            at=self._dependencies.clock(),
            kind="command",
            text=f"/{COMMAND} {request.match_info['token']}",
            language=language(request),
            source=self._dependencies.sender(address, request).source,
        )
        if not await self._dependencies.inbound.receive(incoming):
            return _html(429, locale, _LATER)
        return web.Response(status=303, headers={"Location": self._cookie.path, **_HEADERS})


def _html(status: int, locale: str, text: Text, form: str = "") -> web.Response:
    page = _PAGE.format(locale=locale, title=escape(say(_TITLE, locale)), text=escape(say(text, locale)), form=form)
    return web.Response(status=status, text=page, content_type="text/html", headers=_HEADERS)
