"""Translates (gettext) and formats (Babel) a `Text` for one reader.

Indonesian is the source language and needs no catalogue. English is in `en/LC_MESSAGES/messages.po`, which is compiled
in memory at first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from gettext import GNUTranslations
from importlib import resources
from io import BytesIO
from zoneinfo import ZoneInfo

from domain.frozen import frozen
from domain.text import PLACEHOLDER, Arg, Style, Text

SOURCE = "id"
SUPPORTED = ("id", "en")

#: Hours from UTC → the usual name of the Indonesian zone; other zones are shown as their offset.
_ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}
#: a number for which every language has its form for many
_MANY = 100
_DATE = {"id": "d MMMM y", "en": "d MMMM y"}
_TIME = {"id": "HH.mm", "en": "HH:mm"}


def say(text: Text, locale: str, zone: ZoneInfo | None = None) -> str:
    """The words of `text` in `locale`. Moments are shown in `zone`, by default in their own zone."""
    values = {name: arg if type(arg) is str else _word(arg, locale, zone) for name, arg in text.args.items()}
    return translated(text, locale) % values


@frozen
class StyledWords:
    words: str
    style: Style
    args: Mapping[str, Arg]  #: of the sentence that has the style


def say_styled(text: Text, locale: str, zone: ZoneInfo | None = None) -> list[StyledWords]:
    """The words of `say`, in parts: one for each sentence that has a style, and those between them."""
    parts: list[_Part] = []
    _say_into(parts, text, "", {}, locale, zone)
    return [StyledWords("".join(words), style, args) for words, style, args in parts]


#: pieces of words, their style, and the arguments of the sentence that has it
_Part = tuple[list[str], Style, Mapping[str, Arg]]


def _say_into(
    parts: list[_Part], text: Text, style: Style, args: Mapping[str, Arg], locale: str, zone: ZoneInfo | None
) -> None:
    """`style` and `args`: of the sentence around this one."""
    if text.style:
        style, args = text.style, text.args
    if not any(isinstance(arg, Text) for arg in text.args.values()):
        _add(parts, say(text, locale, zone), style, args)
        return
    for place, words in enumerate(_pieces(translated(text, locale))):
        arg = text.args[words] if place % 2 else words
        if isinstance(arg, Text):
            _say_into(parts, arg, style, args, locale, zone)
        else:
            _add(parts, arg if isinstance(arg, str) else _word(arg, locale, zone), style, args)


def _add(parts: list[_Part], words: str, style: Style, args: Mapping[str, Arg]) -> None:
    """Words of one style and the same arguments are one part."""
    if parts and parts[-1][1] == style and (parts[-1][2] is args or parts[-1][2] == args):
        parts[-1][0].append(words)
    elif words:
        parts.append(([words], style, args))


@lru_cache(4000)
def _pieces(sentence: str) -> tuple[str, ...]:
    """Words and names of arguments take turns."""
    pieces = PLACEHOLDER.split(sentence)
    return tuple(piece if place % 2 else piece.replace("%%", "%") for place, piece in enumerate(pieces))


def translated(text: Text, locale: str) -> str:
    """The sentence in `locale`, with its placeholders."""
    if locale == SOURCE or not text.msgid:
        return text.msgid
    catalogue = _catalogue(locale)
    if (text.context, text.msgid) in catalogue.counted:
        return _form(catalogue.translations, text)
    translations = catalogue.translations
    return translations.pgettext(text.context, text.msgid) if text.context else translations.gettext(text.msgid)


def _form(translations: GNUTranslations, text: Text) -> str:
    """The form for the number in the sentence, by the plural rules of CLDR: that of `count`, else of its first whole
    number. A number that came as words takes the form for many.
    """
    whole = {name: arg for name, arg in text.args.items() if isinstance(arg, int)}
    number = whole.get("count", next(iter(whole.values()), _MANY))
    if text.context:
        return translations.npgettext(text.context, text.msgid, text.msgid, number)
    return translations.ngettext(text.msgid, text.msgid, number)


def closest(hint: str) -> str | None:
    """The supported language for a hint such as "en-GB" or "id-ID,id;q=0.9"; `None` when no language fits."""
    for part in hint.replace("_", "-").split(","):
        language = part.split(";")[0].strip().split("-")[0].lower()
        language = "id" if language in {"in", "ms"} else language
        if language in SUPPORTED:
            return language
    return None


def _word(arg: Arg, locale: str, zone: ZoneInfo | None) -> str:
    match arg:
        case Text():
            return say(arg, locale, zone)
        case str():
            return arg
        case datetime():
            return _moment(arg, locale, zone)
        case date():
            return _day(arg, locale)
        case int() | Decimal():
            return _number(arg, locale)


@lru_cache(1000)
def _number(number: int | Decimal, locale: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(number, locale=locale)


def _day(day: date, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, _DATE[locale], locale=locale)


def _moment(moment: datetime, locale: str, zone: ZoneInfo | None) -> str:
    from babel.dates import format_time

    there = moment.astimezone(zone) if zone else moment
    offset = there.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset else 0
    name = _ZONE_NAMES.get(hours, f"UTC{hours:+d}")
    clock = format_time(there.time(), _TIME[locale], locale=locale)
    return f"{_day(there.date(), locale)}, {clock} {name}"


@frozen
class _Catalogue:
    translations: GNUTranslations
    counted: frozenset[tuple[str, str]]  #: context and msgid of sentences with plural forms


@cache
def _catalogue(locale: str) -> _Catalogue:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = resources.files("locales") / locale / "LC_MESSAGES" / "messages.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        read = read_po(file, locale=locale)
    write_mo(compiled, read)
    compiled.seek(0)
    counted = frozenset((entry.context or "", entry.id[0]) for entry in read if isinstance(entry.id, (list, tuple)))
    return _Catalogue(GNUTranslations(compiled), counted)
