"""A page that opens inside the app of a messenger, which says who has opened it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape

from bot.handlers.formpage import wording
from domain.frozen import frozen
from locales import say

#: the address of a draft's page inside an app, after the address of the service
APP_LINK = "/form/app/{channel}/{{draft}}"
APP_PATH = r"/form/app/{channel:[a-z]{1,20}}/{draft:[1-9][0-9]{0,15}}"

#: what the app says, and the moment → the address of whoever has opened the page; `None`: it proves nothing
Identify = Callable[[str, datetime], str | None]


@frozen
class MessengerApp:
    """A messenger whose app opens the page."""

    identify: Identify
    framed_by: str  #: the origin of its web version, which shows the page in a frame


def app_html(locale: str) -> str:
    title, opening, failed = (
        escape(say(words, locale)) for words in (wording.OPEN_FORM, wording.OPENING, wording.APP_FAILED)
    )
    return (
        f'<h1>{title}</h1><p>{opening}</p><p class="errors" role="alert" id="failed" hidden>{failed}</p>'
        f'<noscript><p class="errors">{failed}</p></noscript>'
    )
