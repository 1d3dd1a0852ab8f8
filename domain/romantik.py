"""The answers of a case in the field names of Romantik, BPS's own application.

The names stand at the questions of the form (`romantik`), as public material shows them. What has no known name is left
out and named; how Romantik writes values is not known, so they are words as on the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from domain.form.answers import show
from domain.form.definition import Answers, Form, Question, Value
from domain.form.schedules import write_stages
from domain.frozen import frozen
from domain.text import Text, verbatim

#: stage of the schedule → its field; Romantik has no field for the others
STAGES: Mapping[str, str] = {
    "perencanaan": "perencanaan_kegiatan",
    "pengumpulan": "pengumpulan_data",
    "pengolahan": "pengolahan_data",
    "analisis": "analisis",
    "diseminasi": "penyajian",
}
#: columns of the variables that Romantik has
COLUMNS = ("nama", "definisi", "referensi_waktu")
#: ends the name of a list
_LIST = "[]"


@frozen
class Field:
    """One value of the export. `path`: names of objects and places in lists, from the outermost."""

    path: tuple[str | int, ...]
    question: Question
    words: Text


def fields(form: Form, answers: Answers) -> list[Field]:
    return [
        Field((*question.romantik.removesuffix(_LIST).split("."), *path), question, words)
        for question in form.questions.values()
        if question.romantik and answers.get(question.id) is not None
        for path, words in _values(question, answers[question.id])
    ]


def left_out(form: Form, answers: Answers) -> list[Question]:
    """Answered questions that have no known field, in whole or in part."""
    return [
        question
        for question in form.questions.values()
        if answers.get(question.id) is not None and (not question.romantik or _is_partial(question))
    ]


def nested(found: Sequence[Field], words: Sequence[str]) -> dict[str, object]:
    """The document. `words`: of each field, in the reader's language. Lists begin at 1 in paths."""
    document: dict[str, object] = {}
    for field, value in zip(found, words, strict=True):
        place: dict[str, object] = document
        for name in field.path[:-1]:
            inner = place.setdefault(str(name), {})
            place = inner if isinstance(inner, dict) else {}
        place[str(field.path[-1])] = value
    return {name: _with_lists(value) for name, value in document.items()}


def _with_lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(entry) for name, entry in value.items()}
    return list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner


def _values(question: Question, value: Value) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    if question.kind == "schedule":
        periods = write_stages(value)
        yield from (((name,), verbatim(periods[id])) for id, name in STAGES.items() if id in periods)
    elif question.kind == "rows" and isinstance(value, list):
        for number, row in enumerate(value, 1):
            cells = row if isinstance(row, dict) else {}
            yield from (((number, name), verbatim(str(cells[name]))) for name in COLUMNS if cells.get(name))
    elif question.romantik.endswith(_LIST) and isinstance(value, list):
        yield from (((number,), show(question, [entry])) for number, entry in enumerate(value, 1))
    else:
        yield (), show(question, value)


def _is_partial(question: Question) -> bool:
    known = {"schedule": set(STAGES), "rows": set(COLUMNS)}.get(question.kind)
    parts = {stage.id for stage in question.stages} | {column.id for column in question.columns}
    return known is not None and not parts <= known
