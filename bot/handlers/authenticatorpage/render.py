"""The page that sets up an authenticator, as HTML. Pure functions."""

from __future__ import annotations

from html import escape

from bot.handlers.authenticatorpage import wording
from bot.handlers.pages.markup import say_html, sentences_html
from domain.authenticator import SetupKey

#: modules that stay light around a QR code
_QUIET = 4


def confirmation_html(locale: str, action: str) -> str:
    """`action`: where the button sends its form."""
    button = f'<button type="submit" class="main">{say_html(wording.SHOW, locale)}</button>'
    form = f'<form method="post" action="{escape(action)}">{button}</form>'
    return f"{sentences_html(locale, wording.TITLE, wording.ASK)}{form}"


def key_html(locale: str, key: SetupKey) -> str:
    grouped = " ".join(key.secret[place : place + 4] for place in range(0, len(key.secret), 4))
    link = f'<a href="{escape(key.uri)}">{say_html(wording.OPEN_APP, locale)}</a>'
    return (
        f"{sentences_html(locale, wording.TITLE, wording.SCAN)}{_svg(locale, key)}"
        f"<p>{say_html(wording.SAME_PHONE, locale)}<br>{link}</p>"
        f"<p>{say_html(wording.TYPE, locale)}<br><code>{escape(grouped)}</code></p>"
        f"<p>{say_html(wording.THEN, locale)}</p>"
    )


def _svg(locale: str, key: SetupKey) -> str:
    """Dark on white also in a dark theme, because not every app reads it the other way round."""
    whole = key.size + 2 * _QUIET
    path = "".join(f"M{column + _QUIET} {row + _QUIET}h{length}v1h-{length}z" for column, row, length in key.runs)
    return (
        f'<svg class="qr" role="img" aria-label="{say_html(wording.QR_CODE, locale)}" viewBox="0 0 {whole} {whole}" '
        f'shape-rendering="crispEdges"><rect width="{whole}" height="{whole}" fill="#fff"/>'
        f'<path d="{path}" fill="#000"/></svg>'
    )
