"""The inputs of a question as HTML, by its kind. Pure functions; every word is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from bot.handlers.formpage import wording
from domain.files import FILE_TYPES
from domain.form.definition import Option, Question, Stage
from domain.form.fields import OTHER, row_count
from domain.form.page import QuestionView
from domain.frozen import frozen
from domain.text import Text
from locales import say

#: options above which a choice is a list that opens
_MANY_OPTIONS = 12
#: empty rows below the filled ones
_EMPTY_ROWS = 2
#: empty rows after "Tambah baris" without script
MORE_ROWS = 8
_DAYS = (("first", wording.FIRST_DAY), ("last", wording.LAST_DAY))
_INPUT_MODES = {"number": "numeric", "code": "numeric", "phone": "tel", "email": "email"}


@frozen
class Inputs:
    """One question for one reader. `extra_rows`: empty rows of a table."""

    view: QuestionView
    locale: str
    extra_rows: int = _EMPTY_ROWS

    @property
    def question(self) -> Question:
        return self.view.question

    def say(self, text: Text) -> str:
        return escape(say(text, self.locale))

    def name(self, field: str = "") -> str:
        return escape(f"q.{self.question.id}.{field}" if field else f"q.{self.question.id}")

    def id(self, field: str = "") -> str:
        return escape(f"f-{self.question.id}-{field}" if field else f"f-{self.question.id}")

    def words(self, field: str = "") -> str:
        return escape(self.view.fields.get(field, ""))

    @property
    def described(self) -> str:
        """Attributes that say which texts belong to an input."""
        question_id = escape(self.question.id)
        invalid = ' aria-invalid="true"' if self.view.outcome.text is not None else ""
        return f' aria-describedby="h-{question_id} e-{question_id}"{invalid}'


#: whether the inputs have a label each, below the name of the question
GROUPED = frozenset({"choice", "choices", "rows", "schedule", "file"})


def is_grouped(question: Question) -> bool:
    return question.kind in GROUPED and not is_list(question)


def is_list(question: Question) -> bool:
    """Whether the options are a list that opens; one that asks for words stands in a group with its other input."""
    return question.kind == "choice" and len(question.options) > _MANY_OPTIONS and not _asks_text(question)


def html(inputs: Inputs) -> str:
    if is_list(inputs.question):
        return _list(inputs)
    return _KINDS.get(inputs.question.kind, _line)(inputs)


def _line(inputs: Inputs) -> str:
    mode = _INPUT_MODES.get(inputs.question.kind, "")
    mode = f' inputmode="{mode}"' if mode else ""
    return (
        f'<input type="text" id="{inputs.id()}" name="{inputs.name()}" value="{inputs.words()}" autocomplete="off"'
        f"{mode}{inputs.described}>"
    )


def _text(inputs: Inputs) -> str:
    """A text of one line, which may be longer than a phone is wide."""
    return (
        f'<textarea class="line" id="{inputs.id()}" name="{inputs.name()}" rows="2" autocomplete="off"'
        f"{inputs.described}>\n{inputs.words()}</textarea>"
    )


def _area(inputs: Inputs) -> str:
    return (
        f'<textarea id="{inputs.id()}" name="{inputs.name()}" rows="6"{inputs.described}>\n{inputs.words()}</textarea>'
    )


def _list(inputs: Inputs) -> str:
    options = "".join(
        f'<option value="{escape(option.value)}"{_if(inputs.view.fields.get("") == option.value, " selected")}>'
        f"{inputs.say(option.label)}</option>"
        for option in inputs.question.options
    )
    choose = f'<option value="">{inputs.say(wording.CHOOSE)}</option>'
    return f'<select id="{inputs.id()}" name="{inputs.name()}"{inputs.described}>{choose}{options}</select>'


def _radios(inputs: Inputs) -> str:
    picked = inputs.view.fields.get("", "")
    return _options(inputs, "radio", lambda option: (inputs.name(), option.value, option.value == picked))


def _ticks(inputs: Inputs) -> str:
    fields = inputs.view.fields
    return _options(
        inputs,
        "checkbox",
        lambda option: (inputs.name(f"pick.{option.value}"), "1", bool(fields.get(f"pick.{option.value}"))),
    )


def _options(inputs: Inputs, type_: str, input_of: Callable[[Option], tuple[str, str, bool]]) -> str:
    parts = []
    for option in inputs.question.options:
        name, value, is_picked = input_of(option)
        state = f"{_if(is_picked, ' checked')}{_if(option.asks_text, ' data-other')}"
        parts.append(
            f'<label class="option"><input type="{type_}" name="{name}" value="{escape(value)}"{state}'
            f"{inputs.described}> <span>{inputs.say(option.label)}</span></label>"
        )
    if _asks_text(inputs.question):
        parts.append(
            f'<label class="other" for="{inputs.id(OTHER)}">{inputs.say(wording.OTHER)}</label>'
            f'<input type="text" id="{inputs.id(OTHER)}" name="{inputs.name(OTHER)}" value="{inputs.words(OTHER)}"'
            f' autocomplete="off"{inputs.described}>'
        )
    return f'<div class="options">{"".join(parts)}</div>'


def _asks_text(question: Question) -> bool:
    return any(option.asks_text for option in question.options)


def _table(inputs: Inputs) -> str:
    question = inputs.question
    columns = (wording.AREA,) if question.areas else tuple(column.label for column in question.columns)
    head = "".join(f'<th scope="col">{inputs.say(column)}</th>' for column in (wording.NUMBER, *columns))
    most = question.limits.max_rows or row_count(inputs.view.fields) + inputs.extra_rows
    count = min(most, row_count(inputs.view.fields) + inputs.extra_rows)
    rows = "".join(_row(inputs, number) for number in range(1, count + 1))
    more = (
        f'<button type="submit" class="chip" name="more" value="{escape(question.id)}">'
        f"{inputs.say(wording.MORE_ROWS)}</button>"
    )
    return f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{more}</p>'


def _row(inputs: Inputs, number: int) -> str:
    cells = "".join(f"<td>{cell}</td>" for cell in _cells(inputs, number))
    return f'<tr><th scope="row">{number}</th>{cells}</tr>'


def _cells(inputs: Inputs, number: int) -> Iterator[str]:
    if inputs.question.areas:
        yield _cell(inputs, str(number), wording.row_cell(number, wording.AREA), wording.AREA, is_long=False)
        return
    for column in inputs.question.columns:
        label = wording.row_cell(number, column.label)
        yield _cell(inputs, f"{number}.{column.id}", label, column.label, is_long=column.kind == "longtext")


def _cell(inputs: Inputs, field: str, label: Text, column: Text, *, is_long: bool) -> str:
    """`column`: shown above the cell where the table does not fit."""
    named = f'name="{inputs.name(field)}" aria-label="{inputs.say(label)}"{inputs.described}'
    shown = f'<span class="column" aria-hidden="true">{inputs.say(column)}</span>'
    if is_long:
        return f'{shown}<textarea {named} rows="2">\n{inputs.words(field)}</textarea>'
    return f'{shown}<input type="text" {named} value="{inputs.words(field)}" autocomplete="off">'


def _schedule(inputs: Inputs) -> str:
    columns = (wording.STAGE, *(label for _, label in _DAYS))
    head = "".join(f'<th scope="col">{inputs.say(column)}</th>' for column in columns)
    rows = "".join(_stage(inputs, stage) for stage in inputs.question.stages)
    return f'<table class="schedule"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _stage(inputs: Inputs, stage: Stage) -> str:
    optional = "" if stage.required else f" <small>({inputs.say(wording.OPTIONAL)})</small>"
    cells = "".join(
        f"<td>{_cell(inputs, f'{stage.id}.{day}', wording.stage_day(stage.label, label), label, is_long=False)}</td>"
        for day, label in _DAYS
    )
    return f'<tr><th scope="row">{inputs.say(stage.label)}{optional}</th>{cells}</tr>'


def _files(inputs: Inputs) -> str:
    """The inputs belong to a form of their own, which stands behind the section's: a form cannot stand in a form."""
    form = f'form="{upload_form(inputs.question)}"'
    files = ((str(file.get("name", "")), str(file.get("id", ""))) for file in inputs.view.files)
    listed = "".join(_file(inputs, name, file_id, form) for name, file_id in files)
    shown = f'<ul class="files">{listed}</ul>' if listed else f"<p>{inputs.say(wording.NO_FILES)}</p>"
    types = ",".join(FILE_TYPES[kind].extension for kind in inputs.question.limits.accept)
    return (
        f'{shown}<label for="{inputs.id()}">{inputs.say(wording.PICK_FILE)}</label>'
        f'<input type="file" id="{inputs.id()}" name="file" accept="{types}" {form}{inputs.described}> '
        f'<button type="submit" class="chip" {form}>{inputs.say(wording.UPLOAD)}</button>'
    )


def _file(inputs: Inputs, name: str, file_id: str, form: str) -> str:
    return (
        f'<li>{escape(name)} <button type="submit" class="chip" name="remove" value="{escape(file_id)}" {form}>'
        f"{inputs.say(wording.remove_file(name))}</button></li>"
    )


def upload_form(question: Question) -> str:
    """The id of the form with the uploads of a question."""
    return escape(f"files-{question.id}")


def _if(condition: bool, words: str) -> str:
    return words if condition else ""


_KINDS: Mapping[str, Callable[[Inputs], str]] = {
    "text": _text,
    "longtext": _area,
    "choice": _radios,
    "choices": _ticks,
    "rows": _table,
    "schedule": _schedule,
    "file": _files,
}
