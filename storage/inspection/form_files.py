"""Reads the cells of a form that came back as a file. Everything in it is untrusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

from domain.form.form_cells import (
    HIDDEN_SHEET,
    MARK_SHEET,
    MAX_CELL,
    QUESTIONS_SHEET,
    TABLE_SHEET,
    FormCells,
    ReturnedForm,
    Row,
)
from storage.inspection.form_pdfs import read_form_pdf
from storage.inspection.markup import as_utf8, read_elements
from storage.inspection.result import FileRefused

#: rows and columns of a sheet that are read; ours have a few hundred rows
MAX_ROWS, MAX_COLUMNS = 3_000, 60
#: bytes of a sheet that is read cell by cell
MAX_SHEET = 32 * 1024 * 1024
_BOOK, _BOOK_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: the columns of keys and of answers on the sheet with the questions
_KEY, _ANSWER = 0, 3
#: row of a table's ids of columns, and its first record
_IDS, _FIRST_RECORD = 0, 4

Place = tuple[int, int]  #: row and column, from 0


def read_form_file(kind: str, content: bytes) -> ReturnedForm | None:
    """`None` for a file that is not one of ours. Call it after the checks. Raises `FileRefused`."""
    read = _READERS.get(kind)
    return read(content) if read else None


def _read_workbook(content: bytes) -> ReturnedForm | None:
    parts = _parts_of_sheets(content)
    if HIDDEN_SHEET not in parts:
        return None
    formulas = {name: _formulas(content, part) for name, part in parts.items()}
    sheets = _sheets(content)
    mark = next((row[1] for row in sheets.get(HIDDEN_SHEET, ()) if row[0] == MARK_SHEET and len(row) > 1), "")
    words: dict[str, str] = {}
    tables: dict[str, tuple[Row, ...]] = {}
    computed: list[str] = []
    for name, rows in sheets.items():
        first = rows[0][0] if rows and rows[0] else ""
        if first == QUESTIONS_SHEET:
            words |= {row[_KEY]: row[_ANSWER] for row in rows[1:] if len(row) > _ANSWER and row[_KEY] and row[_ANSWER]}
            computed += [rows[row][_KEY] for row, column in formulas[name] if column == _ANSWER and row < len(rows)]
        elif first.startswith(TABLE_SHEET):
            table = first.removeprefix(TABLE_SHEET)
            tables[table] = _records(rows)
            computed += [table for row, column in formulas[name] if row >= _FIRST_RECORD and column][:1]
    return ReturnedForm(mark, FormCells(words, tables), tuple(filter(None, computed)))


def _records(rows: Sequence[Row]) -> tuple[Row, ...]:
    """As many cells as the table has columns; empty rows at the end are left out."""
    width = len([id for id in rows[_IDS][1:] if id])
    records = [(*row[1 : width + 1], *[""] * (width + 1 - len(row))) for row in rows[_FIRST_RECORD:]]
    while records and not any(records[-1]):
        records.pop()
    return tuple(records)


def _sheets(content: bytes) -> Mapping[str, Sequence[Row]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            return {name: _rows(book.get_sheet_by_name(name).to_python(False, MAX_ROWS)) for name in book.sheet_names}
    except CalamineError as error:
        raise FileRefused("damaged") from error


def _rows(sheet: Sequence[Sequence[object]]) -> Sequence[Row]:
    return [tuple(_words(cell) for cell in row[:MAX_COLUMNS]) for row in sheet]


def _words(cell: object) -> str:
    """As a person would type it; programs turn some words into numbers and days."""
    match cell:
        case bool():
            return "ya" if cell else "tidak"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
    return str(cell)[:MAX_CELL]


def _parts_of_sheets(content: bytes) -> Mapping[str, str]:
    """Name of a sheet → its part of the archive."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def see_sheet(element: str, fields: Mapping[str, str]) -> None:
        if element == "sheet":
            id = next((value for key, value in fields.items() if key.rpartition(":")[2] == "id"), "")
            ids[fields.get("name", "")] = id

    def see_relation(element: str, fields: Mapping[str, str]) -> None:
        if element == "Relationship":
            targets[fields.get("Id", "")] = fields.get("Target", "")

    with ZipFile(BytesIO(content)) as archive:
        names = set(archive.namelist())
        if not {_BOOK, _BOOK_RELATIONS} <= names or archive.getinfo(_BOOK).file_size > MAX_SHEET:
            return {}
        read_elements(archive.read(_BOOK), see_sheet)
        read_elements(archive.read(_BOOK_RELATIONS), see_relation)
    return {name: _part(targets.get(id, "")) for name, id in ids.items()}


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _formulas(content: bytes, part: str) -> Sequence[Place]:
    """The cells with a formula. Refuses a sheet that reaches so far that a reader would need much memory."""
    found: list[Place] = []
    here: Place = (0, 0)

    def see(element: str, fields: Mapping[str, str]) -> None:
        nonlocal here
        if element == "c":
            here = _place(fields.get("r", "")) or here
        elif element == "f":
            found.append(here)

    with ZipFile(BytesIO(content)) as archive:
        if part not in archive.namelist():
            return ()
        if archive.getinfo(part).file_size > MAX_SHEET:
            raise FileRefused("bomb")
        read_elements(as_utf8(archive.read(part)), see)
    return found


def _place(reference: str) -> Place | None:
    """Raises `FileRefused` for a cell that lies far outside of our sheets."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    if row > MAX_ROWS or column > 1000:
        raise FileRefused("bomb")
    return row - 1, column - 1


_READERS: Mapping[str, Callable[[bytes], ReturnedForm | None]] = {"xlsx": _read_workbook, "pdf": read_form_pdf}
