"""Answers as the fields of a form on a page: a stored value becomes the words of its inputs, and back.

`Fields` maps the name of an input to its words. A question with one input has the name "". The inputs of a choice are
"" and "other", of several choices "pick.<option>" and "other", of a table "<row>.<column>" (of areas "<row>"), of a
schedule "<stage>.first" and "<stage>.last".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TypeAlias

from domain.form import answers
from domain.form.areas import read_area
from domain.form.dates import read_date, read_period, stored_day
from domain.form.definition import Question, Stage, Value, chosen
from domain.form.options import NeedsOther, with_other
from domain.form.reading import Reading, Unreadable, is_left_out
from domain.form.rows import CELL_KINDS, read_cell, read_row
from domain.frozen import frozen
from domain.text import Json, Text, excerpt, many_lines

Fields: TypeAlias = Mapping[str, str]

#: the name of the input of a question that has one
WHOLE = ""
#: the name of the input for the text of "Lainnya"
OTHER = "other"
#: rows of a table, where the question sets no limit
MAX_ROWS = 500
#: digits of the number of a row
_ROW = re.compile(r"[1-9]\d{0,3}")
#: kinds in which words such as "tidak ada" would read as an answer
_TAKES_ANY_WORDS: Mapping[str, bool] = {"text": True, "longtext": True}


@frozen
class FieldsKind:
    """How one kind of answer becomes inputs."""

    of_value: Callable[[Question, Value, Reading], dict[str, str]]
    #: raises `Unreadable`; the fields are not all empty
    read: Callable[[Question, Fields, Reading], Value]


def fields_of(question: Question, value: Value, reading: Reading) -> dict[str, str]:
    """The words of the inputs for a stored value. What the form no longer accepts is shown as far as it fits."""
    return {} if value is None else _FIELDS.get(question.kind, _ONE_INPUT).of_value(question, value, reading)


def read_fields(question: Question, fields: Fields, reading: Reading) -> Value:
    """The value to store; `None` where an optional question is left out. Raises `Unreadable`."""
    if is_empty(fields):
        if question.required:
            raise Unreadable(Text("Isian ini wajib, jadi tidak dapat dikosongkan."))
        return None
    value = _FIELDS.get(question.kind, _ONE_INPUT).read(question, fields, reading)
    if value is not None and not answers.still_reads(question, value):
        raise Unreadable(Text("Isian %(code)s belum sesuai. Silakan perbaiki dahulu.", code=question.code))
    return value


def is_empty(fields: Fields) -> bool:
    """Whether nothing is filled in or ticked."""
    return not any(words.strip() for words in fields.values())


def fingerprint(fields: Fields) -> str:
    """Identifies what the inputs hold: equal for inputs that read the same. Empty inputs do not count."""
    filled = sorted((name, many_lines(words)) for name, words in fields.items() if words.strip())
    return sha256(repr(filled).encode()).hexdigest()[:16]


# One input ------------------------------------------------------------------------------------------------------------


def _plain_words(value: Value) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _words_of_day(value: Value) -> str:
    day = stored_day(value)
    return f"{day:%d/%m/%Y}" if day else _plain_words(value)


#: kind → a stored value as people type it, where that differs
_TYPED: Mapping[str, Callable[[Value], str]] = {"date": _words_of_day}


def _words_of(question: Question, value: Value) -> str:
    return _TYPED.get(question.kind, _plain_words)(value)


def _one_of_value(question: Question, value: Value, _: Reading) -> dict[str, str]:
    return {WHOLE: _words_of(question, value)}


def _read_one(question: Question, fields: Fields, reading: Reading) -> Value:
    words = fields.get(WHOLE, "")
    may_be_skipped = not question.required and is_left_out(words)
    if may_be_skipped and _TAKES_ANY_WORDS.get(question.kind):
        return None
    try:
        return answers.read(question, words, reading)
    except Unreadable:
        if may_be_skipped:
            return None
        raise


# Options --------------------------------------------------------------------------------------------------------------


def _other_of(value: Value) -> dict[str, str]:
    other = value.get("other") if isinstance(value, dict) else None
    return {OTHER: other} if isinstance(other, str) else {}


def _choice_of_value(_: Question, value: Value, __: Reading) -> dict[str, str]:
    return {WHOLE: next(iter(chosen(value)), "")} | _other_of(value)


def _read_choice(question: Question, fields: Fields, _: Reading) -> Value:
    option = question.option(fields.get(WHOLE, ""))
    if option is None:
        raise Unreadable(Text("Pilih salah satu."))
    return _with_other(question, (option.value,), fields) if option.asks_text else option.value


def _choices_of_value(question: Question, value: Value, _: Reading) -> dict[str, str]:
    return {f"pick.{picked}": "1" for picked in chosen(value)} | _other_of(value)


def _read_choices(question: Question, fields: Fields, _: Reading) -> Value:
    picked = tuple(option.value for option in question.options if fields.get(f"pick.{option.value}"))
    least = max(question.limits.min_choices, 1)
    if len(picked) < least:
        raise Unreadable(Text("Pilih paling sedikit %(least)s.", least=least))
    return _with_other(question, picked, fields)


def _with_other(question: Question, picked: tuple[str, ...], fields: Fields) -> Value:
    """The words for "Lainnya" count only while it is picked."""
    asks = any(option.asks_text and option.value in picked for option in question.options)
    try:
        return with_other(question, picked, fields.get(OTHER, "") if asks else "")
    except NeedsOther as needs:
        raise Unreadable(needs.text) from needs


# Tables ---------------------------------------------------------------------------------------------------------------


def _rows_of_value(question: Question, value: Value, reading: Reading) -> dict[str, str]:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    if question.areas:
        return {str(number): _area_words(question, row, reading) for number, row in enumerate(rows, 1)}
    return {
        f"{number}.{column.id}": _cell_words(column, row.get(column.id))
        for number, row in enumerate(rows, 1)
        for column in question.columns
    }


def _cell_words(column: Question, cell: Json) -> str:
    return _words_of(column, CELL_KINDS[column.kind].of_cell(cell)) if isinstance(cell, str) else ""


def _area_words(question: Question, row: Mapping[str, Json], reading: Reading) -> str:
    """The name of a district that is known, else all cells of the row."""
    name = str(row.get("nama_kabupaten_kota", ""))
    if read_area(name, reading) == row:
        return name
    return " | ".join(str(row.get(column.id) or "-") for column in question.columns)


def row_count(fields: Fields) -> int:
    """The number of the last row in which something is filled in."""
    return max((row_number(name) for name, words in fields.items() if words.strip()), default=0)


def row_number(name: str) -> int:
    """Of the row that an input stands in; 0 for an input outside of rows."""
    first = name.partition(".")[0]
    return int(first) if _ROW.fullmatch(first) else 0


def _read_rows(question: Question, fields: Fields, reading: Reading) -> Value:
    most = question.limits.max_rows or MAX_ROWS
    numbers = sorted({row_number(name) for name, words in fields.items() if words.strip()} - {0})
    if len(numbers) > most:
        raise Unreadable(Text("Paling banyak %(most)s baris.", most=most))
    rows: list[Json] = [_read_numbered_row(question, number, fields, reading) for number in numbers]
    if not rows:
        raise Unreadable(Text("Isi paling sedikit satu baris."))
    return rows


def _read_numbered_row(question: Question, number: int, fields: Fields, reading: Reading) -> dict[str, Json]:
    try:
        if question.areas:
            return read_row(question, fields.get(str(number), ""), reading)
        return {
            column.id: _read_named_cell(column, fields.get(f"{number}.{column.id}", ""), reading)
            for column in question.columns
        }
    except Unreadable as problem:
        raise Unreadable(Text("Baris %(number)s: %(problem)s", number=number, problem=problem.text)) from problem


def _read_named_cell(column: Question, words: str, reading: Reading) -> str:
    try:
        return read_cell(column, words, reading)
    except Unreadable as problem:
        named = Text("Kolom “%(column)s”: %(problem)s", column=column.label, problem=problem.text)
        raise Unreadable(named) from problem


# Schedules ------------------------------------------------------------------------------------------------------------


def _schedule_of_value(_: Question, value: Value, __: Reading) -> dict[str, str]:
    fields: dict[str, str] = {}
    for stage, period in (value if isinstance(value, dict) else {}).items():
        days = period if isinstance(period, list) else []
        for name, stored in zip(("first", "last"), days, strict=False):
            day = stored_day(stored)
            fields[f"{stage}.{name}"] = f"{day:%d/%m/%Y}" if day else str(stored)
    return fields


def _read_schedule(question: Question, fields: Fields, reading: Reading) -> Value:
    periods = {stage.id: _read_stage(stage, fields, reading) for stage in question.stages}
    return {stage: period for stage, period in periods.items() if period}


def _read_stage(stage: Stage, fields: Fields, reading: Reading) -> list[Json] | None:
    first, last = (fields.get(f"{stage.id}.{name}", "").strip() for name in ("first", "last"))
    if not first and not last and not stage.required:
        return None
    try:
        if not first or not last:
            raise Unreadable(Text("Isi hari pertama dan hari terakhirnya."))
        days = (read_date(words, reading) for words in (first, last))
        begins, ends = read_period(" - ".join(f"{day:%d/%m/%Y}" for day in days), reading)
    except Unreadable as problem:
        named = Text("%(stage)s: %(problem)s", stage=stage.label, problem=problem.text)
        raise Unreadable(named) from problem
    return [begins.isoformat(), ends.isoformat()]


# Files ----------------------------------------------------------------------------------------------------------------


def _nothing_of_value(_: Question, __: Value, ___: Reading) -> dict[str, str]:
    return {}


def _refuse_words(question: Question, fields: Fields, reading: Reading) -> Value:
    return answers.read(question, excerpt(fields.get(WHOLE, "")), reading)


_ONE_INPUT = FieldsKind(_one_of_value, _read_one)
_FIELDS: Mapping[str, FieldsKind] = {
    "choice": FieldsKind(_choice_of_value, _read_choice),
    "choices": FieldsKind(_choices_of_value, _read_choices),
    "rows": FieldsKind(_rows_of_value, _read_rows),
    "schedule": FieldsKind(_schedule_of_value, _read_schedule),
    "file": FieldsKind(_nothing_of_value, _refuse_words),
}
