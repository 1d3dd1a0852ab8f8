"""Sentences that are not yet in any language.

A `Text` names an Indonesian source sentence and carries its arguments with their types; `locales` turns it into words
for one reader at the very edge. So one row in the outbox, one transcript and one test serve every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, Union

#: What a sentence may carry. `int` and `Decimal` are written with the reader's separators (so a year travels as `str`),
#: `date` and an aware `datetime` in the reader's order of day and month, a `Text` in the reader's language.
Arg: TypeAlias = Union[str, int, Decimal, date, datetime, "Text"]
Json: TypeAlias = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Text:
    """One source sentence with named arguments: `Text("Sampai %(day)s.", day=date(2026, 12, 1))`.

    `context` tells apart equal labels that stand under different questions (gettext's msgctxt).
    """

    msgid: str
    args: Mapping[str, Arg] = field(default_factory=dict)
    context: str = ""

    def __init__(self, msgid: str, /, *, context: str = "", **args: Arg) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "args", args)
        object.__setattr__(self, "context", context)

    def __hash__(self) -> int:
        return hash((self.msgid, self.context, tuple(sorted((k, str(v)) for k, v in self.args.items()))))

    def __bool__(self) -> bool:
        return bool(self.msgid)


def verbatim(words: str) -> Text:
    """Words that no locale translates: what a person typed, a name, a number in its own notation."""
    return Text("%(words)s", words=words)


def cut(words: str, most: int) -> str:
    """At most so many characters; what is cut, is cut between words and seen to be."""
    if len(words) <= most:
        return words
    head = words[:most]
    whole = head.rpartition(" ")[0] or head[:-1]
    return whole.rstrip(" ,;:/–-(") + "…"


def joined(separator: str, *parts: Text | None) -> Text:
    """Several sentences in one message, empty ones left out."""
    kept = [part for part in parts if part]
    if len(kept) == 1:
        return kept[0]
    names = [f"part{n}" for n in range(len(kept))]
    args: dict[str, Arg] = dict(zip(names, kept, strict=True))
    return Text(separator.join(f"%({name})s" for name in names), context="", **args)


def lines(*parts: Text | None) -> Text:
    return joined("\n", *parts)


def paragraphs(*parts: Text | None) -> Text:
    return joined("\n\n", *parts)


def to_json(text: Text) -> Json:
    """The form in which a sentence waits in a table. Inverse: `from_json`."""
    document: dict[str, Json] = {"m": text.msgid}
    if text.args:
        document["a"] = {name: _arg_to_json(arg) for name, arg in text.args.items()}
    if text.context:
        document["c"] = text.context
    return document


def from_json(document: Json) -> Text:
    """Raises `ValueError` when the document is not a sentence: it is never replaced by an empty one."""
    match document:
        case {"m": str(msgid), **rest}:
            args, context = rest.get("a", {}), rest.get("c", "")
            if isinstance(args, dict) and isinstance(context, str):
                return Text(msgid, context=context, **{name: _arg_from_json(arg) for name, arg in args.items()})
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
        case {"text": inner}:
            return from_json(inner)
        case {"moment": str(value)}:
            return datetime.fromisoformat(value)
        case {"date": str(value)}:
            return date.fromisoformat(value)
        case {"decimal": str(value)}:
            return Decimal(value)
        case str() | int():
            return document
    raise ValueError(f"not a stored argument: {document!r}")
