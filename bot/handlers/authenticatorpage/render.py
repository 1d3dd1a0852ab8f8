"""The page that sets up an authenticator, as HTML. Pure functions."""

from __future__ import annotations

from html import escape

from bot.handlers.authenticatorpage import wording
from domain.authenticator import SetupKey
from domain.text import Text
from locales import say

#: modules that stay light around a QR code
_QUIET = 4


def confirmation_html(locale: str, action: str) -> str:
    """`action`: where the button sends its form."""
    button = f'<button type="submit" class="main">{_say(wording.SHOW, locale)}</button>'
    form = f'<form method="post" action="{escape(action)}">{button}</form>'
    return f"{_heading(locale)}<p>{_say(wording.ASK, locale)}</p>{form}"


def key_html(locale: str, key: SetupKey) -> str:
    grouped = " ".join(key.secret[place : place + 4] for place in range(0, len(key.secret), 4))
    link = f'<a href="{escape(key.uri)}">{_say(wording.OPEN_APP, locale)}</a>'
    return (
        f"{_heading(locale)}<p>{_say(wording.SCAN, locale)}</p>{_svg(locale, key)}"
        f"<p>{_say(wording.SAME_PHONE, locale)}<br>{link}</p>"
        f"<p>{_say(wording.TYPE, locale)}<br><code>{escape(grouped)}</code></p>"
        f"<p>{_say(wording.THEN, locale)}</p>"
    )


def sentence_html(locale: str, text: Text) -> str:
    return f"{_heading(locale)}<p>{_say(text, locale)}</p>"


def _svg(locale: str, key: SetupKey) -> str:
    """Dark on white also in a dark theme, because not every app reads it the other way round."""
    whole = key.size + 2 * _QUIET
    path = "".join(f"M{column + _QUIET} {row + _QUIET}h{length}v1h-{length}z" for column, row, length in key.runs)
    return (
        f'<svg class="qr" role="img" aria-label="{_say(wording.QR_CODE, locale)}" viewBox="0 0 {whole} {whole}" '
        f'shape-rendering="crispEdges"><rect width="{whole}" height="{whole}" fill="#fff"/>'
        f'<path d="{path}" fill="#000"/></svg>'
    )


def _heading(locale: str) -> str:
    return f"<h1>{_say(wording.TITLE, locale)}</h1>"


def _say(text: Text, locale: str) -> str:
    return escape(say(text, locale))
