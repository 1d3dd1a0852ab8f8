"""`/sign/…`: shows the letter behind a one-time link, and takes what signs it. Only the button uses the link up."""

from __future__ import annotations

import asyncio
from dataclasses import field
from importlib import resources

from aiohttp import web

from bot.handlers.pages.language import page_locale
from bot.handlers.pages.one_time_page import OneTimePage
from bot.handlers.signpage import wording
from bot.handlers.signpage.render import form_html, notice_html
from bot.limits import PAGE_WITHIN, TokenBucketLimiter
from bot.pages import LetterSigning
from domain.frozen import frozen
from domain.letter_signing import NIK, SigningSecret
from domain.text import Text

#: a one-time link, after the address of the service
LINK = "/sign/{token}"
_STYLE = resources.files("bot.handlers.signpage") / "static" / "sign.css"
#: bytes of the form
_MAX_FORM = 4096


class SignRoutes:
    """Use it with `app.add_routes(sign.routes())`."""

    def __init__(
        self,
        signing: LetterSigning,
        office: Text,
        *,
        public_url: str | None,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
    ) -> None:
        """See `OneTimePage`."""
        self._signing = signing
        self._page = OneTimePage(
            "/sign",
            wording.TITLE,
            _STYLE,
            office,
            public_url=public_url,
            limiter=limiter,
            client_ip_header=client_ip_header,
        )

    def routes(self) -> list[web.RouteDef]:
        return self._page.routes(self._show, self._sign)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        return await self._form(request, 200)

    async def _sign(self, request: web.Request) -> web.StreamResponse:
        typed = await _typed(request)
        problem = _problem(typed)
        if problem is not None:
            return await self._form(request, 422, problem, typed.nik)
        token = request.match_info["token"]
        if typed.asks_code:
            outcome = await self._signing.send_code(token, typed.nik)
        else:
            outcome = await self._signing.sign(token, typed.nik, typed.secret)
        if outcome is None:
            return self._page.sentences(request, 404, wording.LINK_USED)
        if outcome.state == "signed":
            return self._page.sentences(request, 200, outcome.text, wording.CLOSE)
        if outcome.letter is None:
            return self._page.sentences(request, 409, outcome.text)
        locale = page_locale(request)
        notice, link = notice_html(locale, outcome.text, outcome.state), LINK.format(token=outcome.link)
        status = 200 if outcome.state == "code_sent" else 422
        return self._page.html(request, status, form_html(locale, outcome.letter, link, notice, typed.nik))

    async def _form(
        self, request: web.Request, status: int, problem: Text | None = None, nik: str = ""
    ) -> web.StreamResponse:
        letter = await self._signing.letter(request.match_info["token"])
        if letter is None:
            return self._page.sentences(request, 404, wording.LINK_USED)
        locale = page_locale(request)
        notice = notice_html(locale, problem, "failed") if problem else ""
        return self._page.html(request, status, form_html(locale, letter, request.path, notice, nik))


@frozen
class _Typed:
    """What came with the form."""

    nik: str = ""  #: without spaces
    secret: SigningSecret = field(default_factory=SigningSecret)
    asks_code: bool = False


def _problem(typed: _Typed) -> Text | None:
    secret = typed.secret
    if not NIK.fullmatch(typed.nik):
        return wording.WRONG_NIK
    if typed.asks_code:
        return None
    if secret.passphrase and secret.code:
        return wording.TWO_SECRETS
    return None if secret.passphrase or secret.code else wording.NO_SECRET


async def _typed(request: web.Request) -> _Typed:
    """Empty when the form cannot be read."""
    size = request.content_length
    if request.content_type != "application/x-www-form-urlencoded" or size is None or size > _MAX_FORM:
        return _Typed()
    try:
        async with asyncio.timeout(PAGE_WITHIN):
            posted = await request.post()
    except (web.HTTPRequestEntityTooLarge, TimeoutError, ValueError, LookupError):
        return _Typed()
    fields = {name: value for name, value in posted.items() if isinstance(value, str)}
    secret = SigningSecret(fields.get("passphrase", ""), "".join(fields.get("code", "").split()))
    return _Typed("".join(fields.get("nik", "").split()), secret, fields.get("act") == "send_code")
