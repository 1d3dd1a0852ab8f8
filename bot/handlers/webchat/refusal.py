"""A refusal that the page shows: a sentence in the browser's language, as JSON."""

from __future__ import annotations

from aiohttp import web

from bot.handlers.pages.language import page_locale
from domain.text import Text
from locales import say


def refusal(request: web.Request, status: int, sentence: Text) -> web.Response:
    return web.json_response(
        {"text": say(sentence, page_locale(request))}, status=status, headers={"Cache-Control": "no-store"}
    )
