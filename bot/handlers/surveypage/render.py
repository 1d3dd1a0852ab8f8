"""The page of the survey, as HTML. Pure functions."""

from __future__ import annotations

from html import escape

from bot.handlers.surveypage import wording
from bot.pages import SurveyPageView
from domain.satisfaction import ELEMENTS, QUESTIONS, SCORES, Element, Scores
from domain.text import Text
from locales import say


def survey_html(view: SurveyPageView, *, is_saved: bool) -> str:
    """`is_saved`: some answers have just been stored."""
    locale = view.locale
    missing = [name for name in ELEMENTS if name not in view.given] if is_saved else []
    questions = "".join(_question_html(locale, name, view.given) for name in ELEMENTS)
    button = f'<button type="submit" class="main">{_say(wording.SEND, locale)}</button>'
    return (
        f"<h1>{_say(wording.TITLE, locale)}</h1>{_missing_html(locale, missing)}"
        f"<p>{_say(wording.INTRODUCTION, locale)}</p>"
        f'<form method="post">{questions}{button}</form>'
    )


def sentence_html(locale: str, text: Text) -> str:
    return f"<h1>{_say(wording.TITLE, locale)}</h1><p>{_say(text, locale)}</p>"


def to_chat_html(locale: str) -> str:
    return f'<a href="/">{_say(wording.TO_CHAT, locale)}</a>'


def _missing_html(locale: str, missing: list[Element]) -> str:
    links = "".join(f'<li><a href="#{name}">{_named(locale, name, QUESTIONS[name].name)}</a></li>' for name in missing)
    return f'<div class="errors"><p>{_say(wording.STILL_OPEN, locale)}</p><ul>{links}</ul></div>' if missing else ""


def _question_html(locale: str, name: Element, given: Scores) -> str:
    options = "".join(
        f'<label class="option"><input type="radio" name="{name}" value="{score}"'
        f"{' checked' if given.get(name) == score else ''}> {_say(answer.label, locale)}</label>"
        for score, answer in zip(SCORES, QUESTIONS[name].answers, strict=True)
    )
    legend = f"<legend>{_named(locale, name, QUESTIONS[name].question)}</legend>"
    return f'<fieldset id="{name}">{legend}<div class="options">{options}</div></fieldset>'


def _named(locale: str, name: Element, words: Text) -> str:
    return _say(wording.numbered(ELEMENTS.index(name) + 1, words), locale)


def _say(text: Text, locale: str) -> str:
    return escape(say(text, locale))
