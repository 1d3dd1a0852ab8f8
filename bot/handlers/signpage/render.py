"""The page on which letters are signed, as HTML. Pure functions."""

from __future__ import annotations

from html import escape

from bot.handlers.pages.markup import say_html
from bot.handlers.signpage import wording
from domain.letter_signing import LetterToSign, SigningState
from domain.text import Text

_FORM = """<form method="post" action="{action}" class="check" autocomplete="off">
<label for="nik">{nik}</label>
<p class="hint" id="nik-hint">{nik_hint}</p>
<input type="text" id="nik" name="nik" value="{typed}" inputmode="numeric" maxlength="24" autocomplete="off" required \
aria-describedby="nik-hint">
<label for="passphrase">{passphrase}</label>
<p class="hint" id="passphrase-hint">{passphrase_hint}</p>
<input type="password" id="passphrase" name="passphrase" maxlength="200" autocomplete="off" \
aria-describedby="passphrase-hint">
<label for="code">{code}</label>
<p class="hint" id="code-hint">{code_hint}</p>
<input type="text" id="code" name="code" inputmode="numeric" maxlength="24" autocomplete="one-time-code" \
aria-describedby="code-hint">
<div class="acts">
<button type="submit" class="main">{sign}</button>
<button type="submit" class="chip" name="act" value="send_code">{send_code}</button>
</div>
</form>"""


def form_html(locale: str, letter: LetterToSign, action: str, notice: str = "", nik: str = "") -> str:
    """`action`: where the form is sent. `notice`: see `notice_html`. `nik`: as it was typed."""
    rows = {
        "number": letter.number,
        "title": letter.title,
        "organiser": letter.organiser,
        "signer": letter.signer,
    }
    facts = "".join(f"<dt>{say_html(wording.LABELS[name], locale)}</dt><dd>{escape(rows[name])}</dd>" for name in rows)
    form = _FORM.format(
        action=escape(action),
        nik=say_html(wording.NIK, locale),
        nik_hint=say_html(wording.NIK_HINT, locale),
        typed=escape(nik),
        passphrase=say_html(wording.PASSPHRASE, locale),
        passphrase_hint=say_html(wording.PASSPHRASE_HINT, locale),
        code=say_html(wording.CODE, locale),
        code_hint=say_html(wording.CODE_HINT, locale),
        sign=say_html(wording.SIGN, locale),
        send_code=say_html(wording.SEND_CODE, locale),
    )
    heading, introduction = say_html(wording.TITLE, locale), say_html(wording.INTRODUCTION, locale)
    return f"<h1>{heading}</h1>{notice}<p>{introduction}</p><dl>{facts}</dl>{form}"


def notice_html(locale: str, text: Text, state: SigningState) -> str:
    """What became of the last try."""
    kind, role = ("notice", "status") if state == "code_sent" else ("errors", "alert")
    return f'<p class="{kind}" role="{role}">{say_html(text, locale)}</p>'
