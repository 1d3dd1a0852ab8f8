"""Answers that are whole numbers, years among them."""

from __future__ import annotations

import re

from domain.form.dates import refuse_far_future
from domain.form.definition import Question, Value
from domain.form.kind import AnswerKind
from domain.form.reading import Reading, Unreadable
from domain.text import Arg, Text, one_line, verbatim

#: "1500", "1.500", "1 500"; not "0.500", which is a fraction
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|(?!0)\d{1,3}([. ])\d{3}(?:\1\d{3}){0,3})")
_STORED_NUMBER = re.compile(r"-?[0-9]{1,15}")
#: a question whose smallest answer is at least this asks for a year
_FIRST_YEAR = 1900


def _is_year(question: Question) -> bool:
    return (question.limits.min or 0) >= _FIRST_YEAR


def _as_argument(question: Question, number: int) -> Arg:
    """A year as `str`, so that it is written without separators."""
    return str(number) if _is_year(question) else number


def _read(question: Question, words: str, reading: Reading) -> int:
    typed = one_line(words).replace("−", "-").replace("．", ".").rstrip(".")
    number = int(re.sub(r"[. ]", "", typed)) if _NUMBER.fullmatch(typed) else None
    if number is None or (_is_year(question) and not 1000 <= number <= 9999):
        raise Unreadable(_hint(question))
    limits = question.limits
    if limits.min is not None and number < limits.min:
        raise Unreadable(Text("Paling sedikit %(least)s.", least=_as_argument(question, limits.min)))
    if limits.max is not None and number > limits.max:
        raise Unreadable(Text("Paling besar %(most)s.", most=_as_argument(question, limits.max)))
    refuse_far_future(question, number, reading)
    return number


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
    return Text("Tulis satu bilangan bulat dengan angka, misalnya 25 atau 1.500.")


def _of_cell(cell: str) -> Value:
    return int(cell) if _STORED_NUMBER.fullmatch(cell) else cell


NUMBER = AnswerKind(_read, _show, _fits, _hint, of_cell=_of_cell)
