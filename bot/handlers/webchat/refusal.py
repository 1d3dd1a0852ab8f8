"""A refusal that the page shows: a sentence in the browser's language, as JSON."""

from __future__ import annotations

from aiohttp import web

from bot.handlers.webchat.session import language
from domain.text import Text
from locales import SOURCE, closest, say


def refusal(request: web.Request, status: int, sentence: Text) -> web.Response:
    locale = closest(language(request)) or SOURCE
    return web.json_response({"text": say(sentence, locale)}, status=status, headers={"Cache-Control": "no-store"})
