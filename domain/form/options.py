"""Choosing among options with typed words: by number, by name, by the beginning of a name; one or several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.form.definition import Option, Question, chosen
from domain.form.reading import Unreadable, fold, source_words
from domain.text import Json, Text, excerpt, joined, normalize, one_line

OTHER_MOST = 255  #: characters of the text under "Lainnya"

_SHORTEST_BEGINNING = 3
_SAME: Mapping[str, str] = {"iya": "ya", "y": "ya", "tdk": "tidak", "tak": "tidak", "enggak": "tidak", "nggak": "tidak"}
_NUMBERED = re.compile(r"^\s*\d+\s*[.)]\s*(?=[^\W\d])")
_BETWEEN = re.compile(r"\s*(?:[,;&+\n]|\b(?:dan|and|serta)\b)[\s,;]*")
_RANGE = re.compile(r"\d\s*[-–—]\s*\d")
_LONGEST = 500  #: characters; a list of options is shorter
_WIDEST_NAME = 4  #: parts of a list that one name may span: "Usaha, dagang, dan jasa"


class NeedsOther(Unreadable):
    """An option that asks for words was picked without them; `values` are all that were picked."""

    def __init__(self, text: Text, values: tuple[str, ...]) -> None:
        super().__init__(text)
        self.values = values


@dataclass(frozen=True, slots=True)
class Name:
    """One of several things that words can mean; `aliases` are other words for it, in source language."""

    key: str
    label: Text
    aliases: tuple[str, ...] = ()


def pick(words: str, names: Sequence[Name]) -> str:
    """The key of the one that is meant. Raises `Unreadable`, which names the candidates or the way to answer."""
    matches = _matches(_NUMBERED.sub("", words), names)
    if len(matches) == 1:
        return matches[0].key
    raise Unreadable(_several(words, matches) if matches else _none(words, names))


def _several(words: str, matches: Sequence[Name]) -> Text:
    return Text(
        "“%(words)s” cocok dengan beberapa pilihan: %(names)s. Tulis nama lengkapnya atau nomornya.",
        words=excerpt(words),
        names=joined("; ", *(name.label for name in matches)),
    )


def _none(words: str, names: Sequence[Name]) -> Text:
    number = fold(words)
    count, example = len(names), names[0].label
    if number.isdecimal():
        return Text("Nomor %(number)s tidak ada. Tulis nomor 1 sampai %(count)s.", number=excerpt(number), count=count)
    if not number:
        return Text(
            "Tulis nomor pilihannya (1 sampai %(count)s) atau namanya, misalnya %(example)s.",
            count=count,
            example=example,
        )
    return Text(
        "Pilihan “%(words)s” tidak ada. Tulis nomornya (1 sampai %(count)s) atau namanya, misalnya %(example)s.",
        words=excerpt(words),
        count=count,
        example=example,
    )


def read_choice(question: Question, words: str) -> Json:
    """The option's value; with the words that an option such as "Lainnya" asks for, the shape of several choices."""
    try:
        value, other = pick(words, _names(question.options)), ""
    except Unreadable:
        head, mark, other = normalize(words).partition(":")
        if not mark:
            raise
        value = pick(head, _names(question.options))
    values = (value,)
    return with_other(question, values, other) if other or _asking(question, values) else value


def read_choices(question: Question, words: str) -> tuple[tuple[str, ...], bool]:
    """The options named, in the form's order, and whether one of them still needs its text (as in `NeedsOther`)."""
    values, other = _split(question, words)
    return values, bool(_asking(question, values)) and not one_line(other)


def read_several(question: Question, words: str) -> Json:
    values, other = _split(question, words)
    if len(values) < question.limits.min_choices:
        raise Unreadable(
            Text(
                "Pilih paling sedikit %(least)s. Tulis nomornya dipisahkan koma, misalnya 1, 2.",
                least=question.limits.min_choices,
            )
        )
    return with_other(question, values, other)


def with_other(question: Question, values: Sequence[str], words: str) -> Json:
    """The answer made of the picked options and the text of "Lainnya". Raises `NeedsOther` while that is missing."""
    asking = _asking(question, values)
    other = one_line(words)
    if other and not asking:
        raise Unreadable(
            Text("Penjelasan setelah titik dua hanya untuk pilihan yang memintanya. Tulis pilihannya saja.")
        )
    if not asking:
        return {"values": list(values)}
    if not any(sign.isalnum() for sign in other):
        raise NeedsOther(
            Text("Anda memilih “%(choice)s”. Silakan sebutkan isinya.", choice=asking[0].label), tuple(values)
        )
    if len(other) > OTHER_MOST:
        raise NeedsOther(
            Text(
                "Isi “%(choice)s” terlalu panjang: %(count)s huruf, paling banyak %(most)s.",
                choice=asking[0].label,
                count=len(other),
                most=OTHER_MOST,
            ),
            tuple(values),
        )
    return {"values": list(values), "other": other}


def show(question: Question, value: Json) -> Text:
    """The labels; an option that the form no longer has by its value."""
    other = value.get("other") if isinstance(value, dict) else None
    parts: list[Text] = []
    for item in chosen(value):
        option = question.option(item)
        label = option.label if option else Text("%(words)s", words=item)
        if option and option.asks_text and isinstance(other, str):
            label = Text("%(choice)s (%(other)s)", choice=option.short or label, other=other)
        parts.append(label)
    return joined("; ", *parts)


def fits(question: Question, value: Json) -> bool:
    """Every option is still there, and the text of "Lainnya" stands exactly where one is asked."""
    values = chosen(value)
    if not values or len(set(values)) < len(values) or not all(question.option(item) for item in values):
        return False
    if isinstance(value, str):
        return question.kind == "choice" and not _asking(question, values)
    if not isinstance(value, dict) or not set(value) <= {"values", "other"}:
        return False
    if question.kind == "choice":
        if len(values) != 1 or not _asking(question, values):
            return False
    elif len(values) < question.limits.min_choices:
        return False
    try:
        return with_other(question, values, str(value.get("other", ""))) == value
    except Unreadable:
        return False


def _split(question: Question, words: str) -> tuple[tuple[str, ...], str]:
    """What was picked, and the words after a colon."""
    head, _, other = normalize(words).partition(":")
    lines = "\n".join(one_line(line) for line in head.split("\n"))
    picked = _picked(lines, _names(question.options)) if len(lines) <= _LONGEST else set()
    if not picked:
        raise Unreadable(Text("Tulis nomor atau nama pilihannya, dipisahkan koma, misalnya 1, 2."))
    return tuple(option.value for option in question.options if option.value in picked), other


def _picked(words: str, names: Sequence[Name]) -> set[str]:
    """A name may itself hold a comma or "dan": the widest run of parts that is one name wins."""
    picked: set[str] = set()
    gaps = [(0, 0), *(gap.span() for gap in _BETWEEN.finditer(words)), (len(words), len(words))]
    part = 0
    while part < len(gaps) - 1:
        start = gaps[part][1]
        widest = min(part + _WIDEST_NAME, len(gaps) - 1)
        for end in range(widest, part + 1, -1):
            whole = _exact(fold(words[start : gaps[end][0]]), names)
            if whole:
                picked.add(whole[0].key)
                part = end
                break
        else:
            picked |= {pick(word, names) for word in _words(words[start : gaps[part + 1][0]])}
            part += 1
    return picked


def _words(part: str) -> list[str]:
    """Numbers need no comma between them; "1-3" is neither a number nor clearly a range."""
    folded = fold(part)
    if folded.replace(" ", "").isdecimal() and not _RANGE.search(part):
        return folded.split()
    return [part] if folded else []


def _asking(question: Question, values: Sequence[str]) -> list[Option]:
    return [option for option in question.options if option.asks_text and option.value in values]


def _names(options: Sequence[Option]) -> list[Name]:
    return [
        Name(option.value, option.label, (option.value, source_words(option.short) if option.short else ""))
        for option in options
    ]


def _matches(words: str, names: Sequence[Name]) -> list[Name]:
    folded = fold(words)
    exact = _exact(folded, names) or _exact(_SAME.get(folded, folded), names)
    if exact:
        return exact
    if folded.isdecimal() and len(folded) < 4 and 1 <= int(folded) <= len(names):
        return [names[int(folded) - 1]]
    if len(folded.replace(" ", "")) < _SHORTEST_BEGINNING:
        return []
    return [name for name in names if any(word.startswith(folded) for word in _words_for(name))]


def _exact(folded: str, names: Sequence[Name]) -> list[Name]:
    """A name that is one thing's label is not taken for another's alias."""
    for width in (1, None):
        found = [name for name in names if folded and folded in _words_for(name)[:width]]
        if found:
            return found
    return []


def _words_for(name: Name) -> tuple[str, ...]:
    return _folded_names(source_words(name.label), name.aliases)


@lru_cache(maxsize=2048)
def _folded_names(label: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """The label, then what stands in and outside its brackets ("CAPI"), then the aliases; numbers are no aliases, for a
    typed number is a place in the list."""
    outside, inside = re.sub(r"\(.*?\)", " ", label), re.findall(r"\((.*?)\)", label)
    names = (label, *(name for name in (outside, *inside, *aliases) if not fold(name).isdecimal()))
    return tuple(dict.fromkeys(folded for folded in map(fold, names) if folded))
