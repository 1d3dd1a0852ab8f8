"""From a prompt to the messages of the Cloud API. Pure. Choices become buttons, else a list, else numbered text.

A label is never cut. When something is too long for its place, the whole message takes the next simpler form. The
service understands numbers and labels that a person types instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from bot.chat import Attachment, Choice, Link, Prompt
from bot.handlers.whatsapp.limits import (
    BUTTON_TITLE,
    FILE_NAME,
    MAX_BODY,
    MAX_BUTTONS,
    MAX_CAPTION,
    MAX_ROWS,
    MAX_TEXT,
    ROW_DESCRIPTION,
    ROW_TITLE,
    units,
)
from domain.frozen import frozen
from domain.text import Json, Text, clean
from locales import say, say_styled

#: a message without its recipient
Payload: TypeAlias = dict[str, Json]

#: Characters around a label that a person need not type.
_DECORATION = " «»‹›←→✓✔…"
_IMAGE_EXTENSIONS = (".jpg", ".jpeg", ".png")

_OPEN_ANSWERS = Text("Pilih", context="opens the list of answers")
_TYPE_NUMBERS = Text("Tulis nomornya dipisahkan koma, misalnya 1, 3.")
_OTHER = Text("Langkah lain", context="opens what can be done besides answering")
_ANSWERS = Text("Pilihan", context="heading of the answers in a list")
#: characters that are kept free beside the end of a long text, for the sentence about what can be typed
_TYPED_ROOM = 200


@frozen
class _Option:
    """A choice in the reader's language."""

    code: str
    label: str
    short: str
    number: int  #: 0 for a `nav` choice
    listed: bool
    is_one_of_several: bool  #: it is ticked together with others

    @property
    def typed(self) -> str:
        """The words that a person types instead of pressing the button."""
        return (self.short or self.label).strip(_DECORATION).lower()


@frozen
class _Row:
    title: str
    description: str


def payloads(prompt: Prompt, locale: str, media_id: str = "") -> list[Payload]:
    """The messages of one prompt, in their order. The person acts on the last one.

    `media_id`: the platform's id of the attachment.
    """
    text = _body_text(prompt.text, locale)
    options = _options(prompt.choices, locale)
    if prompt.attachment is None:
        return _text_payloads(text, options, prompt.link, locale)
    has_caption = not prompt.attachment.is_sound  # the platform takes none with a recording
    if has_caption and not options and not prompt.link and units(text) <= MAX_CAPTION:
        return [_file_payload(prompt.attachment, media_id, text)]
    file = _file_payload(prompt.attachment, media_id)
    texts = _text_payloads(text, options, prompt.link, locale)
    return [file, *texts] if options else [*texts, file]


def is_image(attachment: Attachment) -> bool:
    """By its name: the service gives every file the extension of its kind."""
    return attachment.name.lower().endswith(_IMAGE_EXTENSIONS)


def addressed(payload: Payload, address: str) -> Payload:
    """Adds the recipient: a phone number, or a business-scoped user id."""
    recipient: Payload = {"to": address} if address.isdigit() else {"recipient": address}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient, **payload}


def template(name: str, language: str, values: Sequence[str]) -> Payload:
    parameters: list[Json] = [{"type": "text", "text": " ".join(value.split())} for value in values]
    filled: Payload = {"components": [{"type": "body", "parameters": parameters}]} if parameters else {}
    return {"type": "template", "template": {"name": name, "language": {"code": language}, **filled}}


def _text_payloads(text: str, options: tuple[_Option, ...], link: Link | None, locale: str) -> list[Payload]:
    if link and not options and (payload := _link_payload(text, link, locale)):
        return [payload]
    if link:
        text = f"{text}\n\n{_body_text(link.label, locale)}: {link.url}"
    if not options:
        return _plain_payloads(text)
    head, body = ("", text) if units(text) <= MAX_BODY else _last_paragraphs(text, locale)
    for form in (_buttons_payload, _answer_buttons_payload, _list_payload, _answers_list_payload, _unlisted_payload):
        if payload := form(body, options, locale, text):
            return [*_plain_payloads(head), payload]
    return _numbered_payloads(text, options, locale)


def _numbered_payloads(text: str, options: tuple[_Option, ...], locale: str) -> list[Payload]:
    """The answers are numbered lines, to be typed; the `nav` choices are buttons, where there are any that fit."""
    others = tuple(option for option in options if not option.number)
    numbered = _numbered_text(text, tuple(option for option in options if option.number), locale)
    head, body = ("", numbered) if units(numbered) <= MAX_BODY else _last_paragraphs(numbered, locale)
    for form in (_buttons_payload, _list_payload):
        if others and (payload := form(body, others, locale, numbered)):
            return [*_plain_payloads(head), payload]
    return _plain_payloads(_numbered_text(text, options, locale))


def _last_paragraphs(text: str, locale: str) -> tuple[str, str]:
    """A long text in two: what is sent before, and the last paragraphs, which have the buttons."""
    before, last = text.split("\n\n"), list[str]()
    while before and units("\n\n".join([before[-1], *last])) <= MAX_BODY - _TYPED_ROOM:
        last.insert(0, before.pop())
    return "\n\n".join(before), "\n\n".join(last) or say(Text("Silakan pilih salah satu."), locale)


def _answer_buttons_payload(text: str, options: tuple[_Option, ...], locale: str, whole: str) -> Payload | None:
    """Buttons with the answers only, such as yes and no. The text names the `nav` choices, which are typed."""
    answers = tuple(option for option in options if option.number)
    if not answers or any(units(option.label) > BUTTON_TITLE for option in answers):
        return None
    return _buttons_payload(f"{text}\n\n{_typed_choices(options, locale)}", answers, locale, whole)


def _unlisted_payload(text: str, options: tuple[_Option, ...], locale: str, whole: str) -> Payload | None:
    """The choices whose lines stand in the text are left out; the text says how to type them."""
    listed = [option for option in options if option.listed]
    shown = tuple(option for option in options if not option.listed)
    if not listed or not shown:
        return None
    how = say(Text("Untuk memilih salah satu baris, tulis misalnya: %(words)s", words=listed[0].typed), locale)
    body = f"{text}\n\n{how}"
    forms = (_buttons_payload, _answer_buttons_payload, _list_payload, _answers_list_payload)
    return next(filter(None, (form(body, shown, locale, whole) for form in forms)), None)


def _buttons_payload(text: str, options: tuple[_Option, ...], locale: str, whole: str) -> Payload | None:
    if len(options) > MAX_BUTTONS or units(text) > MAX_BODY:
        return None
    titles = [option.label if units(option.label) <= BUTTON_TITLE else option.short for option in options]
    distinct = _distinct_titles(titles, options, BUTTON_TITLE)
    if distinct is None:
        return None
    replies: list[Json] = [
        {"type": "reply", "reply": {"id": option.code, "title": title}}
        for option, title in zip(options, distinct, strict=True)
    ]
    return _interactive_payload("button", text, {"buttons": replies})


def _list_payload(text: str, options: tuple[_Option, ...], locale: str, whole: str) -> Payload | None:
    if len(options) > MAX_ROWS or units(text) > MAX_BODY:
        return None
    rows = [_row(option, whole) for option in options]
    distinct = _distinct_titles([row.title for row in rows], options, ROW_TITLE)
    if distinct is None or any(units(row.description) > ROW_DESCRIPTION for row in rows):
        return None
    answers: list[Json] = []
    others: list[Json] = []
    for option, title, row in zip(options, distinct, rows, strict=True):
        description = {"description": row.description} if row.description else {}
        (answers if option.number else others).append({"id": option.code, "title": title, **description})
    return _interactive_payload("list", text, _sections(answers, others, locale))


def _sections(answers: list[Json], others: list[Json], locale: str) -> Payload:
    """One section for the answers, and one for the `nav` choices."""
    if not (answers and others):
        opens = _OPEN_ANSWERS if answers else _OTHER
        return {"button": say(opens, locale), "sections": [{"rows": answers or others}]}
    sections: list[Json] = [
        {"title": say(_ANSWERS, locale), "rows": answers},
        {"title": say(_OTHER, locale), "rows": others},
    ]
    return {"button": say(_OPEN_ANSWERS, locale), "sections": sections}


def _answers_list_payload(text: str, options: tuple[_Option, ...], locale: str, whole: str) -> Payload | None:
    """A list with the answers only. The text names the `nav` choices, which the person can type."""
    answers = tuple(option for option in options if option.number)
    if not answers:
        return None
    return _list_payload(f"{text}\n\n{_typed_choices(options, locale)}", answers, locale, whole)


def _row(option: _Option, text: str) -> _Row:
    """A long label is the description. It is left out when it is too long and the text of the message contains it."""
    if units(option.label) <= ROW_TITLE:
        return _Row(option.label, "")
    is_in_text = units(option.label) > ROW_DESCRIPTION and option.label in text
    return _Row(option.short, "" if is_in_text else option.label)


def _distinct_titles(titles: list[str], options: tuple[_Option, ...], limit: int) -> list[str] | None:
    """The titles; equal ones get their numbers. `None` when a title is missing or too long, or two are still equal."""
    times = Counter(title.casefold() for title in titles)
    distinct = [
        f"{option.number}. {title}" if times[title.casefold()] > 1 and option.number else title
        for title, option in zip(titles, options, strict=True)
    ]
    fit = all(title and units(title) <= limit for title in [*titles, *distinct])
    differ = len({title.casefold() for title in distinct}) == len({option.code for option in options}) == len(options)
    return distinct if fit and differ else None


def _numbered_text(text: str, options: tuple[_Option, ...], locale: str) -> str:
    answers = [option for option in options if option.number]
    lines = "\n".join(f"{option.number}. {option.label}" for option in answers)
    how = say(_TYPE_NUMBERS, locale) if any(option.is_one_of_several for option in answers) else ""
    parts = (text, lines, how, _typed_choices(options, locale))
    return "\n\n".join(part for part in parts if part)


def _typed_choices(options: tuple[_Option, ...], locale: str) -> str:
    """The sentence that names the `nav` choices; empty when there are none."""
    words = dict.fromkeys(option.typed for option in options if not option.number)
    return say(Text("Anda juga dapat menulis: %(words)s", words=" · ".join(words)), locale) if words else ""


def _link_payload(text: str, link: Link, locale: str) -> Payload | None:
    label = _label(link.label, locale)
    if units(text) > MAX_BODY or units(label) > BUTTON_TITLE:
        return None
    action: Payload = {"name": "cta_url", "parameters": {"display_text": label, "url": link.url}}
    return _interactive_payload("cta_url", text, action)


def _interactive_payload(kind: str, text: str, action: Payload) -> Payload:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _file_payload(attachment: Attachment, media_id: str, caption: str = "") -> Payload:
    kind = "image" if is_image(attachment) else "audio" if attachment.is_sound else "document"
    named: Payload = {"filename": " ".join(clean(attachment.name).split())[-FILE_NAME:]} if kind == "document" else {}
    return {"type": kind, kind: {"id": media_id, **named, **({"caption": caption} if caption else {})}}


def _plain_payloads(text: str) -> list[Payload]:
    return [{"type": "text", "text": {"body": piece, "preview_url": False}} for piece in split_text(text, MAX_TEXT)]


def split_text(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` units, split between lines, else between words, else anywhere."""
    pieces = [""]
    for line in _short_enough(text.split("\n"), limit, " "):
        longer = f"{pieces[-1]}\n{line}" if pieces[-1] else line
        if units(longer) <= limit:
            pieces[-1] = longer
        else:
            pieces.append(line)
    return [piece for piece in pieces if piece.strip()]


def _short_enough(lines: list[str], limit: int, separator: str) -> list[str]:
    return [
        piece for line in lines for piece in ([line] if units(line) <= limit else _split_line(line, limit, separator))
    ]


def _split_line(line: str, limit: int, separator: str) -> list[str]:
    """`separator` empty: between any two characters."""
    pieces, current = [], ""
    for word in line.split(separator) if separator else line:
        joined = f"{current}{separator}{word}" if current else word
        if units(joined) > limit and current:
            pieces.append(current)
            joined = word
        current = joined
    return _short_enough([*pieces, current], limit, "") if separator else [*pieces, current]


def _options(choices: Sequence[Choice], locale: str) -> tuple[_Option, ...]:
    options, number = [], 0
    for choice in choices:
        number += not choice.nav
        short = _label(choice.short, locale) if choice.short else ""
        label, position = _label(choice.label, locale), 0 if choice.nav else number
        options.append(_Option(choice.value, label, short, position, choice.listed, choice.ticked is not None))
    return tuple(options)


def _body_text(text: Text, locale: str) -> str:
    words = "".join(_bold(part.words) if part.style == "question" else part.words for part in say_styled(text, locale))
    return clean(words).replace("\t", " ").strip()


def _bold(words: str) -> str:
    """Asterisks hold within a line, around words without others and without a space at their ends."""
    return f"*{words}*" if words == words.strip(" *") and not {"*", "\n"} & {*words} else words


def _label(text: Text, locale: str) -> str:
    return " ".join(clean(say(text, locale)).split())
