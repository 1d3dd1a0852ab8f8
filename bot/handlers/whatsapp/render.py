"""From a prompt to what the Cloud API takes. Pure. One message a step: buttons, else a list, else numbered text.

A label is never cut. What does not fit where it would stand makes the whole message the next simpler shape; the
numbers and the words that are then typed are understood inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
from domain.text import Json, Text, clean
from locales import say

#: a message without who it is for
Payload: TypeAlias = dict[str, Json]

#: what the inside does not need to recognise typed words as a label
_ORNAMENT = " «»‹›←→✓✔…"
_IMAGES = (".jpg", ".jpeg", ".png")

_PICK = Text("Pilih", context="opens the list of answers")
_MORE = Text("Lainnya", context="opens what can be done besides answering")
_ANSWERS = Text("Pilihan", context="heading of the answers in a list")


@dataclass(frozen=True, slots=True)
class _Option:
    """A choice in the reader's words. `number`: 0 for what stands apart."""

    code: str
    label: str
    short: str
    number: int

    @property
    def spoken(self) -> str:
        """As it can be typed."""
        return (self.short or self.label).strip(_ORNAMENT).lower()


@dataclass(frozen=True, slots=True)
class _Row:
    title: str
    description: str


def payloads(prompt: Prompt, locale: str, medium: str = "") -> list[Payload]:
    """The messages of one row, in their order; the last one is what the reader is to act on. `medium`: the platform's
    id of the attachment.
    """
    text = _words(prompt.text, locale)
    options = _options(prompt.choices, locale)
    if prompt.attachment is None:
        return _said(text, options, prompt.link, locale)
    if not options and not prompt.link and units(text) <= MAX_CAPTION:
        return [_file(prompt.attachment, medium, text)]
    file = _file(prompt.attachment, medium)
    said = _said(text, options, prompt.link, locale)
    return [file, *said] if options else [*said, file]


def is_image(attachment: Attachment) -> bool:
    """By its name: the desk gives every file the ending that fits."""
    return attachment.name.lower().endswith(_IMAGES)


def addressed(payload: Payload, address: str) -> Payload:
    """To a phone number, or to a business-scoped user id."""
    who: Payload = {"to": address} if address.isdigit() else {"recipient": address}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **who, **payload}


def template(name: str, language: str, values: Sequence[str]) -> Payload:
    parameters: list[Json] = [{"type": "text", "text": " ".join(value.split())} for value in values]
    filled: Payload = {"components": [{"type": "body", "parameters": parameters}]} if parameters else {}
    return {"type": "template", "template": {"name": name, "language": {"code": language}, **filled}}


def _said(text: str, options: tuple[_Option, ...], link: Link | None, locale: str) -> list[Payload]:
    if link and not options and (shown := _link_button(text, link, locale)):
        return [shown]
    if link:
        text = f"{text}\n\n{_words(link.label, locale)}: {link.url}"
    if not options:
        return _texts(text)
    for shape in (_buttons, _list, _list_of_answers):
        if shown := shape(text, options, locale):
            return [shown]
    return _texts(_numbered(text, options, locale))


def _buttons(text: str, options: tuple[_Option, ...], locale: str) -> Payload | None:
    if len(options) > MAX_BUTTONS or units(text) > MAX_BODY:
        return None
    titles = [option.label if units(option.label) <= BUTTON_TITLE else option.short for option in options]
    distinct = _distinct(titles, options, BUTTON_TITLE)
    if distinct is None:
        return None
    replies: list[Json] = [
        {"type": "reply", "reply": {"id": option.code, "title": title}}
        for option, title in zip(options, distinct, strict=True)
    ]
    return _interactive("button", text, {"buttons": replies})


def _list(text: str, options: tuple[_Option, ...], locale: str) -> Payload | None:
    if len(options) > MAX_ROWS or units(text) > MAX_BODY:
        return None
    rows = [_row(option, text) for option in options]
    distinct = _distinct([row.title for row in rows], options, ROW_TITLE)
    if distinct is None or any(units(row.description) > ROW_DESCRIPTION for row in rows):
        return None
    answers: list[Json] = []
    ways: list[Json] = []
    for option, title, row in zip(options, distinct, rows, strict=True):
        shown: Json = {
            "id": option.code,
            "title": title,
            **({"description": row.description} if row.description else {}),
        }
        (answers if option.number else ways).append(shown)
    return _interactive("list", text, _sections(answers, ways, locale))


def _sections(answers: list[Json], ways: list[Json], locale: str) -> Payload:
    """The answers, and apart from them what can be done besides."""
    if not (answers and ways):
        opens = _PICK if answers else _MORE
        return {"button": say(opens, locale), "sections": [{"rows": answers or ways}]}
    sections: list[Json] = [
        {"title": say(_ANSWERS, locale), "rows": answers},
        {"title": say(_MORE, locale), "rows": ways},
    ]
    return {"button": say(_PICK, locale), "sections": sections}


def _list_of_answers(text: str, options: tuple[_Option, ...], locale: str) -> Payload | None:
    """The list belongs to the answers; what stands apart is named in the text, to be typed."""
    answers = tuple(option for option in options if option.number)
    return _list(f"{text}\n\n{_spoken(options, locale)}", answers, locale) if answers else None


def _row(option: _Option, text: str) -> _Row:
    """A label that stands in the message already need not be said in full once more."""
    if units(option.label) <= ROW_TITLE:
        return _Row(option.label, "")
    told = units(option.label) > ROW_DESCRIPTION and option.label in text
    return _Row(option.short, "" if told else option.label)


def _distinct(titles: list[str], options: tuple[_Option, ...], most: int) -> list[str] | None:
    """The titles, equal ones with their numbers; `None` if one is missing or too long, or two cannot be told apart."""
    times = Counter(title.casefold() for title in titles)
    distinct = [
        f"{option.number}. {title}" if times[title.casefold()] > 1 and option.number else title
        for title, option in zip(titles, options, strict=True)
    ]
    fit = all(title and units(title) <= most for title in [*titles, *distinct])
    differ = len({title.casefold() for title in distinct}) == len({option.code for option in options}) == len(options)
    return distinct if fit and differ else None


def _numbered(text: str, options: tuple[_Option, ...], locale: str) -> str:
    lines = [f"{option.number}. {option.label}" for option in options if option.number]
    parts = (text, "\n".join(lines), _spoken(options, locale))
    return "\n\n".join(part for part in parts if part)


def _spoken(options: tuple[_Option, ...], locale: str) -> str:
    words = dict.fromkeys(option.spoken for option in options if not option.number)
    return say(Text("Anda juga dapat menulis: %(words)s", words=" · ".join(words)), locale) if words else ""


def _link_button(text: str, link: Link, locale: str) -> Payload | None:
    label = _line(link.label, locale)
    if units(text) > MAX_BODY or units(label) > BUTTON_TITLE:
        return None
    return _interactive("cta_url", text, {"name": "cta_url", "parameters": {"display_text": label, "url": link.url}})


def _interactive(kind: str, text: str, action: Payload) -> Payload:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _file(attachment: Attachment, medium: str, caption: str = "") -> Payload:
    kind = "image" if is_image(attachment) else "document"
    named: Payload = {} if kind == "image" else {"filename": _tidy(attachment.name)[-FILE_NAME:]}
    return {"type": kind, kind: {"id": medium, **named, **({"caption": caption} if caption else {})}}


def _texts(text: str) -> list[Payload]:
    return [{"type": "text", "text": {"body": piece, "preview_url": False}} for piece in pieces(text, MAX_TEXT)]


def pieces(text: str, most: int) -> list[str]:
    """The text in parts of at most `most` units, parted between lines, else between words, else anywhere."""
    parts = [""]
    for line in _short_enough(text.split("\n"), most, " "):
        longer = f"{parts[-1]}\n{line}" if parts[-1] else line
        if units(longer) <= most:
            parts[-1] = longer
        else:
            parts.append(line)
    return [part for part in parts if part.strip()]


def _short_enough(lines: list[str], most: int, gap: str) -> list[str]:
    return [part for line in lines for part in ([line] if units(line) <= most else _broken(line, most, gap))]


def _broken(line: str, most: int, gap: str) -> list[str]:
    parts, begun = [], ""
    for word in line.split(gap) if gap else line:
        joined = f"{begun}{gap}{word}" if begun else word
        if units(joined) > most and begun:
            parts.append(begun)
            joined = word
        begun = joined
    return _short_enough([*parts, begun], most, "") if gap else [*parts, begun]


def _options(choices: Sequence[Choice], locale: str) -> tuple[_Option, ...]:
    options, number = [], 0
    for choice in choices:
        number += not choice.nav
        short = _line(choice.short, locale) if choice.short else ""
        options.append(_Option(choice.value, _line(choice.label, locale), short, 0 if choice.nav else number))
    return tuple(options)


def _words(text: Text, locale: str) -> str:
    return clean(say(text, locale)).replace("\t", " ").strip()


def _line(text: Text, locale: str) -> str:
    return _tidy(say(text, locale))


def _tidy(words: str) -> str:
    return " ".join(clean(words).split())
