"""From a message to requests of the Bot API: plain method names and parameters, the same for both libraries. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Literal, TypeVar, cast

from bot.channel import Outgoing, StoredFile
from bot.chat import TICK, Choice, Link, Prompt
from domain.frozen import frozen
from domain.text import Json, Text, clean, one_line
from locales import say, say_styled

Item = TypeVar("Item")

#: UTF-16 units, after the markup is read
MAX_TEXT, MAX_CAPTION = 4096, 1024
#: under one message
MAX_BUTTONS = 100
#: characters that a phone shows on a button as wide as the message, and on all buttons of a row together
MAX_LABEL, MAX_ROW = 44, 34

#: stand around a bold part until the markup is made; no text contains them
_BOLD, _PLAIN = "\x02", "\x03"
#: what cannot stand in the file name of a request: quotes and path separators
_FILE_NAME_BREAKERS = dict.fromkeys(map(ord, '"\\/'), " ")


@frozen
class BotApiRequest:
    method: str
    parameters: Mapping[str, Json]
    upload: StoredFile | None = None  #: the file of the parameter `medium`, when that is not a file id
    medium: Literal["document", "photo"] = "document"


def build_requests(outgoing: Outgoing, file: StoredFile | None = None) -> list[BotApiRequest]:
    """The requests that send a message, in order; none for an empty message. `file`: the content of the attachment;
    without it, `remote_file` of the message is sent.
    """
    prompt, chat_id = outgoing.prompt, int(outgoing.address)
    said = _with_bold(prompt.text, outgoing.locale)
    numbered = _needs_numbers(prompt, said, outgoing.locale)
    text = _with_list(said, prompt, outgoing.locale) if numbered else said
    markup = _markup(prompt, outgoing.locale, numbered=numbered)
    if prompt.attachment is None:
        return _text_requests(chat_id, text, markup)
    as_caption = utf16_length(text) <= MAX_CAPTION
    medium: Literal["document", "photo"] = "photo" if prompt.attachment.is_picture else "document"
    kept: dict[str, Json] = {medium: outgoing.remote_file} if outgoing.remote_file else {}
    parameters = {
        "chat_id": chat_id,
        **kept,
        **({"caption": _html(text), "parse_mode": "HTML"} if as_caption and text else {}),
        **markup,
    }
    upload = None
    if not outgoing.remote_file and file is not None:
        upload = StoredFile(safe_file_name(prompt.attachment.name), file.kind, file.content)
    request = BotApiRequest(f"send{medium.capitalize()}", parameters, upload, medium)
    return [request] if as_caption else [*_text_requests(chat_id, text, {}), request]


def build_edit(outgoing: Outgoing) -> BotApiRequest | None:
    """The request that changes `edits_message_id` into this message. None: an edit cannot show the message."""
    prompt = outgoing.prompt
    if not outgoing.edits_message_id or prompt.attachment or prompt.takes_contact:
        return None
    new = build_requests(outgoing)
    if len(new) > 1:
        return None
    return BotApiRequest("editMessageText", {"message_id": int(outgoing.edits_message_id), **new[0].parameters})


# Text -----------------------------------------------------------------------------------------------------------------


def _with_bold(text: Text, locale: str) -> str:
    """The words, with signs around each question."""
    parts = say_styled(text, locale)
    return "".join(
        f"{_BOLD}{clean(part.words)}{_PLAIN}" if part.style == "question" else clean(part.words) for part in parts
    ).strip()


def _html(piece: str) -> str:
    """A bold part may have begun in the piece before, or go on in the next one."""
    if piece.count(_PLAIN) > piece.count(_BOLD):
        piece = _BOLD + piece
    elif piece.count(_BOLD) > piece.count(_PLAIN):
        piece += _PLAIN
    return escape(piece, quote=False).replace(_BOLD, "<b>").replace(_PLAIN, "</b>")


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split_text(text: str, limit: int = MAX_TEXT) -> list[str]:
    """Pieces of at most `limit` UTF-16 units, cut between paragraphs, else lines, else words."""
    pieces = []
    rest = text.strip()
    while utf16_length(rest) > limit:
        fits = _fitting_length(rest, limit)
        cuts = (rest.rfind(gap, fits // 2, fits) for gap in ("\n\n", "\n", " "))
        cut = next((cut for cut in cuts if cut > 0), fits)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def _fitting_length(text: str, limit: int) -> int:
    """How many characters from the beginning have at most `limit` UTF-16 units."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return index
    return len(text)


def safe_file_name(name: str) -> str:
    """A name that cannot break out of its header in the request."""
    return one_line(name.translate(_FILE_NAME_BREAKERS)) or "berkas"


def _text_requests(chat_id: int, text: str, markup: Mapping[str, Json]) -> list[BotApiRequest]:
    """One request for each piece of the text; the last one has the buttons."""
    pieces = split_text(text)
    return [
        BotApiRequest(
            "sendMessage",
            {
                "chat_id": chat_id,
                "text": _html(piece),
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
                **(markup if position == len(pieces) else {}),
            },
        )
        for position, piece in enumerate(pieces, start=1)
    ]


# Choices --------------------------------------------------------------------------------------------------------------


def _with_list(text: str, prompt: Prompt, locale: str) -> str:
    """The text; below it a numbered list of all choices, because the buttons cannot show them all in full."""
    labels = (_on_one_line(choice.label, locale) for choice in _answers(prompt))
    listed = "\n".join(f"{number}. {label}" for number, label in enumerate(labels, start=1))
    return f"{text}\n\n{listed}"


def _answers(prompt: Prompt) -> list[Choice]:
    return [choice for choice in prompt.choices if not choice.nav]


def _needs_numbers(prompt: Prompt, text: str, locale: str) -> bool:
    """Whether a choice neither fits on its button nor stands in the text, or there are too many for buttons. A person
    can type the number of a choice.
    """
    labels = [_on_one_line(choice.label, locale).removeprefix(TICK) for choice in _answers(prompt)]
    is_cut = any(utf16_length(label) > MAX_LABEL and label not in text for label in labels)
    return is_cut or len(prompt.choices) > _max_choices(prompt)


def _max_choices(prompt: Prompt) -> int:
    return MAX_BUTTONS - (1 if prompt.link else 0)


def _on_one_line(text: Text, locale: str) -> str:
    return " ".join(clean(say(text, locale)).split())


def _labelled_answers(prompt: Prompt, locale: str, *, numbered: bool) -> list[tuple[Choice, str]]:
    """The choices with the labels of their buttons."""
    labelled = []
    for number, choice in enumerate(_answers(prompt), start=1):
        label = _on_one_line(choice.label, locale)
        if utf16_length(label.removeprefix(TICK)) > MAX_LABEL and choice.short:
            label = _on_one_line(choice.short, locale)
        labelled.append((choice, f"{number}. {label}" if numbered else label))
    return labelled


# Keyboards ------------------------------------------------------------------------------------------------------------


def _markup(prompt: Prompt, locale: str, *, numbered: bool) -> dict[str, Json]:
    nav = [(choice, _on_one_line(choice.label, locale)) for choice in prompt.choices if choice.nav]
    answers = _labelled_answers(prompt, locale, numbered=numbered)[: _max_choices(prompt) - len(nav)]
    if prompt.takes_contact:
        return {"reply_markup": _contact_keyboard([label for _, label in (*answers, *nav)], locale)}
    rows: list[list[dict[str, Json]]] = [[_link_button(prompt.link, locale)]] if prompt.link else []
    rows += [[_button(choice, label) for choice, label in row] for row in _in_columns(answers)]
    rows += [[_button(choice, label) for choice, label in row] for row in _in_full_rows(nav)]
    return {"reply_markup": {"inline_keyboard": cast("Json", rows)}} if rows else {}


def _button(choice: Choice, label: str) -> dict[str, Json]:
    return {"text": label, "callback_data": choice.value}


def _link_button(link: Link, locale: str) -> dict[str, Json]:
    address: dict[str, Json] = {"web_app": {"url": link.url}} if link.in_app else {"url": link.url}
    return {"text": _on_one_line(link.label, locale), **address}


def _contact_keyboard(labels: Sequence[str], locale: str) -> Json:
    """Only a keyboard below the input field can ask for a phone number. Its other buttons send their label as text."""
    share = _on_one_line(Text("Kirim nomor telepon saya"), locale)
    rows: list[list[dict[str, Json]]] = [[{"text": share, "request_contact": True}]]
    rows += [[{"text": label} for _, label in row] for row in _in_full_rows([(None, label) for label in labels])]
    return {"keyboard": cast("Json", rows), "resize_keyboard": True, "one_time_keyboard": True}


def _in_columns(labelled: Sequence[tuple[Item, str]]) -> list[Sequence[tuple[Item, str]]]:
    """Rows of equal length: one button when a label is long, two or three when all labels are short."""
    # A tick does not count, so that ticking moves no button.
    widest = max((utf16_length(label.removeprefix(TICK)) for _, label in labelled), default=1)
    columns = max(1, min(3, MAX_ROW // widest))
    if columns == 3 and len(labelled) % 3 == 1:
        columns = 2
    return [labelled[start : start + columns] for start in range(0, len(labelled), columns)]


def _in_full_rows(labelled: Sequence[tuple[Item, str]]) -> list[Sequence[tuple[Item, str]]]:
    """Each row with up to three buttons, as many as their labels allow."""
    rows: list[Sequence[tuple[Item, str]]] = []
    widths = [utf16_length(label) for _, label in labelled]
    start = 0
    while start < len(labelled):
        fitting = (
            size
            for size in (3, 2)
            if start + size <= len(labelled) and size * max(widths[start : start + size]) <= MAX_ROW
        )
        size = next(fitting, 1)
        rows.append(labelled[start : start + size])
        start += size
    return rows
