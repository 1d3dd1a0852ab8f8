"""The words in the cells of a form as a file, without their meaning: what the reading of a file returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from domain.frozen import frozen
from domain.text import Json

#: first cell of the sheet with the questions, of a sheet with a table (and the id of its question), and of the sheet
#: with the mark
QUESTIONS_SHEET, TABLE_SHEET, MARK_SHEET = "pst:isian", "pst:tabel:", "pst:tanda"
#: name of the hidden sheet with the mark
HIDDEN_SHEET = "pst"
#: names of fields in a PDF: the mark, and the first parts of "isi/<key>", "pilih/<question>/<number of the option>",
#: "lain/<question>" and "tabel/<question>/<row>/<column>"
MARK_FIELD, WORDS_FIELD, TICK_FIELD, OTHER_FIELD, TABLE_FIELD = "pst:tanda", "isi", "pilih", "lain", "tabel"
#: characters of one cell; a spreadsheet has no more
MAX_CELL = 32_767

Row = tuple[str, ...]


@frozen
class FormCells:
    """What stands in the cells of a file. Blank cells are missing."""

    words: Mapping[str, str]  #: key of a cell → its words
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)  #: id of a question → its rows


@frozen
class ReturnedForm:
    """A file of ours that came back."""

    mark: str  #: what the service wrote into the file; untrusted
    cells: FormCells
    formulas: tuple[str, ...] = ()  #: keys of cells, and ids of tables, in which a formula stands

    def to_json(self) -> dict[str, Json]:
        tables: dict[str, Json] = {id: [list[Json](row) for row in rows] for id, rows in self.cells.tables.items()}
        return {"mark": self.mark, "words": dict(self.cells.words), "tables": tables, "formulas": list(self.formulas)}

    @classmethod
    def of_json(cls, document: Json) -> ReturnedForm:
        """Raises `ValueError` for anything that `to_json` does not make."""
        match document:
            case {"mark": str(mark), "words": dict(words), "tables": dict(tables), "formulas": list(formulas)}:
                cells = FormCells(_strings(words), {id: _rows(rows) for id, rows in tables.items()})
                return cls(mark, cells, tuple(map(_string, formulas)))
        raise ValueError("not a returned form")


def _string(value: Json) -> str:
    if not isinstance(value, str) or len(value) > MAX_CELL:
        raise ValueError("not the words of a cell")
    return value


def _strings(values: Mapping[str, Json]) -> dict[str, str]:
    return {key: _string(value) for key, value in values.items()}


def _rows(value: Json) -> tuple[Row, ...]:
    if not isinstance(value, list):
        raise ValueError("not the rows of a table")
    return tuple(tuple(map(_string, row)) for row in value if isinstance(row, list))
