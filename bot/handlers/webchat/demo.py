"""The demo's switch: one browser is applicant, officer and director, in three conversations side by side.

Mounted in demo mode only, and heard only from this very computer: whoever opens a seat of the office is an officer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from html import escape

from aiohttp import web

from bot.handlers.webchat import render
from bot.handlers.webchat.door import Door, Hall
from bot.handlers.webchat.guard import PAGE_POLICY, Handler, only_here
from bot.handlers.webchat.live import NAME
from bot.handlers.webchat.session import Cookie, language
from domain.permissions import Role
from domain.text import Text
from locales import SOURCE, closest, say

#: takes a channel, an address on it, the role it is to have, and its language
Join = Callable[[str, str, Role, str], Awaitable[None]]

FRAMED = PAGE_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
FRAMING = PAGE_POLICY.replace("default-src 'none'", "default-src 'none'; frame-src 'self'")

HERE_ONLY = Text("Mode demo hanya dapat dibuka di komputer tempat layanan ini berjalan.")
TITLE = Text("Demo")


@dataclass(frozen=True, slots=True)
class Seat:
    """One side of the desk. The applicant's is the conversation that this browser has anyway."""

    name: str
    role: Role
    label: Text
    does: Text

    @property
    def path(self) -> str:
        return f"/as/{self.name}/"

    @property
    def cookie(self) -> Cookie:
        return Cookie("" if self.role == "applicant" else self.name)


SEATS = (
    Seat("pemohon", "applicant", Text("Pemohon"), Text("mengajukan permohonan")),
    Seat("petugas", "officer", Text("Petugas"), Text("memeriksa permohonan")),
    Seat("direktur", "director", Text("Direktur"), Text("menerbitkan surat")),
)

_BAR = """<link rel="stylesheet" href="/static/{css}">
  <nav class="demo-bar"><span>{title}:</span> <a href="/demo">{seats}</a></nav>"""
_CHOICE = '<input type="radio" name="seat" id="{name}"{checked}>'
_TAB = (
    '<label for="{name}"><b>{label}</b> <small>{does}</small>'
    '<span class="new" hidden><span class="unseen">{news}</span></span></label>'
)
_FRAME = '<iframe src="{path}" title="{label}"></iframe>'


class Demo:
    def __init__(self, hall: Hall, join: Join) -> None:
        self._page = render.load_page("demo")
        self._doors = [self._door(hall, seat, join) for seat in SEATS]
        self.assets = self._page.assets

    def bar(self, locale: str) -> str:
        """On the ordinary page: the way to the switch."""
        seats = " · ".join(say(seat.label, locale) for seat in SEATS)
        return _BAR.format(css=self._page.names["css"], title=escape(say(TITLE, locale)), seats=escape(seats))

    def routes(self, guard: Callable[[Handler], Handler]) -> list[web.RouteDef]:
        def here(handler: Handler) -> Handler:
            return guard(only_here(handler, HERE_ONLY))

        return [
            web.get("/demo", here(self._switch)),
            *(route for door in self._doors for route in door.routes(here)),
        ]

    def _door(self, hall: Hall, seat: Seat, join: Join) -> Door:
        async def enter(address: str, locale: str) -> None:
            await join(NAME, address, seat.role, locale)

        return Door(hall, seat.cookie, path=seat.path, policy=FRAMED, enter=None if seat.role == "applicant" else enter)

    async def _switch(self, request: web.Request) -> web.Response:
        locale = closest(language(request)) or SOURCE
        words = {
            "lang": locale,
            "title": say(TITLE, locale),
            "seat": say(Text("Peran"), locale),
            "mail": say(Text("Kotak surat"), locale),
            "plain": say(Text("Halaman biasa"), locale),
        }
        html = {name: "".join(map(partial(_of_seat, template, locale), SEATS)) for name, template in _PARTS.items()}
        return web.Response(
            text=render.filled(self._page, words, **html),
            content_type="text/html",
            headers={"Cache-Control": "no-store", "Content-Security-Policy": FRAMING},
        )


_PARTS = {"choices": _CHOICE, "tabs": _TAB, "frames": _FRAME}


def _of_seat(template: str, locale: str, seat: Seat) -> str:
    said = {"label": seat.label, "does": seat.does, "news": Text("Pesan baru")}
    return template.format(
        name=seat.name,
        path=seat.path,
        checked=" checked" if seat is SEATS[0] else "",
        **{name: escape(say(text, locale)) for name, text in said.items()},
    )
