"""The page on which letters are signed, as HTML. Pure functions."""

from __future__ import annotations

from html import escape

from bot.handlers.signpage import wording
from domain.letter_signing import LetterToSign
from domain.text import Text
from locales import say

_FORM = """<form method="post" action="{action}" class="check" autocomplete="off">
<label for="nik">{nik}</label>
<p class="hint" id="nik-hint">{nik_hint}</p>
<input type="text" id="nik" name="nik" inputmode="numeric" maxlength="24" autocomplete="off" required \
aria-describedby="nik-hint">
<label for="passphrase">{passphrase}</label>
<input type="password" id="passphrase" name="passphrase" maxlength="200" autocomplete="off" required>
<button type="submit" class="main">{sign}</button>
</form>"""


def form_html(locale: str, letter: LetterToSign, action: str, problem: Text | None = None) -> str:
    """`action`: where the form is sent. `problem`: why the last try has not signed."""
    said = f'<p class="errors" role="alert">{_say(problem, locale)}</p>' if problem else ""
    rows = {
        "number": letter.number,
        "title": letter.title,
        "organiser": letter.organiser,
        "signer": letter.signer,
    }
    facts = "".join(f"<dt>{_say(wording.LABELS[name], locale)}</dt><dd>{escape(rows[name])}</dd>" for name in rows)
    form = _FORM.format(
        action=escape(action),
        nik=_say(wording.NIK, locale),
        nik_hint=_say(wording.NIK_HINT, locale),
        passphrase=_say(wording.PASSPHRASE, locale),
        sign=_say(wording.SIGN, locale),
    )
    head = f"<h1>{_say(wording.TITLE, locale)}</h1><p>{_say(wording.INTRODUCTION, locale)}</p>"
    return f"{head}{said}<dl>{facts}</dl>{form}"


def sentence_html(locale: str, *texts: Text) -> str:
    sentences = "".join(f"<p>{_say(text, locale)}</p>" for text in texts)
    return f"<h1>{_say(wording.TITLE, locale)}</h1>{sentences}"


def _say(text: Text, locale: str) -> str:
    return escape(say(text, locale))
