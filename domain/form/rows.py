"""Answers that are tables: one record a row, every cell stored as words: `[{"nama": "…", "definisi": "…"}]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.form.areas import read_area
from domain.form.contacts import EMAIL, PHONE
from domain.form.dates import DATE
from domain.form.definition import Question, Value
from domain.form.kind import AnswerKind
from domain.form.numbers import NUMBER
from domain.form.options import CHOICE
from domain.form.reading import Reading, Unreadable, is_left_out, with_example
from domain.form.texts import CODE, LONGTEXT, TEXT
from domain.text import Json, Text, excerpt, joined, lines, many_lines, normalize, verbatim

#: the kinds of answers that fit into one cell
CELL_KINDS: Mapping[str, AnswerKind] = {
    "text": TEXT,
    "longtext": LONGTEXT,
    "code": CODE,
    "phone": PHONE,
    "email": EMAIL,
    "number": NUMBER,
    "date": DATE,
    "choice": CHOICE,
}
#: rows of a long table that `show_short` shows
_FIRST_ROWS = 5


def read_row(question: Question, words: str, reading: Reading) -> dict[str, Json]:
    """One record from one message, cells in the order of the columns: "nama | konsep | definisi | referensi waktu".

    An optional cell may be empty or "-" and is stored as "". Where the question asks for areas, the name or the code of
    one of the province's districts is a whole record. Raises `Unreadable`, which names the column that is wrong.
    """
    typed = normalize(words).replace("｜", "|").strip()
    if question.areas and "|" not in typed:
        area = read_area(typed, reading)
        if area is None:
            raise Unreadable(_no_such_area(question, typed, reading))
        return area
    cells = typed.removeprefix("|").removesuffix("|").split("|")
    if len(cells) > len(question.columns):
        raise Unreadable(
            Text(
                "Ada %(count)s bagian, seharusnya %(most)s: %(columns)s.",
                count=len(cells),
                most=len(question.columns),
                columns=_column_names(question),
            )
        )
    return read_cells(question, cells + [""] * (len(question.columns) - len(cells)), reading)


def read_cells(question: Question, cells: Sequence[str], reading: Reading) -> dict[str, Json]:
    """One record from the words of its cells, in the order of the columns. Raises `Unreadable`, as `read_row`."""
    row: dict[str, Json] = {
        column.id: _read_named_cell(column, cell, reading) for column, cell in zip(question.columns, cells, strict=True)
    }
    if not any(row.values()):
        raise Unreadable(Text("Baris ini masih kosong. Tulis %(columns)s.", columns=_column_names(question)))
    return row


def read_cell(column: Question, words: str, reading: Reading) -> str:
    """The words of one cell; "" for an optional cell that is empty or a dash. Raises `Unreadable`."""
    if not column.required and is_left_out(words):
        return ""
    return str(CELL_KINDS[column.kind].read(column, words, reading))


def _read_named_cell(column: Question, words: str, reading: Reading) -> str:
    try:
        return read_cell(column, words, reading)
    except Unreadable as problem:
        raise Unreadable(
            Text("Kolom “%(column)s”: %(problem)s", column=column.label, problem=problem.text)
        ) from problem


def _column_names(question: Question) -> Text:
    return joined(" | ", *(column.label for column in question.columns))


def _no_such_area(question: Question, words: str, reading: Reading) -> Text:
    return Text(
        "“%(words)s” tidak dikenal sebagai satu kabupaten/kota di %(province)s. Tulis nama atau kodenya, misalnya "
        "%(district)s atau %(code)s. Untuk wilayah di provinsi lain tulis %(columns)s.",
        words=excerpt(words),
        province=reading.province.name,
        district=reading.district.name,
        code=reading.district.code,
        columns=_column_names(question),
    )


def _read(question: Question, words: str, reading: Reading) -> Value:
    """The whole table from one message, one record a line."""
    rows: list[Json] = [read_row(question, line, reading) for line in many_lines(words).split("\n") if line]
    check_count(question, len(rows))
    return rows


def write_row(question: Question, row: Mapping[str, Json], reading: Reading) -> tuple[str, ...]:
    """The words of the cells, in the order of the columns; `read_cells` reads the same record."""
    return tuple(_write_cell(column, row.get(column.id), reading) for column in question.columns)


def _write_cell(column: Question, cell: Json, reading: Reading) -> str:
    return CELL_KINDS[column.kind].write(column, _cell_value(column, cell), reading) if cell else ""


def check_count(question: Question, count: int) -> None:
    """Raises `Unreadable` for a table with too few or too many rows."""
    least, most = max(question.limits.min_rows, 1), question.limits.max_rows
    if count < least:
        raise Unreadable(
            Text("Isi paling sedikit %(least)s baris: %(columns)s.", least=least, columns=_column_names(question))
        )
    if most and count > most:
        raise Unreadable(Text("Paling banyak %(most)s baris.", most=most))


def _show(question: Question, value: Value) -> Text:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    numbered = [
        Text("%(number)s. %(cells)s", number=str(number), cells=joined(" · ", *_show_cells(question, row)))
        for number, row in enumerate(rows, 1)
    ]
    return lines(*numbered) if rows else verbatim(str(value))


def _show_short(question: Question, value: Value) -> Text:
    if not isinstance(value, list) or len(value) <= _FIRST_ROWS:
        return _show(question, value)
    hidden = len(value) - _FIRST_ROWS
    return lines(_show(question, value[:_FIRST_ROWS]), Text("… dan %(count)s baris lagi", count=hidden))


def _show_cells(question: Question, row: Mapping[str, Json]) -> list[Text]:
    filled = [(column, row[column.id]) for column in question.columns if row.get(column.id)]
    return [CELL_KINDS[column.kind].show(column, _cell_value(column, cell)) for column, cell in filled]


def _fits(question: Question, value: Value) -> bool:
    least, most = max(question.limits.min_rows, 1), question.limits.max_rows
    if not isinstance(value, list) or len(value) < least or (most and len(value) > most):
        return False
    return all(_row_fits(question, row) for row in value)


def _row_fits(question: Question, row: Json) -> bool:
    if not isinstance(row, dict) or not any(row.get(column.id) for column in question.columns):
        return False
    return all(_cell_fits(column, row.get(column.id)) for column in question.columns)


def _cell_fits(column: Question, cell: Json) -> bool:
    if not cell:
        return not column.required
    return CELL_KINDS[column.kind].fits(column, _cell_value(column, cell))


def _cell_value(column: Question, cell: Json) -> Value:
    return CELL_KINDS[column.kind].of_cell(cell) if isinstance(cell, str) else cell


def _hint(question: Question) -> Text:
    if question.areas:
        return with_example(Text("Tulis nama atau kode satu kabupaten/kota."), question.columns[-1])
    return Text("Tulis satu baris dalam satu pesan, dipisahkan tanda |: %(columns)s", columns=_column_names(question))


ROWS = AnswerKind(_read, _show, _fits, _hint, _show_short)
