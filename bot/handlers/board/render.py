"""The board as HTML, and the same facts for its script. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Literal

from domain.queue import BoardView
from domain.text import Json, Text
from locales import say

TITLE = Text("Antrean hari ini")
_CALLED = Text("Dipanggil")
_NEXT = Text("Berikutnya")
_NOBODY_CALLED = Text("Belum ada nomor yang dipanggil.")
_LOST = Text("Sambungan terputus. Halaman ini mencoba lagi.")
_NOTES: Mapping[Literal["open", "paused", "closed"], Text] = {
    "open": Text(""),
    "paused": Text("Antrean sedang dijeda sebentar."),
    "closed": Text("Antrean hari ini sudah ditutup."),
}
#: seconds after which a browser without script loads the page again
REFRESH = 10


def facts(view: BoardView, locale: str) -> dict[str, Json]:
    """What the script shows, in words."""
    note = _NOTES[view.state]
    return {
        "called": list(view.called),
        "calls": view.calls,
        "next": list(view.next),
        "waiting": say(Text("Menunggu: %(count)s", count=view.waiting), locale),
        "note": say(note, locale) if note else "" if view.called else say(_NOBODY_CALLED, locale),
    }


def board_html(view: BoardView, locale: str) -> str:
    """The page below its header."""
    shown = facts(view, locale)
    first, others = (view.called[0], view.called[1:]) if view.called else ("–", ())
    return f"""<noscript><meta http-equiv="refresh" content="{REFRESH}"></noscript>
<section class="called" aria-live="assertive">
<h1>{_said(_CALLED, locale)}</h1>
<p id="first">{escape(first)}</p>
<ul id="others">{_items(others)}</ul>
</section>
<section class="next">
<h2>{_said(_NEXT, locale)}</h2>
<ol id="next">{_items(view.next)}</ol>
<p id="waiting">{escape(str(shown["waiting"]))}</p>
</section>
<p id="note" class="notice"{"" if shown["note"] else " hidden"}>{escape(str(shown["note"]))}</p>
<p id="lost" class="errors" hidden>{_said(_LOST, locale)}</p>"""


def _said(text: Text, locale: str) -> str:
    return escape(say(text, locale))


def _items(codes: tuple[str, ...]) -> str:
    return "".join(f"<li>{escape(code)}</li>" for code in codes)
