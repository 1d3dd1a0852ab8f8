"""From a message to requests of the Bot API: plain method names and parameters, the same for both libraries. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeVar, cast

from bot.channel import Outgoing, StoredFile
from bot.chat import Choice, Link, Prompt
from domain.text import Json, Text
from locales import say

Of = TypeVar("Of")

#: UTF-16 units, after the markup is read
MAX_TEXT, MAX_CAPTION = 4096, 1024
#: under one message
MAX_BUTTONS = 100
#: signs that a phone shows of a button as wide as the message, and of a whole row
WIDEST, ROW = 44, 34
#: what a label of a ticked choice begins with; it must not move the buttons under the thumb
TICK = "✓ "


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `upload` is the file of its parameter `document`, where that is not an id."""

    method: str
    parameters: Mapping[str, Json]
    upload: StoredFile | None = None


def calls(outgoing: Outgoing, file: StoredFile | None = None) -> list[Call]:
    """The requests that put a message on the screen, in order. `file`: the attachment's bytes, unless its
    `remote_file` is to be sent.
    """
    prompt, chat = outgoing.prompt, int(outgoing.address)
    text, markup = _words(prompt, outgoing.locale), _markup(prompt, outgoing.locale)
    if prompt.attachment is None:
        return _messages(chat, text, markup)
    as_caption = units(text) <= MAX_CAPTION
    document = {
        "chat_id": chat,
        **({"document": outgoing.remote_file} if outgoing.remote_file else {}),
        **({"caption": escape(text, quote=False), "parse_mode": "HTML"} if as_caption and text else {}),
        **markup,
    }
    upload = None
    if not outgoing.remote_file and file is not None:
        upload = StoredFile(file_name(prompt.attachment.name), file.kind, file.content)
    sent = Call("sendDocument", document, upload)
    return [sent] if as_caption else [*_messages(chat, text, {}), sent]


def edit(outgoing: Outgoing) -> Call | None:
    """The request that changes the message `replaces` instead, if the message can be shown that way."""
    prompt = outgoing.prompt
    if not outgoing.edits_message_id or prompt.attachment or prompt.takes_contact:
        return None
    new = calls(outgoing)
    if len(new) > 1:
        return None
    return Call("editMessageText", {"message_id": int(outgoing.edits_message_id), **new[0].parameters})


def marked(chat: int, message: Shown, label: str) -> Call:
    """The pressed button's message with its choice in it and no buttons, so that nobody presses twice."""
    chosen = f"\n\n{TICK}{label.removeprefix(TICK)}"
    where: dict[str, Json] = {"chat_id": chat, "message_id": message.id}
    most = MAX_CAPTION if message.is_caption else MAX_TEXT
    if not label or units(message.text + chosen) > most or not (message.text or message.is_caption):
        return Call("editMessageReplyMarkup", where)
    kept: dict[str, Json] = {}
    if message.entities:
        kept = {"caption_entities" if message.is_caption else "entities": list(message.entities)}
    if message.is_caption:
        return Call("editMessageCaption", {**where, "caption": message.text + chosen, **kept})
    preview: Json = {"is_disabled": True}
    return Call("editMessageText", {**where, "text": message.text + chosen, **kept, "link_preview_options": preview})


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours as a tap shows it to us."""

    id: int
    text: str
    entities: tuple[Json, ...] = ()  #: those that we gave it
    is_caption: bool = False


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def split(text: str, most: int = MAX_TEXT) -> list[str]:
    """Pieces of at most so many UTF-16 units, cut between paragraphs, else lines, else words."""
    pieces = []
    rest = text.strip()
    while units(rest) > most:
        fits = _fitting(rest, most)
        cuts = (rest.rfind(gap, fits // 2, fits) for gap in ("\n\n", "\n", " "))
        cut = next((cut for cut in cuts if cut > 0), fits)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def _fitting(text: str, most: int) -> int:
    """How many signs from the beginning take at most so many units."""
    taken = 0
    for index, sign in enumerate(text):
        taken += 2 if sign > "\uffff" else 1
        if taken > most:
            return index
    return len(text)


def clean(text: str) -> str:
    """Without what cannot be sent: halves of surrogate pairs and control signs."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})


def file_name(name: str) -> str:
    """A name that stands in a header of the request."""
    kept = "".join(" " if sign in '"\\/' or unicodedata.category(sign)[0] == "C" else sign for sign in name)
    return " ".join(kept.split()) or "berkas"


def _messages(chat: int, text: str, markup: Mapping[str, Json]) -> list[Call]:
    pieces = split(text)
    return [
        Call(
            "sendMessage",
            {
                "chat_id": chat,
                "text": escape(piece, quote=False),
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
                **(markup if number == len(pieces) else {}),
            },
        )
        for number, piece in enumerate(pieces, start=1)
    ]


# Choices --------------------------------------------------------------------------------------------------------------


def _words(prompt: Prompt, locale: str) -> str:
    """The text, and below it in full the choices that no button can say."""
    text = clean(say(prompt.text, locale)).strip()
    if not _numbered(prompt, text, locale):
        return text
    listed = "\n".join(f"{number}. {_full(choice, locale)}" for number, choice in enumerate(_choices(prompt), start=1))
    return f"{text}\n\n{listed}"


def _choices(prompt: Prompt) -> list[Choice]:
    return [choice for choice in prompt.choices if not choice.nav]


def _numbered(prompt: Prompt, text: str, locale: str) -> bool:
    """Whether some choice neither fits on its button nor stands in the text, or there are more than buttons. Their
    numbers can be typed.
    """
    labels = [_full(choice, locale).removeprefix(TICK) for choice in _choices(prompt)]
    return len(prompt.choices) > _room(prompt) or any(units(label) > WIDEST and label not in text for label in labels)


def _room(prompt: Prompt) -> int:
    return MAX_BUTTONS - (1 if prompt.link else 0)


def _full(choice: Choice, locale: str) -> str:
    return _one_line(choice.label, locale)


def _one_line(text: Text, locale: str) -> str:
    return " ".join(clean(say(text, locale)).split())


def _labels(prompt: Prompt, locale: str) -> list[tuple[Choice, str]]:
    """Choices with the words of their buttons."""
    numbered = _numbered(prompt, clean(say(prompt.text, locale)), locale)
    labels = []
    for number, choice in enumerate(_choices(prompt), start=1):
        label = _full(choice, locale)
        if units(label.removeprefix(TICK)) > WIDEST and choice.short:
            label = _one_line(choice.short, locale)
        labels.append((choice, f"{number}. {label}" if numbered else label))
    return labels


# Keyboards ------------------------------------------------------------------------------------------------------------


def _markup(prompt: Prompt, locale: str) -> dict[str, Json]:
    nav = [(choice, _full(choice, locale)) for choice in prompt.choices if choice.nav]
    choices = _labels(prompt, locale)[: _room(prompt) - len(nav)]
    if prompt.takes_contact:
        return {"reply_markup": _contact_keyboard([label for _, label in (*choices, *nav)], locale)}
    rows: list[list[dict[str, Json]]] = [[_opens(prompt.link, locale)]] if prompt.link else []
    rows += [[_button(choice, label) for choice, label in row] for row in _grid(choices)]
    rows += [[_button(choice, label) for choice, label in row] for row in _packed(nav)]
    return {"reply_markup": {"inline_keyboard": cast("Json", rows)}} if rows else {}


def _button(choice: Choice, label: str) -> dict[str, Json]:
    return {"text": label, "callback_data": choice.value}


def _opens(link: Link, locale: str) -> dict[str, Json]:
    return {"text": _one_line(link.label, locale), "url": link.url}


def _contact_keyboard(labels: Sequence[str], locale: str) -> Json:
    """Only a keyboard in the place of the phone's own can hand over a number; its other buttons type their label."""
    own = _one_line(Text("Kirim nomor telepon saya"), locale)
    rows: list[list[dict[str, Json]]] = [[{"text": own, "request_contact": True}]]
    rows += [[{"text": label} for _, label in row] for row in _packed([(None, label) for label in labels])]
    return {"keyboard": cast("Json", rows), "resize_keyboard": True, "one_time_keyboard": True}


def _grid(labelled: Sequence[tuple[Of, str]]) -> list[Sequence[tuple[Of, str]]]:
    """One button a row when a label is long, two or three when all are short."""
    widest = max((units(label.removeprefix(TICK)) for _, label in labelled), default=1)
    columns = max(1, min(3, ROW // widest))
    if columns == 3 and len(labelled) % 3 == 1:
        columns = 2
    return [labelled[start : start + columns] for start in range(0, len(labelled), columns)]


def _packed(labelled: Sequence[tuple[Of, str]]) -> list[Sequence[tuple[Of, str]]]:
    """Up to three buttons a row, as many as their labels allow."""
    rows: list[Sequence[tuple[Of, str]]] = []
    start = 0
    while start < len(labelled):
        fitting = (
            size
            for size in (3, 2)
            if start + size <= len(labelled)
            and size * max(units(label) for _, label in labelled[start : start + size]) <= ROW
        )
        size = next(fitting, 1)
        rows.append(labelled[start : start + size])
        start += size
    return rows
