"""The demo: one browser is applicant, officer and director, in three conversations side by side.

It is mounted in demo mode only and answers only browsers on this computer, because whoever opens it becomes an officer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from html import escape

from aiohttp import web

from bot.handlers.pages.chat_cookie import NAME, Cookie
from bot.handlers.pages.headers import policy
from bot.handlers.pages.language import page_locale
from bot.handlers.pages.origin_check import Handler, loopback_only
from bot.handlers.webchat import render
from bot.handlers.webchat.chat_routes import ChatRoutes
from bot.handlers.webchat.dependencies import WebChatDependencies
from domain.frozen import frozen
from domain.permissions import Role
from domain.text import Text
from locales import say

#: Makes an address a member of the staff: channel, address, role, language.
JoinStaff = Callable[[str, str, Role, str], Awaitable[None]]

FRAMED_POLICY = policy(frame_ancestors="'self'")
FRAMING_POLICY = policy(frame_src="'self'")

LOOPBACK_ONLY = Text("Mode demo hanya dapat dibuka di komputer tempat layanan ini berjalan.")
TITLE = Text("Demo")


@frozen
class DemoRole:
    """A role that the browser can play. The applicant uses the ordinary conversation of this browser."""

    name: str
    role: Role
    label: Text
    task: Text

    @property
    def path(self) -> str:
        return f"/as/{self.name}/"

    @property
    def cookie(self) -> Cookie:
        return Cookie("" if self.role == "applicant" else self.name)


DEMO_ROLES = (
    DemoRole("pemohon", "applicant", Text("Pemohon"), Text("mengajukan permohonan")),
    DemoRole("petugas", "officer", Text("Petugas"), Text("memeriksa permohonan")),
    DemoRole("direktur", "director", Text("Direktur"), Text("menerbitkan surat")),
)

_BANNER = """<link rel="stylesheet" href="/static/{css}">
  <nav class="demo-banner"><span>{title}:</span> <a href="/demo">{roles}</a></nav>"""
#: HTML of each role, by its place in the template
_PARTS = {
    "choices": '<input type="radio" name="role" id="{name}"{checked}>',
    "tabs": (
        '<label for="{name}"><b>{label}</b> <small>{task}</small>'
        '<span class="new" hidden><span class="visually-hidden">{news}</span></span></label>'
    ),
    "frames": '<iframe src="{path}" title="{label}"></iframe>',
}


class Demo:
    def __init__(self, dependencies: WebChatDependencies, join: JoinStaff) -> None:
        self._template = render.load_template("demo")
        self._chats = [self._chat(dependencies, role, join) for role in DEMO_ROLES]
        self.assets = self._template.assets

    def banner(self, locale: str) -> str:
        """HTML above the ordinary page: the link to the demo."""
        roles = " · ".join(say(role.label, locale) for role in DEMO_ROLES)
        return _BANNER.format(css=self._template.css, title=escape(say(TITLE, locale)), roles=escape(roles))

    def routes(self, check: Callable[[Handler], Handler]) -> list[web.RouteDef]:
        def check_demo(handler: Handler) -> Handler:
            return check(loopback_only(handler, LOOPBACK_ONLY))

        return [
            web.get("/demo", check_demo(self._page)),
            *(route for chat in self._chats for route in chat.routes(check_demo)),
        ]

    def _chat(self, dependencies: WebChatDependencies, role: DemoRole, join: JoinStaff) -> ChatRoutes:
        async def join_staff(address: str, locale: str) -> None:
            await join(NAME, address, role.role, locale)

        on_session = None if role.role == "applicant" else join_staff
        return ChatRoutes(dependencies, role.cookie, path=role.path, policy=FRAMED_POLICY, on_session=on_session)

    async def _page(self, request: web.Request) -> web.Response:
        locale = page_locale(request)
        texts = {
            "lang": locale,
            "title": say(TITLE, locale),
            "role": say(Text("Peran"), locale),
            "mail": say(Text("Kotak surat"), locale),
            "plain": say(Text("Halaman biasa"), locale),
        }
        html = {name: "".join(map(partial(_role_html, part, locale), DEMO_ROLES)) for name, part in _PARTS.items()}
        return web.Response(
            text=render.fill(self._template, texts, **html),
            content_type="text/html",
            headers={"Cache-Control": "no-store", "Content-Security-Policy": FRAMING_POLICY},
        )


def _role_html(part: str, locale: str, role: DemoRole) -> str:
    texts = {"label": role.label, "task": role.task, "news": Text("Pesan baru")}
    return part.format(
        name=role.name,
        path=role.path,
        checked=" checked" if role is DEMO_ROLES[0] else "",
        **{name: escape(say(text, locale)) for name, text in texts.items()},
    )
