"""The page behind the link in a mail with a code. Only its button uses the link up: mail programs open links by
themselves, to check them or to show what is behind them.
"""

from __future__ import annotations

import secrets
from html import escape

from aiohttp import web

from bot.chat import Incoming
from bot.handlers.pages.chat_cookie import NAME, Cookie
from bot.handlers.pages.headers import PLAIN_FORM_HEADERS, PUBLIC_HEADERS
from bot.handlers.pages.language import language, language_links, page_locale
from bot.handlers.webchat.dependencies import WebChatDependencies
from domain.text import Text
from locales import say

TOKEN_PATH = "kode/{token:[A-Z2-9]{32}}"
#: the link of a mail, after the address of the service
LINK = "kode/{code}"
COMMAND = "kode"
_TITLE = Text("Buktikan alamat e-mail Anda")
_QUESTION = Text("Tekan Lanjutkan bila Anda sendiri yang meminta kode, di peramban ini. Bila bukan, tutup halaman ini.")
_GO_ON = Text("Lanjutkan")
_OTHER_BROWSER = Text("Tautan ini hanya berlaku di peramban tempat Anda meminta kode. Silakan buka di sana.")
_LATER = Text("Layanan sedang sibuk. Silakan coba beberapa saat lagi.")
_FORM = '<form method="post"><button type="submit" class="main">{label}</button></form>'


class ProofPage:
    def __init__(self, dependencies: WebChatDependencies, cookie: Cookie) -> None:
        self._dependencies = dependencies
        self._cookie = cookie

    async def show(self, request: web.Request) -> web.Response:
        locale = page_locale(request)
        return self._html(200, locale, _QUESTION, _FORM.format(label=escape(say(_GO_ON, locale))))

    async def use(self, request: web.Request) -> web.Response:
        """Says the token in the conversation of this browser, and shows the conversation."""
        locale = page_locale(request)
        address = self._cookie.address(request)
        if address is None:
            return self._html(401, locale, _OTHER_BROWSER)
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
            return self._html(429, locale, _LATER)
        return web.Response(status=303, headers={"Location": self._cookie.path, **PLAIN_FORM_HEADERS})

    def _html(self, status: int, locale: str, text: Text, form: str = "") -> web.Response:
        main = f"<h1>{escape(say(_TITLE, locale))}</h1><p>{escape(say(text, locale))}</p>{form}"
        links = language_links(locale)
        headers = PLAIN_FORM_HEADERS if form else PUBLIC_HEADERS
        return self._dependencies.frame.response(status, locale, _TITLE, main, headers, links=links)
