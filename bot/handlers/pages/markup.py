"""Sentences as HTML. Pure functions."""

from __future__ import annotations

from html import escape

from domain.text import Text
from locales import say


def say_html(text: Text, locale: str) -> str:
    return escape(say(text, locale))


def sentences_html(locale: str, title: Text, *texts: Text) -> str:
    """A heading with paragraphs below it."""
    paragraphs = "".join(f"<p>{say_html(text, locale)}</p>" for text in texts)
    return f"<h1>{say_html(title, locale)}</h1>{paragraphs}"
