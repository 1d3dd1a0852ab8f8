"""A form as a file that people fill in elsewhere: the words in its cells, and how answers are written and read there.

Every cell has a key that stands in the file: the id of a question, or the id and a stage ("jadwal/perencanaan").
Tables have rows of their own. So rows of the file may be moved, and a file of an older state still reads.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zlib import crc32

from domain.form import answers
from domain.form.areas import read_area
from domain.form.definition import Answers, Form, Question, Value
from domain.form.form_cells import FormCells, ReturnedForm, Row
from domain.form.reading import Reading, Unreadable, is_left_out
from domain.form.rows import check_count, read_cells, write_row
from domain.form.schedules import write_stages
from domain.frozen import frozen
from domain.text import Json, Text, one_line

_FORMULA = Text("Sel ini berisi rumus. Tulis isinya tanpa rumus, lalu kirim lagi.")


@frozen
class FormFile:
    """What a file shows."""

    form: Form
    questions: tuple[Question, ...]
    answers: Answers
    cells: FormCells  #: the same answers as words
    locked: Collection[str]  #: ids of questions whose answer must not change
    remarks: Mapping[str, str]  #: in a revision: id of a question → what the examiner says
    mark: str
    day: date  #: on which it is drawn


def keys_of(question: Question) -> tuple[str, ...]:
    """The keys of the cells of a question; none for a table."""
    if question.columns:
        return ()
    return tuple(stage_key(question, stage.id) for stage in question.stages) or (question.id,)


def stage_key(question: Question, stage_id: str) -> str:
    return f"{question.id}/{stage_id}"


def is_written_in_file(question: Question, value: Value) -> bool:
    """Uploads are sent in the chat; a file can only leave them out, unless they are there (`value`) or required."""
    return not answers.is_upload(question) or (value is None and not question.required)


def digest(value: Value) -> str:
    """Identifies an answer: a file names so what it was drawn with."""
    return f"{crc32(json.dumps(value, sort_keys=True).encode()):x}"


def is_blank(cells: FormCells, question: Question) -> bool:
    """Whether nothing is written for the question."""
    rows = cells.tables.get(question.id, ())
    return not any(cells.words.get(key, "").strip() for key in keys_of(question)) and not any(map(any, rows))


def write_answers(questions: Sequence[Question], given: Answers, reading: Reading) -> FormCells:
    """The cells with the answers so far; `read_answer` reads the same answers."""
    words: dict[str, str] = {}
    tables: dict[str, tuple[Row, ...]] = {}
    for question in questions:
        value = given.get(question.id)
        if question.columns:
            rows = value if isinstance(value, list) else []
            tables[question.id] = tuple(write_row(question, row, reading) for row in rows if isinstance(row, dict))
        elif question.stages:
            words |= {stage_key(question, id): period for id, period in write_stages(value).items()}
        elif question.id in given and is_written_in_file(question, value):
            words[question.id] = _left_out(question) if value is None else _write(question, value, reading)
    return FormCells({key: written for key, written in words.items() if written}, tables)


def read_answer(question: Question, returned: ReturnedForm, reading: Reading) -> Value:
    """What a question's cells say, as the chat reads it. `None`: the question is left out. Raises `Unreadable`."""
    if {*keys_of(question), question.id} & set(returned.formulas):
        raise Unreadable(_FORMULA)
    value = _read(question, returned.cells, reading)
    if not answers.still_reads(question, value):
        raise Unreadable(Text("Isian %(code)s belum sesuai. Silakan perbaiki dahulu.", code=question.code))
    return value


def _read(question: Question, cells: FormCells, reading: Reading) -> Value:
    if question.columns:
        return _read_rows(question, cells.tables.get(question.id, ()), reading)
    if question.stages:
        periods = {stage.id: cells.words.get(stage_key(question, stage.id), "") for stage in question.stages}
        written = [f"{id}: {one_line(words)}" for id, words in periods.items() if words.strip()]
        return answers.read(question, "\n".join(written), reading)
    words = cells.words[question.id]
    if question.required or not is_left_out(words):
        return answers.read(question, words, reading)
    return None if _left_out(question) else answers.read(question, words, reading)


def _write(question: Question, value: Value, reading: Reading) -> str:
    return answers.KINDS[question.kind].write(question, value, reading)


def _left_out(question: Question) -> str:
    return "" if question.required else answers.KINDS[question.kind].left_out


def _read_rows(question: Question, rows: Sequence[Row], reading: Reading) -> Value:
    found: list[Json] = []
    for number, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        try:
            found.append(_read_row(question, row, reading))
        except Unreadable as problem:
            raise Unreadable(Text("Baris %(number)s: %(problem)s", number=number, problem=problem.text)) from problem
    check_count(question, len(found))
    return found


def _read_row(question: Question, row: Row, reading: Reading) -> dict[str, Json]:
    """A row of areas may hold only the name or the code of a district."""
    written = [cell for cell in row if cell.strip()]
    if question.areas and len(written) == 1 and (area := read_area(written[0], reading)) is not None:
        return area
    return read_cells(question, row, reading)
