"""`/survei/…`: the satisfaction survey on one page, without script. A browser is known by the cookie of its chat, or of
a one-time link.
"""

from __future__ import annotations

import asyncio
from importlib import resources

from aiohttp import web

from bot.handlers.pages import static_files
from bot.handlers.pages.chat_cookie import NAME, Cookie
from bot.handlers.pages.frame import load_frame
from bot.handlers.pages.headers import PLAIN_FORM_HEADERS
from bot.handlers.pages.language import page_locale
from bot.handlers.pages.limiting import limited
from bot.handlers.pages.one_time_link import TOKEN, PageCookie, confirmation_html
from bot.handlers.pages.origin_check import Handler, OriginCheck
from bot.handlers.pages.static_files import Asset
from bot.handlers.pages.wording import TOO_MANY_REQUESTS
from bot.handlers.surveypage import wording
from bot.handlers.surveypage.render import sentence_html, survey_html, to_chat_html
from bot.limits import PAGE_WITHIN, Sender, TokenBucketLimiter, source_of
from bot.pages import PageReader, SurveyPages, SurveyPageView
from domain.satisfaction import ELEMENTS, SCORES, SERVICES, Element, Score, Scores, SurveyedService, next_open
from domain.text import Text

_PATH = f"/survei/{{service:{'|'.join(SERVICES)}}}/{{row:[1-9][0-9]{{0,15}}}}"
_TOKEN_PATH = f"/survei/buka/{TOKEN}"
_STATIC = "/survei/static"


class SurveyRoutes:
    """Use it with `app.add_routes(pages.routes())`."""

    def __init__(
        self,
        pages: SurveyPages,
        office: Text,
        *,
        public_url: str | None,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
    ) -> None:
        """`office`: its name. Raises `ValueError` for a bad `public_url`."""
        self._pages = pages
        self._cookie = Cookie()
        self._page_cookie = PageCookie("pst-survey")
        self._check = OriginCheck(public_url)
        self._limiter = limiter
        self._client_ip_header = client_ip_header
        self._assets: dict[str, Asset] = {}
        folder = resources.files("bot.handlers.surveypage") / "static"
        self._frame = load_frame(office, _STATIC, self._assets, folder / "survey.css")

    def routes(self) -> list[web.RouteDef]:
        def counted(handler: Handler) -> Handler:
            return self._check(limited(handler, self._limiter, "requests", self._sender, self._too_many))

        return [
            web.get(f"{_STATIC}/{{name}}", self._check(self._static)),
            web.get(_TOKEN_PATH, counted(self._ask_to_open)),
            web.post(_TOKEN_PATH, counted(self._open)),
            web.get(_PATH, counted(self._show)),
            web.post(_PATH, counted(self._save)),
        ]

    def _sender(self, request: web.Request) -> Sender:
        address = self._cookie.address(request)
        source = source_of(request.remote, request.headers, self._client_ip_header)
        name = f"{NAME}/{address}" if address else self._page_cookie.name_for_limits(request)
        return Sender(name, source)

    def _too_many(self, request: web.Request) -> web.StreamResponse:
        return self._sentence(request, 429, page_locale(request), TOO_MANY_REQUESTS)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return static_files.respond(self._assets, request)

    async def _ask_to_open(self, request: web.Request) -> web.StreamResponse:
        """Only the button uses the link up: chats open links by themselves, to show what is behind them."""
        locale = page_locale(request)
        return self._html(request, 200, locale, confirmation_html(locale, wording.OPEN_SURVEY))

    async def _open(self, request: web.Request) -> web.StreamResponse:
        used = await self._pages.use_link(request.match_info["token"])
        if used is None:
            return self._sentence(request, 404, page_locale(request), wording.LINK_USED)
        headers = {"Location": f"/survei/{used.page}/{used.row_id}", **PLAIN_FORM_HEADERS}
        response = web.Response(status=303, headers=headers)
        self._page_cookie.set(request, response, used)
        return response

    async def _show(self, request: web.Request) -> web.StreamResponse:
        reader = self._reader(request)
        view = await self._pages.show(reader, *_subject(request)) if reader else None
        return self._page(request, view, is_saved=False)

    async def _save(self, request: web.Request) -> web.StreamResponse:
        """Stores what was picked; the page comes again while something is open."""
        reader, picked = self._reader(request), await _picked(request)
        view = await self._pages.save(reader, *_subject(request), picked) if reader else None
        return self._page(request, view, is_saved=True)

    def _reader(self, request: web.Request) -> PageReader | None:
        reader = PageReader(NAME, self._cookie.address(request) or "", self._page_cookie.value(request))
        return reader if reader.address or reader.page_cookie else None

    def _page(self, request: web.Request, view: SurveyPageView | None, *, is_saved: bool) -> web.Response:
        if view is None:
            return self._sentence(request, 404, page_locale(request), wording.NOT_OPEN)
        if view.refused is not None:
            return self._sentence(request, 200, view.locale, view.refused)
        if next_open(view.given) is None:
            return self._sentence(request, 200, view.locale, wording.DONE)
        main = survey_html(view, is_saved=is_saved)
        return self._html(request, 422 if is_saved else 200, view.locale, main)

    def _sentence(self, request: web.Request, status: int, locale: str, text: Text) -> web.Response:
        return self._html(request, status, locale, sentence_html(locale, text))

    def _html(self, request: web.Request, status: int, locale: str, main: str) -> web.Response:
        links = to_chat_html(locale) if self._cookie.address(request) else ""
        return self._frame.response(status, locale, wording.TITLE, main, PLAIN_FORM_HEADERS, links=links)


def _subject(request: web.Request) -> tuple[SurveyedService, int]:
    """What the survey is about."""
    service = next(each for each in SERVICES if each == request.match_info["service"])
    return service, int(request.match_info["row"])


async def _picked(request: web.Request) -> Scores:
    """What was picked; anything else is left out."""
    if request.content_type != "application/x-www-form-urlencoded":
        return {}
    try:
        async with asyncio.timeout(PAGE_WITHIN):
            posted = await request.post()
    except (web.HTTPRequestEntityTooLarge, TimeoutError, ValueError, LookupError):
        return {}
    scores: dict[str, Score] = {str(score): score for score in SCORES}
    picked: dict[Element, Score] = {}
    for name in ELEMENTS:
        score = scores.get(str(posted.get(name, "")))
        if score is not None:
            picked[name] = score
    return picked
