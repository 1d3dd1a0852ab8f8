"""What all Excel files have in common."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet


def new_workbook(out: BytesIO) -> Workbook:
    """Words are written as text: what begins like a formula or an address stays what it is."""
    from xlsxwriter import Workbook

    return Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def add_list(book: Workbook, name: str, headings: Sequence[str], widths: Sequence[int]) -> Worksheet:
    """A sheet whose first row says what stands in its columns. `widths`: of the columns, in characters."""
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, width)
    return sheet
