"""Reads the fields of a form that came back as a PDF. Everything in it is untrusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Pdf, PikepdfError, String

from domain.form.form_cells import (
    MARK_FIELD,
    MAX_CELL,
    OTHER_FIELD,
    TABLE_FIELD,
    TICK_FIELD,
    WORDS_FIELD,
    FormCells,
    ReturnedForm,
    Row,
)
from storage.inspection.result import FileRefused

#: fields that are read; ours have a few hundred
_MAX_FIELDS = 5_000
#: rows and columns of a table
_MAX_ROWS, _MAX_COLUMNS = 500, 20


def read_form_pdf(content: bytes) -> ReturnedForm | None:
    """`None` for a PDF that is not one of ours. Call it after the checks. Raises `FileRefused`."""
    try:
        with Pdf.open(BytesIO(content)) as pdf:
            fields = dict(_fields(pdf))
    except (PikepdfError, ValueError, TypeError, LookupError, RuntimeError) as error:
        raise FileRefused("damaged") from error
    if MARK_FIELD not in fields:
        return None
    return ReturnedForm(fields[MARK_FIELD], FormCells(_words(fields), _tables(fields)))


def _fields(pdf: Pdf) -> Iterator[tuple[str, str]]:
    """Names and words of all fields. A field below another one has both names, with a point between them."""
    form = pdf.Root.get("/AcroForm")
    top = form.get("/Fields") if isinstance(form, Dictionary) else None
    waiting = [("", field) for field in top] if isinstance(top, Array) else []
    for _ in range(_MAX_FIELDS):
        if not waiting:
            return
        above, field = waiting.pop()
        if not isinstance(field, Dictionary):
            continue
        part = field.get("/T")
        name = ".".join(filter(None, (above, str(part) if isinstance(part, String) else "")))
        below = field.get("/Kids")
        waiting += [(name, kid) for kid in below] if isinstance(below, Array) else []
        if "/V" in field:
            yield name, _value(field.get("/V"))
    raise FileRefused("bomb")


def _value(value: Object | None) -> str:
    """The words of a field; of a box to tick "1" or nothing."""
    if isinstance(value, String):
        return str(value)[:MAX_CELL]
    return "1" if isinstance(value, Name) and value != Name.Off else ""


def _words(fields: Mapping[str, str]) -> dict[str, str]:
    """Ticked options become their numbers, as they are typed in the chat: "1, 3: wawancara daring"."""
    words, ticked = dict[str, str](), defaultdict[str, list[int]](list)
    for name, value in fields.items():
        match name.split("/"):
            case [kind, *key] if kind == WORDS_FIELD and value:
                words["/".join(key)] = value
            case [kind, id, number] if kind == TICK_FIELD and value and number.isdecimal():
                ticked[id].append(int(number))
    others = {name.partition("/")[2]: value for name, value in fields.items() if name.startswith(f"{OTHER_FIELD}/")}
    for id in {*ticked, *(id for id, value in others.items() if value)}:
        numbers = ", ".join(map(str, sorted(ticked[id])))
        words[id] = f"{numbers}: {others[id]}" if others.get(id) else numbers
    return words


def _tables(fields: Mapping[str, str]) -> dict[str, tuple[Row, ...]]:
    cells: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for name, value in fields.items():
        match name.split("/"):
            case [kind, id, row, column] if kind == TABLE_FIELD and row.isdecimal() and column.isdecimal():
                if 1 <= int(row) <= _MAX_ROWS and 1 <= int(column) <= _MAX_COLUMNS:
                    cells[id][int(row), int(column)] = value
    return {id: _rows(table) for id, table in cells.items()}


def _rows(table: Mapping[tuple[int, int], str]) -> tuple[Row, ...]:
    """Empty rows at the end are left out."""
    height = max((row for (row, _), words in table.items() if words.strip()), default=0)
    width = max(column for _, column in table)
    return tuple(tuple(table.get((row, column), "") for column in range(1, width + 1)) for row in range(1, height + 1))
