"""Answers that are options, one or several, typed as a number, a name or the beginning of a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from domain.form.definition import Option, Question, Value, chosen
from domain.form.kind import AnswerKind
from domain.form.reading import Reading, Unreadable, fold, read_position, same_word, source_words
from domain.frozen import frozen
from domain.text import Json, Text, excerpt, has_words, joined, normalize, one_line

#: characters of the text that an option such as "Lainnya" asks for
MAX_OTHER = 255

#: letters that the beginning of a name needs to stand for the name
_SHORTEST_BEGINNING = 3
#: a number in front of a name: "2. Survei"
_NUMBERED = re.compile(r"^\s*\d+\s*[.)]\s*(?=[^\W\d])")
#: what may stand between two options of a list
_BETWEEN = re.compile(r"\s*(?:[,;&+\n]|\b(?:dan|and|serta)\b)[\s,;]*")
_EXPLAINED = re.compile(r"(?P<head>[^:(,]+?)\s*(?:\((?P<bracketed>[^()]+)\)|[:,]\s*(?P<rest>.+))")
_BRACKETS = re.compile(r"\([^()]*\)")
_WITH_BRACKETS = re.compile(r"(?P<head>[^()]+?)\s*(?:\((?P<bracketed>[^()]+)\))?")
_RANGE = re.compile(r"\d\s*[-–—]\s*\d")
#: characters of a list of options; longer words are not read
_MAX_LIST = 500
#: parts of a list that one name may cover: "Usaha, dagang, dan jasa"
_WIDEST_NAME = 4
#: options that are all named to somebody who named another one
_FEW = 4


ReadOptions: TypeAlias = Callable[[Question, str, Reading], Value]


class NeedsOther(Unreadable):
    """An option that asks for words was picked without them. `values`: all options that were picked."""

    def __init__(self, text: Text, values: tuple[str, ...]) -> None:
        super().__init__(text)
        self.values = values


@frozen
class Name:
    """One of several things that words can mean. `aliases`: other words for it, in the source language."""

    key: str
    label: Text
    aliases: tuple[str, ...] = ()


def pick(words: str, names: Sequence[Name]) -> str:
    """The key of the thing that is meant. Raises `Unreadable`, which names the candidates or says how to answer."""
    matches = _find_matches(_NUMBERED.sub("", words), names)
    if len(matches) == 1:
        return matches[0].key
    raise Unreadable(_ambiguous(words, matches) if matches else _unknown(words, names))


def _ambiguous(words: str, matches: Sequence[Name]) -> Text:
    return Text(
        "“%(words)s” cocok dengan beberapa pilihan: %(names)s. Tulis nama lengkapnya atau nomornya.",
        words=excerpt(words),
        names=joined("; ", *(name.label for name in matches)),
    )


def _unknown(words: str, names: Sequence[Name]) -> Text:
    number = fold(words)
    count, example = len(names), names[0].label
    if number.isdecimal():
        return Text("Nomor %(number)s tidak ada. Tulis nomor 1 sampai %(count)s.", number=excerpt(number), count=count)
    if count <= _FEW:
        unknown = Text("Pilihan “%(words)s” tidak ada.", words=excerpt(words)) if number else None
        names_of_all = joined(", ", *(name.label for name in names))
        return joined(" ", unknown, Text("Pilihannya: %(names)s.", names=names_of_all))
    if not number:
        return Text("Tulis salah satu pilihannya, misalnya %(example)s.", example=example)
    return Text(
        "Pilihan “%(words)s” tidak ada. Tulis salah satu pilihannya, misalnya %(example)s.",
        words=excerpt(words),
        example=example,
    )


def _read_choice(question: Question, words: str, _: Reading) -> Value:
    """The value of the option. If it asks for words ("Lainnya: …"), the answer has the shape of several choices."""
    try:
        value, other = pick(words, _names_of(question.options)), ""
    except Unreadable:
        head, other = _split_explanation(words)
        if not other:
            raise
        value = pick(head, _names_of(question.options))
    values = (value,)
    return with_other(question, values, other) if other or _asking_text(question, values) else value


def _split_explanation(words: str) -> tuple[str, str]:
    """ "Lainnya: sekolah", "Lainnya (sekolah)" and "Lainnya, sekolah" in two parts; the second is "" without one."""
    found = _EXPLAINED.fullmatch(one_line(words))
    return (found["head"], found["bracketed"] or found["rest"]) if found else (words, "")


def _read_choices(question: Question, words: str, _: Reading) -> Value:
    values, other = _split_list(question, words)
    if len(values) < question.limits.min_choices:
        raise Unreadable(
            Text(
                "Pilih paling sedikit %(least)s. Bila menulisnya, pisahkan dengan koma.",
                least=question.limits.min_choices,
            )
        )
    return with_other(question, values, other)


def with_other(question: Question, values: Sequence[str], words: str) -> Json:
    """The answer made of the picked options and the text of "Lainnya". Raises `NeedsOther` if that text is missing."""
    asking = _asking_text(question, values)
    other = one_line(words)
    if other and not asking:
        raise Unreadable(
            Text("Penjelasan setelah titik dua hanya untuk pilihan yang memintanya. Tulis pilihannya saja.")
        )
    if not asking:
        return {"values": list(values)}
    if not has_words(other):
        raise NeedsOther(
            Text("Anda memilih “%(choice)s”. Silakan sebutkan isinya.", choice=asking[0].label), tuple(values)
        )
    if len(other) > MAX_OTHER:
        raise NeedsOther(
            Text(
                "Isi “%(choice)s” terlalu panjang: %(count)s huruf, paling banyak %(most)s.",
                choice=asking[0].label,
                count=len(other),
                most=MAX_OTHER,
            ),
            tuple(values),
        )
    return {"values": list(values), "other": other}


def _show(question: Question, value: Value) -> Text:
    """The labels of the options. An option that the form no longer has is shown as its stored value."""
    other = value.get("other") if isinstance(value, dict) else None
    parts: list[Text] = []
    for item in chosen(value):
        option = question.option(item)
        label = option.label if option else Text("%(words)s", words=item)
        if option and option.asks_text and isinstance(other, str):
            label = Text("%(choice)s (%(other)s)", choice=option.short or label, other=other)
        parts.append(label)
    return joined("; ", *parts)


def _choice_fits(question: Question, value: Value) -> bool:
    """Stored as the option's value; an option that asks for words is stored in the shape of several choices."""
    values = chosen(value)
    if isinstance(value, str):
        return question.option(value) is not None and not _asking_text(question, values)
    return len(values) == 1 and bool(_asking_text(question, values)) and _fits_as_list(question, value)


def _choices_fit(question: Question, value: Value) -> bool:
    return len(chosen(value)) >= question.limits.min_choices and _fits_as_list(question, value)


def _fits_as_list(question: Question, value: Value) -> bool:
    """Whether the form has all options of the list, and the text of "Lainnya" is there exactly if one asks for it."""
    values = chosen(value)
    if not values or len(set(values)) < len(values) or not all(question.option(item) for item in values):
        return False
    if not isinstance(value, dict) or not set(value) <= {"values", "other"}:
        return False
    try:
        return with_other(question, values, str(value.get("other", ""))) == value
    except Unreadable:
        return False


def _split_list(question: Question, words: str) -> tuple[tuple[str, ...], str]:
    """The picked options, in the form's order, and the text of "Lainnya"."""
    head, _, other = normalize(words).partition(":")
    lines = "\n".join(one_line(line) for line in head.split("\n"))
    names = _names_of(question.options)
    try:
        picked = _find_picked(lines, names) if len(lines) <= _MAX_LIST else set()
    except Unreadable:
        lines, explained = _split_other(question, lines) if not other else ("", "")
        if not explained:
            raise
        picked, other = _find_picked(lines, names), explained
    if not picked:
        raise Unreadable(Text("Tulis nomor atau nama pilihannya, dipisahkan koma, misalnya 1, 2."))
    return tuple(option.value for option in question.options if option.value in picked), other


def _split_other(question: Question, words: str) -> tuple[str, str]:
    """ "Individu, lainnya (sekolah)" and "individu, lainnya, sekolah": the list without the text of "Lainnya", and that
    text. The text is "" where no option that asks for it is named.
    """
    names, asking = _names_of(question.options), {option.value for option in question.options if option.asks_text}
    masked = _BRACKETS.sub(lambda found: "_" * len(found[0]), words)
    start = 0
    for gap in (*(gap.span() for gap in _BETWEEN.finditer(masked)), (len(words), len(words))):
        part = _WITH_BRACKETS.fullmatch(words[start : gap[0]])
        found = _find_matches(part["head"], names) if part else []
        if part and len(found) == 1 and found[0].key in asking:
            if part["bracketed"]:
                return f"{words[:start]}{part['head']}{words[gap[0] :]}", part["bracketed"]
            return f"{words[:start]}{part['head']}", words[gap[1] :]
        start = gap[1]
    return words, ""


def _find_picked(words: str, names: Sequence[Name]) -> set[str]:
    """The options in a list. A name may hold a comma or "dan": the longest run of parts that is one name wins."""
    picked: set[str] = set()
    gaps = [(0, 0), *(gap.span() for gap in _BETWEEN.finditer(words)), (len(words), len(words))]
    part = 0
    while part < len(gaps) - 1:
        start = gaps[part][1]
        widest = min(part + _WIDEST_NAME, len(gaps) - 1)
        for end in range(widest, part + 1, -1):
            whole = _find_exact(fold(words[start : gaps[end][0]]), names)
            if whole:
                picked.add(whole[0].key)
                part = end
                break
        else:
            picked |= {pick(word, names) for word in _split_part(words[start : gaps[part + 1][0]])}
            part += 1
    return picked


def _split_part(part: str) -> list[str]:
    """The words in one part of a list. Numbers need no comma between them; "1-3" could be a number or a range."""
    folded = fold(part)
    if folded.replace(" ", "").isdecimal() and not _RANGE.search(part):
        return folded.split()
    return [part] if folded else []


def _asking_text(question: Question, values: Sequence[str]) -> list[Option]:
    return [option for option in question.options if option.asks_text and option.value in values]


def _names_of(options: Sequence[Option]) -> list[Name]:
    return [
        Name(option.value, option.label, (option.value, source_words(option.short) if option.short else ""))
        for option in options
    ]


def _find_matches(words: str, names: Sequence[Name]) -> list[Name]:
    folded = fold(words)
    exact = _find_exact(folded, names) or _find_exact(same_word(folded), names)
    if exact:
        return exact
    position = read_position(words)
    if 1 <= position <= len(names):
        return [names[position - 1]]
    if len(folded.replace(" ", "")) < _SHORTEST_BEGINNING:
        return []
    return [name for name in names if any(word.startswith(folded) for word in _words_for(name))]


def _find_exact(folded: str, names: Sequence[Name]) -> list[Name]:
    """The names that are exactly these words. A label wins over an alias."""
    for width in (1, None):
        found = [name for name in names if folded and folded in _words_for(name)[:width]]
        if found:
            return found
    return []


def _words_for(name: Name) -> tuple[str, ...]:
    return _folded_names(source_words(name.label), name.aliases)


@lru_cache(maxsize=2048)
def _folded_names(label: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """All words for a name: the label, its parts in and outside brackets ("CAPI"), and the aliases. Numbers are no
    aliases: a typed number is a position in the list.
    """
    outside, inside = re.sub(r"\(.*?\)", " ", label), re.findall(r"\((.*?)\)", label)
    names = (label, *(name for name in (outside, *inside, *aliases) if not fold(name).isdecimal()))
    return tuple(dict.fromkeys(folded for folded in map(fold, names) if folded))


def _choices_hint(_: Question) -> Text:
    return Text("Boleh lebih dari satu: tulis nomornya dipisahkan koma, misalnya 1, 3.")


def _write(read: ReadOptions) -> Callable[[Question, Value, Reading], str]:
    """Writes options by their labels, one a line; by their numbers where the labels would read as something else."""

    def reads_as(question: Question, words: str, value: Value, reading: Reading) -> bool:
        try:
            return read(question, words, reading) == value
        except Unreadable:
            return False

    def write(question: Question, value: Value, reading: Reading) -> str:
        written = (words for words in _writings(question, value) if reads_as(question, words, value, reading))
        return next(written, "")

    return write


def _writings(question: Question, value: Value) -> Iterator[str]:
    picked = [(n, option) for n, option in enumerate(question.options, 1) if option.value in chosen(value)]
    other = value.get("other") if isinstance(value, dict) else None
    explained = f": {other}" if other else ""
    yield "\n".join(source_words(option.label) for _, option in picked) + explained
    yield "\n".join(source_words(option.short or option.label) for _, option in picked) + explained
    yield ", ".join(str(n) for n, _ in picked) + explained


CHOICE = AnswerKind(_read_choice, _show, _choice_fits, write=_write(_read_choice))
CHOICES = AnswerKind(_read_choices, _show, _choices_fit, _choices_hint, write=_write(_read_choices))
