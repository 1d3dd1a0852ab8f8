"""The page that checks letters, as HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.handlers.pages.markup import say_html, sentences_html
from bot.handlers.verifypage import wording
from domain.letter_check import OUTCOMES, VERDICTS, WAYS, CheckedLetter, LetterAnswer, state_words
from domain.text import Text
from locales import say

_FORMS = """<form method="get" action="/verify" class="check">
<label for="code">{code}</label>
<p class="hint" id="code-hint">{code_hint}</p>
<input type="text" id="code" name="code" maxlength="400" autocomplete="off" aria-describedby="code-hint">
<button type="submit" class="main">{check_code}</button>
</form>
<form method="post" action="/verify" enctype="multipart/form-data" class="check">
<label for="file">{file}</label>
<p class="hint" id="file-hint">{file_hint}</p>
<input type="file" id="file" name="file" accept="application/pdf" required aria-describedby="file-hint">
<button type="submit" class="main">{check_file}</button>
</form>
<p class="hint">{key}<br>{public_keys}</p>"""


def form_html(locale: str, public_keys: Sequence[str], notice: Text | None = None) -> str:
    words = {
        name: escape(say(text, locale))
        for name, text in (
            ("code", wording.CODE),
            ("code_hint", wording.CODE_HINT),
            ("check_code", wording.CHECK_CODE),
            ("file", wording.FILE),
            ("file_hint", wording.FILE_HINT),
            ("check_file", wording.CHECK_FILE),
            ("key", wording.KEY),
        )
    }
    forms = _FORMS.format(**words, public_keys=_shown_keys(public_keys))
    head = f"<h1>{say_html(wording.TITLE, locale)}</h1><p>{say_html(wording.INTRODUCTION, locale)}</p>"
    return head + (f'<p class="errors" role="alert">{say_html(notice, locale)}</p>' if notice else "") + forms


def letter_html(locale: str, letter: CheckedLetter, public_keys: Sequence[str]) -> str:
    """What the register says of the letter with a code."""
    kind = "good" if letter.state == "valid" else "bad"
    head = f'<h1>{say_html(wording.FOUND, locale)}</h1><p class="verdict {kind}">{_state(letter, locale)}</p>'
    return f"{head}<p>{say_html(wording.COMPARE, locale)}</p>{_facts(letter, locale)}{_foot(locale, public_keys)}"


def answer_html(locale: str, answer: LetterAnswer, public_keys: Sequence[str]) -> str:
    """What a file is."""
    holds = answer.letter is None or answer.letter.state == "valid"
    kind = "good" if answer.outcome == "genuine" and holds else "bad"
    head = f'<h1 class="verdict {kind}">{say_html(OUTCOMES[answer.outcome], locale)}</h1>'
    reason = f"<p>{say_html(answer.reason, locale)}</p>"
    known = ""
    if answer.letter is not None:
        state = f"<p><strong>{_state(answer.letter, locale)}</strong></p>"
        issued = f"<h2>{say_html(wording.ISSUED, locale)}</h2>"
        known = (state if answer.outcome == "genuine" else issued) + _facts(answer.letter, locale)
    return head + reason + known + _foot(locale, public_keys)


def sentence_html(locale: str, title: Text, *texts: Text) -> str:
    return f"{sentences_html(locale, title, *texts)}{_another(locale)}"


def _state(letter: CheckedLetter, locale: str) -> str:
    return say_html(state_words(letter)[0], locale)


def _facts(letter: CheckedLetter, locale: str) -> str:
    rows = {
        "number": letter.number,
        "day": say(Text("%(day)s", day=letter.day), locale),
        "title": letter.title,
        "organiser": letter.organiser,
        "verdict": say(VERDICTS[letter.verdict], locale),
        "identity": letter.identity,
        "way": say(WAYS[letter.way], locale),
    }
    shown = "".join(
        f"<dt>{say_html(wording.LABELS[name], locale)}</dt><dd>{escape(value)}</dd>"
        for name, value in rows.items()
        if value
    )
    follows = state_words(letter)[1:]
    return f"<dl>{shown}</dl>" + "".join(f"<p>{say_html(text, locale)}</p>" for text in follows)


def _foot(locale: str, public_keys: Sequence[str]) -> str:
    return f'{_another(locale)}<p class="hint">{say_html(wording.KEY, locale)}<br>{_shown_keys(public_keys)}</p>'


def _shown_keys(public_keys: Sequence[str]) -> str:
    return "<br>".join(f"<code>{escape(key)}</code>" for key in public_keys)


def _another(locale: str) -> str:
    return f'<p><a class="chip" href="/verify">{say_html(wording.ANOTHER, locale)}</a></p>'
