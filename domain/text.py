"""Sentences before translation, and the functions that clean and shorten plain strings.

A `Text` holds an Indonesian source sentence and its typed arguments. `locales` translates and formats it when it is
sent. So one row in the outbox, one transcript and one test serve every language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias, Union

from domain.frozen import frozen

#: The types of a sentence's arguments. `locales` formats `int` and `Decimal` with the reader's separators (so a year is
#: passed as `str`), `date` and an aware `datetime` in the reader's order of day and month, and translates a `Text`.
Arg: TypeAlias = Union[str, int, Decimal, date, datetime, "Text"]
Json: TypeAlias = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
#: What a part of a message is, for channels that can show it: what is asked; how to answer, which may be small; how far
#: the person is, of which the arguments `number` and `count` say so.
Style: TypeAlias = Literal["", "question", "hint", "progress"]
_STYLES: dict[str, Style] = {"question": "question", "hint": "hint", "progress": "progress"}

#: A placeholder in a source sentence; its group is the name of the argument.
PLACEHOLDER = re.compile(r"%\((\w+)\)s")

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS: Mapping[int, None] = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
#: UTF-16 units of a message that a phone cut at its limit of 4,096: exactly there, one earlier before an emoji, or
#: between the last words that fit
_CUT_INSIDE_WORDS, _CUT_BETWEEN_WORDS = range(4095, 4097), range(4000, 4095)
#: Characters without a shape of their own that are not in the category Cf: four letters, the replacement character.
_INVISIBLE = {"\u115f", "\u1160", "\u3164", "\uffa0", "\ufffd"}


@frozen
class Text:
    """One source sentence with named arguments: `Text("Sampai %(day)s.", day=date(2026, 12, 1))`.

    `context` distinguishes equal labels of different questions (gettext's msgctxt).
    """

    msgid: str
    args: Mapping[str, Arg] = field(default_factory=dict)
    context: str = ""
    style: Style = ""

    def __init__(self, msgid: str, /, *, context: str = "", **args: Arg) -> None:
        self.style = ""  # type: ignore[misc] # here alone
        self.msgid = msgid  # type: ignore[misc]
        self.args = args  # type: ignore[misc]
        self.context = context  # type: ignore[misc]

    def within(self, context: str) -> Text:
        """The same sentence under another gettext context."""
        return Text(self.msgid, context=context, **self.args)

    def with_args(self, args: Mapping[str, Arg]) -> Text:
        """The same sentence with these arguments."""
        return Text(self.msgid, context=self.context, **args)

    def shown_as(self, style: Style) -> Text:
        """The same sentence as another part of its message."""
        copy = Text(self.msgid, context=self.context, **self.args)
        copy.style = style  # type: ignore[misc]
        return copy

    def __hash__(self) -> int:
        return hash((self.msgid, self.context, tuple(sorted((k, str(v)) for k, v in self.args.items()))))

    def __bool__(self) -> bool:
        return bool(self.msgid)


def as_hint(text: Text | None) -> Text | None:
    """Says how to answer."""
    return text.shown_as("hint") if text else text


def verbatim(words: str) -> Text:
    """A text that is shown as it stands in every language: a name, a number, the words of a person."""
    return Text("%(words)s", words=words)


def clean(words: str) -> str:
    """Removes what no database, font or platform accepts: control characters and halves of surrogate pairs.

    Keeps tabs, and the invisible joiners of emoji and right-to-left scripts; every line ending becomes a newline. For
    text on its way in or out.
    """
    if words.isprintable() or words.replace("\n", "").isprintable():
        return words
    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _LINE_ENDS.sub("\n", whole).translate(_CONTROLS)


def normalize(words: str) -> str:
    """`clean`, without invisible characters such as direction overrides, and in NFC; a tab becomes a space.

    For text that is stored as an answer, compared, or used as a name.
    """
    cleaned = clean(words).replace("\t", " ")
    if cleaned.isascii():
        return cleaned
    removed = {ord(sign): None for sign in set(cleaned) if unicodedata.category(sign) == "Cf" or sign in _INVISIBLE}
    return unicodedata.normalize("NFC", cleaned.translate(removed) if removed else cleaned)


def one_line(words: str) -> str:
    """Normalized words with single spaces between them."""
    return " ".join(normalize(words).split())


def many_lines(words: str) -> str:
    """Normalized words that keep their line breaks."""
    return "\n".join(line.rstrip() for line in normalize(words).split("\n")).strip()


def join_messages(messages: Sequence[str]) -> str:
    """Several messages as one text. Each begins a line, except the rest of one that a phone cut at its limit."""
    parts = [part for message in messages for part in (message, _gap_after(message))]
    return many_lines("".join(parts[:-1]))


def _gap_after(message: str) -> str:
    units = len(message.encode("utf-16-le")) // 2
    if units in _CUT_INSIDE_WORDS:
        return ""
    return " " if units in _CUT_BETWEEN_WORDS else "\n"


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(sign.isalnum() for sign in text)


def cut(words: str, limit: int) -> str:
    """Shortens to at most `limit` characters: cuts between two words where there are two, and ends with "…"."""
    if len(words) <= limit:
        return words
    head = words[:limit]
    whole = head.rpartition(" ")[0] or head[:-1]
    return whole.rstrip(" ,;:/–-(") + "…"


def excerpt(words: str, limit: int = 60) -> str:
    """The beginning of what a person wrote, on one line, for quoting it in a sentence."""
    return cut(one_line(words), limit)


def joined(separator: str, *parts: Text | None) -> Text:
    """Several sentences as one text; leaves out `None` and empty ones."""
    kept = [part for part in parts if part]
    if len(kept) == 1:
        return kept[0]
    msgid, names = _frame(separator, len(kept))
    args: dict[str, Arg] = dict(zip(names, kept, strict=True))
    return Text(msgid, context="", **args)


@lru_cache
def _frame(separator: str, count: int) -> tuple[str, tuple[str, ...]]:
    """The sentence that holds so many others, and the names of its arguments."""
    names = tuple(f"part{n}" for n in range(count))
    return separator.join(f"%({name})s" for name in names), names


def lines(*parts: Text | None) -> Text:
    return joined("\n", *parts)


def paragraphs(*parts: Text | None) -> Text:
    return joined("\n\n", *parts)


def contains(text: Text | None, part: Text | None) -> bool:
    """Whether the sentence stands in this text, however it is shown there."""
    if not text or not part:
        return False
    inner = (arg for arg in text.args.values() if isinstance(arg, Text))
    return text.shown_as(part.style) == part or any(contains(arg, part) for arg in inner)


def to_json(text: Text) -> Json:
    """The JSON that a table stores for a sentence. Inverse: `from_json`."""
    document: dict[str, Json] = {"m": text.msgid}
    if text.args:
        document["a"] = {name: _arg_to_json(arg) for name, arg in text.args.items()}
    if text.context:
        document["c"] = text.context
    if text.style:
        document["s"] = text.style
    return document


def from_json(document: Json) -> Text:
    """Raises `ValueError` when the document is not a stored sentence; never returns an empty sentence instead."""
    if isinstance(document, dict) and isinstance(msgid := document.get("m"), str):
        if len(document) == 1:
            return Text(msgid)
        args, context = document.get("a", {}), document.get("c", "")
        if isinstance(args, dict) and isinstance(context, str):
            text = Text(msgid, context=context, **{name: _arg_from_json(arg) for name, arg in args.items()})
            style = _STYLES.get(str(document.get("s", "")))
            return text.shown_as(style) if style else text
    raise ValueError(f"not a stored sentence: {document!r}")


def _arg_to_json(arg: Arg) -> Json:
    match arg:
        case Text():
            return {"text": to_json(arg)}
        case datetime():
            return {"moment": arg.isoformat()}
        case date():
            return {"date": arg.isoformat()}
        case Decimal():
            return {"decimal": str(arg)}
    return arg


def _arg_from_json(document: Json) -> Arg:
    match document:
        case str() | int():
            return document
        case {"text": inner}:
            return from_json(inner)
        case {"moment": str(value)}:
            return datetime.fromisoformat(value)
        case {"date": str(value)}:
            return date.fromisoformat(value)
        case {"decimal": str(value)}:
            return Decimal(value)
    raise ValueError(f"not a stored argument: {document!r}")
