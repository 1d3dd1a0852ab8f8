"""Answers that are whole numbers, years among them."""

from __future__ import annotations

import re

from domain.form.dates import refuse_far_future
from domain.form.definition import Question, Value
from domain.form.kind import AnswerKind
from domain.form.reading import Reading, Unreadable
from domain.number_words import read_number_words
from domain.text import Arg, Text, excerpt, one_line, verbatim
from domain.vocabulary import VOCABULARY

#: "1500", "1.500", "1,500", "1 500"; not "0.500", which is a fraction
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|(?!0)\d{1,3}([., ])\d{3}(?:\1\d{3}){0,3})")
_BEFORE = re.compile(rf"(?:(?:{'|'.join(map(re.escape, VOCABULARY.before_quantity))})(?:(?<!\w)|(?!\w))\s*)+")
#: a quantity and one or two words for its unit: "20 orang", "500 rumah tangga"
_WITH_UNIT = re.compile(r"(?P<quantity>[\d., ]*\d) ?(?P<unit>[^\W\d_]+(?: [^\W\d_]+)?)")
#: the same number in words behind it: "25 (dua puluh lima)"
_IN_WORDS = re.compile(rf" ?\((?:(?:{'|'.join(VOCABULARY.number_words)})\b ?)+\)(?=$| )")
_RANGE = re.compile(r"\d[\d.,]* ?(?:[-–—]|sampai|hingga|s/d|s\.?d\.?|atau|to|or) ?\d[\d.,]*(?: [^\W\d_]+)*")
_STORED_NUMBER = re.compile(r"-?[0-9]{1,15}")
#: words for a year → years from this one
_RELATIVE_YEARS = {"ini": 0, "sekarang": 0, "depan": 1, "this": 0, "next": 1}
#: words of a unit behind a quantity
_UNIT_WORDS = 2
_LONGEST = 80  #: characters; longer words are not read
#: a question whose smallest answer is at least this asks for a year
_FIRST_YEAR = 1900


def _is_year(question: Question) -> bool:
    return (question.limits.min or 0) >= _FIRST_YEAR


def _as_argument(question: Question, number: int) -> Arg:
    """A year as `str`, so that it is written without separators."""
    return str(number) if _is_year(question) else number


def _read(question: Question, words: str, reading: Reading) -> int:
    typed = _quantity(question, words)
    number = int(re.sub(r"[., ]", "", typed)) if _NUMBER.fullmatch(typed) else _in_words(question, typed)
    if number is None and _is_year(question):
        number = _year_of(typed, reading)
    if number is None and _RANGE.fullmatch(typed):
        raise Unreadable(Text("“%(words)s” menyebut dua bilangan. Tulis satu bilangan saja.", words=excerpt(words)))
    if number is None or (_is_year(question) and not 1000 <= number <= 9999):
        raise Unreadable(_hint(question))
    limits = question.limits
    if limits.min is not None and number < limits.min:
        raise Unreadable(Text("Paling sedikit %(least)s.", least=_as_argument(question, limits.min)))
    if limits.max is not None and number > limits.max:
        raise Unreadable(Text("Paling besar %(most)s.", most=_as_argument(question, limits.max)))
    refuse_far_future(question, number, reading)
    return number


def _quantity(question: Question, words: str) -> str:
    """The typed number without "kira-kira" before it and without its unit."""
    typed = one_line(words).casefold().replace("−", "-").replace("．", ".").rstrip(".")
    if len(typed) > _LONGEST:
        return ""
    typed = _IN_WORDS.sub("", typed, count=1) if typed[:1].isdigit() else typed
    typed = typed[found.end() :] if (found := _BEFORE.match(typed)) else typed
    united = None if _is_year(question) else _WITH_UNIT.fullmatch(typed)
    unit = united["unit"].split() if united else []
    if united and all(map(str.isalpha, unit)) and VOCABULARY.changes_quantity.isdisjoint(unit):
        return united["quantity"]
    return typed


def _year_of(typed: str, reading: Reading) -> int | None:
    """ "Tahun depan" is a year; `typed` may lack the first word."""
    ahead = _RELATIVE_YEARS.get(typed.removesuffix(" year"))
    return None if ahead is None else reading.today.year + ahead


def _in_words(question: Question, typed: str) -> int | None:
    """ "dua ribu dua puluh tujuh"; a quantity may have its unit behind it: "dua puluh lima orang"."""
    said = typed.split()
    most_units = 0 if _is_year(question) else _UNIT_WORDS
    for count in range(min(most_units, len(said) - 1) + 1):
        words, unit = said[: len(said) - count], said[len(said) - count :]
        if not any(map(_changes_number, unit)) and (number := read_number_words(" ".join(words))) is not None:
            return number
    return None


def _changes_number(word: str) -> bool:
    """Whether a word behind a number is no unit: "tiga empat", "dua puluhan"."""
    changes = word in VOCABULARY.changes_quantity or word in VOCABULARY.number_words
    return changes or word.startswith(("puluh", "belas", "ratus", "ribu", "juta"))


def _show(question: Question, value: Value) -> Text:
    if isinstance(value, int):
        return Text("%(number)s", number=_as_argument(question, value))
    return verbatim(str(value))


def _fits(question: Question, value: Value) -> bool:
    least, most = question.limits.min, question.limits.max
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return (least is None or value >= least) and (most is None or value <= most)


def _hint(question: Question) -> Text:
    if _is_year(question):
        return Text("Tulis tahun dengan empat angka, misalnya 2027.")
    return Text("Tulis jumlahnya dengan angka tanpa koma, misalnya 25 atau 1.500.")


def _of_cell(cell: str) -> Value:
    return int(cell) if _STORED_NUMBER.fullmatch(cell) else cell


NUMBER = AnswerKind(_read, _show, _fits, _hint, of_cell=_of_cell)
