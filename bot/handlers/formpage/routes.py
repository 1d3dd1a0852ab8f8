"""The routes of the form's pages. A browser is known by the cookie of its chat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from importlib import resources

from aiohttp import web

from bot.channel import Inbound
from bot.handlers.formpage import wording
from bot.handlers.formpage.app_page import APP_PATH, MessengerApp, app_html
from bot.handlers.formpage.files import FileReader, PostedFile
from bot.handlers.formpage.posted import MAX_INPUTS, read_answers
from bot.handlers.formpage.render import PageWords, overview_html, section_html, to_chat_html
from bot.handlers.pages import static_files
from bot.handlers.pages.chat_cookie import NAME, Cookie
from bot.handlers.pages.frame import load_frame
from bot.handlers.pages.headers import FORM_HEADERS, framed_form_headers
from bot.handlers.pages.language import page_locale
from bot.handlers.pages.limiting import limited
from bot.handlers.pages.one_time_link import TOKEN, PageCookie, confirmation_html
from bot.handlers.pages.origin_check import Handler, OriginCheck
from bot.handlers.pages.spooling import SpoolRefused
from bot.handlers.pages.static_files import Asset
from bot.handlers.pages.wording import TOO_MANY_REQUESTS
from bot.limits import PAGE_WITHIN, Sender, TokenBucketLimiter, source_of
from bot.pages import FormPages, PageReader
from domain.form.page import FormPageView, PostedAnswer
from domain.frozen import frozen
from domain.text import Json, Text
from locales import say

#: the address of a draft's page, for a reader who has the cookie of the chat
LINK = "/form/{draft}"
#: a one-time link, after the address of the service
ONE_TIME_LINK = "/form/buka/{token}"
_TOKEN_PATH = f"/form/buka/{TOKEN}"
_STATIC = "/form/static"
_DRAFT = r"/form/{draft:[1-9][0-9]{0,15}}"
_SECTION = _DRAFT + "/{section:[a-z0-9_]{1,40}}"

PostedPairs = list[tuple[str, str]]


@frozen
class _Request:
    """A request for the page of a draft."""

    reader: PageReader
    draft_id: int
    section_id: str


class FormPageRoutes:
    """Use it with `app.add_routes(pages.routes())`."""

    def __init__(
        self,
        pages: FormPages,
        inbound: Inbound,
        office: Text,
        *,
        public_url: str | None,
        file_mb: int,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
        apps: Mapping[str, MessengerApp] | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        """`office`: its name. `file_mb`: the largest file that `inbound.spool` takes, in MB. `apps`: channel → how its
        app says who has opened a page. Raises `ValueError` for a bad `public_url`.
        """
        self._pages = pages
        self._cookie = Cookie()
        self._page_cookie = PageCookie("pst-page")
        self._check = OriginCheck(public_url)
        self._limiter = limiter
        self._client_ip_header = client_ip_header
        self._apps = apps or {}
        self._clock = clock
        self._files = FileReader(inbound, limiter, file_mb)
        self._assets: dict[str, Asset] = {}
        folder = resources.files("bot.handlers.formpage") / "static"
        self._form_script, self._app_script = (
            f"{_STATIC}/{static_files.load_asset(folder, name, self._assets)}" for name in ("form.js", "app.js")
        )
        self._frame = load_frame(office, _STATIC, self._assets, folder / "form.css")

    def routes(self) -> list[web.RouteDef]:
        def admit(handler: Handler) -> Handler:
            return self._check(limited(handler, self._limiter, "requests", self._sender, self._too_many_requests))

        return [
            web.get(f"{_STATIC}/{{name}}", self._check(self._static)),
            web.get(_TOKEN_PATH, admit(self._ask_to_open)),
            web.post(_TOKEN_PATH, admit(self._open)),
            web.get(APP_PATH, admit(self._app)),
            web.post(APP_PATH, admit(self._open_in_app)),
            web.get(_DRAFT, admit(self._overview)),
            web.post(f"{_DRAFT}/findings", admit(self._leave_finding)),
            web.get(_SECTION, admit(self._section)),
            web.post(_SECTION, admit(self._save)),
            web.post(f"{_SECTION}/answer", admit(self._answer)),
            web.post(f"{_SECTION}/file/{{question:[a-z0-9_]{{1,60}}}}", admit(self._change_files)),
        ]

    def _too_many_requests(self, request: web.Request) -> web.StreamResponse:
        return self._sentence(request, 429, TOO_MANY_REQUESTS)

    def _sender(self, request: web.Request) -> Sender:
        """Whom the limiter counts. A conversation in work is not counted with its network."""
        address = self._cookie.address(request)
        name = f"{NAME}/{address}" if address else self._page_cookie.name_for_limits(request)
        is_known = self._limiter.knows("messages", name)
        return Sender(name, "" if is_known else source_of(request.remote, request.headers, self._client_ip_header))

    # One-time links

    async def _ask_to_open(self, request: web.Request) -> web.StreamResponse:
        """Only the button uses the link up: chats open links by themselves, to show what is behind them."""
        locale = page_locale(request)
        return self._html(request, 200, locale, wording.OPEN_FORM, confirmation_html(locale, wording.OPEN_FORM))

    async def _open(self, request: web.Request) -> web.StreamResponse:
        used = await self._pages.use_link(request.match_info["token"])
        if used is None:
            return self._sentence(request, 404, wording.LINK_USED)
        response = _redirect(f"/form/{used.row_id}")
        self._page_cookie.set(request, response, used)
        return response

    async def _app(self, request: web.Request) -> web.StreamResponse:
        """The script of this page asks for the form, with what the app says."""
        locale = page_locale(request)
        headers = self._headers(in_app=request.match_info["channel"] in self._apps)
        title = wording.OPEN_FORM
        return self._frame.response(200, locale, title, app_html(locale), headers, script=self._app_script)

    async def _open_in_app(self, request: web.Request) -> web.StreamResponse:
        channel, pairs = request.match_info["channel"], await _pairs(request)
        app, said = self._apps.get(channel), dict(pairs or ()).get("said", "")
        address = app.identify(said, self._clock()) if app else None
        draft_id = int(request.match_info["draft"])
        used = await self._pages.open_in_app(channel, address, draft_id) if address else None
        if used is None:
            return web.json_response({}, status=404, headers=FORM_HEADERS)
        response = web.json_response({"page": f"/form/{used.row_id}"}, headers=FORM_HEADERS)
        self._page_cookie.set_in_app(request, response, used)
        return response

    # Pages

    async def _overview(self, request: web.Request) -> web.StreamResponse:
        asked = self._asked(request)
        page = await self._pages.show(asked.reader, asked.draft_id) if asked else None
        if page is None:
            return self._sentence(request, 404, wording.NOT_OPEN)
        words = PageWords(page, self._has_chat(request))
        return self._html(request, 200, page.locale, page.title, overview_html(words))

    async def _leave_finding(self, request: web.Request) -> web.StreamResponse:
        asked, words = self._asked(request), dict(await _pairs(request) or ())
        rule, mark = words.get("rule", ""), words.get("mark", "")
        if asked is None or await self._pages.leave_finding(asked.reader, asked.draft_id, rule, mark) is None:
            return self._sentence(request, 404, wording.NOT_OPEN)
        return _redirect(f"/form/{asked.draft_id}")

    async def _section(self, request: web.Request) -> web.StreamResponse:
        asked = self._asked(request)
        page = await self._pages.show(asked.reader, asked.draft_id, asked.section_id) if asked else None
        if page is None:
            return await self._elsewhere(request, asked)
        return self._section_page(request, 200, page)

    async def _save(self, request: web.Request) -> web.StreamResponse:
        """Stores a section. Then comes the next one, or the same one with what is wrong."""
        asked, pairs = self._asked(request), await _pairs(request)
        if asked is None:
            return self._sentence(request, 404, wording.NOT_OPEN)
        if pairs is None:
            return self._sentence(request, 413, wording.TOO_MUCH)
        posted, words = read_answers(pairs), dict(pairs)
        if more := words.get("more"):
            page = await self._pages.save_answer(asked.reader, asked.draft_id, asked.section_id, posted)
            return self._section_page(request, 200, page, more) if page else await self._elsewhere(request, asked)
        page = await self._pages.save_section(
            asked.reader, asked.draft_id, asked.section_id, posted, saved_before=bool(words.get("saved"))
        )
        if page is None:
            return await self._elsewhere(request, asked)
        if any(view.outcome.text is not None for view in page.questions):
            return self._section_page(request, 422, page)
        if _has_new_questions(page, posted):
            return self._section_page(request, 200, page, notice=wording.NEW_QUESTIONS)
        following = f"/{page.following.id}" if page.following else ""
        return _redirect(f"/form/{asked.draft_id}{following}")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Stores the answer that its person has just left, for the page's script."""
        asked, pairs = self._asked(request), await _pairs(request)
        posted = read_answers(pairs or ())
        page = None
        if asked is not None and len(posted) == 1:
            page = await self._pages.save_answer(asked.reader, asked.draft_id, asked.section_id, posted)
        view = page.question(next(iter(posted))) if page else None
        if page is None or view is None:
            return web.json_response({"state": "lost"}, status=404, headers=FORM_HEADERS)
        outcome, findings = view.outcome, wording.asked_about(view.findings)
        answer: dict[str, Json] = {
            "state": outcome.state,
            "text": say(outcome.text, page.locale) if outcome.text else "",
            "asked": say(findings, page.locale) if findings else "",
            "seen": view.seen,
            "applies": [each.question.id for each in page.questions if each.applies],
            "done": page.done,
            "count": page.count,
            "progress": say(wording.progress(page.done, page.count), page.locale),
        }
        return web.json_response(answer, headers=FORM_HEADERS)

    async def _change_files(self, request: web.Request) -> web.StreamResponse:
        """Takes a file, or removes one. Nothing is read before it is known that the question takes files."""
        asked, question_id = self._asked(request), request.match_info["question"]
        if asked is None or not await self._pages.takes_file(asked.reader, asked.draft_id, question_id):
            return await self._elsewhere(request, asked)
        try:
            posted = await self._files.read(request, self._sender(request))
        except SpoolRefused as refused:
            return self._sentence(request, refused.status, refused.text)
        page = await self._with_files(asked, question_id, posted)
        if page is None:
            return await self._elsewhere(request, asked)
        if posted == PostedFile():
            return self._section_page(request, 422, page, notice=wording.NO_FILE_PICKED)
        if (view := page.question(question_id)) is not None and view.outcome.text is not None:
            return self._section_page(request, 422, page)
        return _redirect(f"/form/{asked.draft_id}/{asked.section_id}#q-{question_id}")

    async def _with_files(self, asked: _Request, question_id: str, posted: PostedFile) -> FormPageView | None:
        section = (asked.reader, asked.draft_id, asked.section_id)
        if posted.upload is not None:
            return await self._pages.add_file(*section, question_id, posted.upload)
        if posted.removed_id is not None:
            return await self._pages.remove_file(*section, question_id, posted.removed_id)
        return await self._pages.show(*section)

    async def _static(self, request: web.Request) -> web.Response:
        return static_files.respond(self._assets, request)

    # Parts

    def _asked(self, request: web.Request) -> _Request | None:
        address, page_cookie = self._cookie.address(request), self._page_cookie.value(request)
        if address is None and not page_cookie:
            return None
        reader = PageReader(NAME, address or "", page_cookie)
        return _Request(reader, int(request.match_info["draft"]), request.match_info.get("section", ""))

    async def _elsewhere(self, request: web.Request, asked: _Request | None) -> web.StreamResponse:
        """The overview, where the draft is open but the section does not apply."""
        if asked is not None and await self._pages.show(asked.reader, asked.draft_id):
            return _redirect(f"/form/{asked.draft_id}")
        return self._sentence(request, 404, wording.NOT_OPEN)

    def _section_page(
        self, request: web.Request, status: int, page: FormPageView, more_rows_of: str = "", notice: Text | None = None
    ) -> web.Response:
        assert page.section is not None
        main = section_html(PageWords(page, self._has_chat(request), more_rows_of), notice)
        return self._html(
            request, status, page.locale, wording.section_title(page.section), main, script=self._form_script
        )

    def _has_chat(self, request: web.Request) -> bool:
        return self._cookie.address(request) is not None

    def _html(
        self, request: web.Request, status: int, locale: str, title: Text, main: str, *, script: str = ""
    ) -> web.Response:
        links = to_chat_html(locale) if self._has_chat(request) else ""
        headers = self._headers(in_app=self._page_cookie.is_in_app(request))
        return self._frame.response(status, locale, title, main, headers, links=links, script=script)

    def _headers(self, *, in_app: bool) -> Mapping[str, str]:
        """Only the web versions of the messengers may show a page in a frame, and only what their apps have opened."""
        framed_by = " ".join(app.framed_by for app in self._apps.values())
        return framed_form_headers(framed_by) if in_app and framed_by else FORM_HEADERS

    def _sentence(self, request: web.Request, status: int, text: Text) -> web.Response:
        locale = page_locale(request)
        main = f"<h1>{escape(say(wording.OVERVIEW, locale))}</h1><p>{escape(say(text, locale))}</p>"
        return self._html(request, status, locale, wording.OVERVIEW, main)


async def _pairs(request: web.Request) -> PostedPairs | None:
    """The inputs of the form; `None` when there are too many, or they are too large or too slow."""
    if request.content_type != "application/x-www-form-urlencoded":
        return None
    try:
        async with asyncio.timeout(PAGE_WITHIN):
            posted = await request.post()
    except (web.HTTPRequestEntityTooLarge, TimeoutError, ValueError, LookupError):
        return None
    pairs = [(name, words) for name, words in posted.items() if isinstance(words, str)]
    return pairs if len(pairs) <= MAX_INPUTS else None


def _has_new_questions(page: FormPageView, posted: dict[str, PostedAnswer]) -> bool:
    """Whether an answer made a question apply that the page did not ask."""
    return any(
        view.applies and not view.is_answered and view.question.id not in posted
        for view in page.questions
        if view.question.kind != "file"
    )


def _redirect(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path, **FORM_HEADERS})
