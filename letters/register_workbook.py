"""The register of letters as an Excel file, one row a number, for the office's archive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO

from domain.frozen import frozen
from letters.workbook import add_list, new_workbook

_HEADINGS = ("Nomor surat", "Tanggal", "Identitas", "Judul kegiatan", "Penyelenggara", "Putusan", "Keadaan")
_HEADINGS_AFTER_CHANGE = ("Alasan", "Diganti dengan", "Tanda tangan")
_WIDTHS = (28, 14, 18, 60, 45, 12, 12, 45, 28, 36)


@frozen
class RegisterRow:
    number: str
    day: date
    identity: str
    title: str
    organiser: str
    verdict: str
    state: str
    reason: str
    replaced_by: str  #: the number of the letter that replaces it
    way: str  #: how it is signed


def render(rows: Iterable[RegisterRow]) -> bytes:
    out = BytesIO()
    with new_workbook(out) as book:
        sheet = add_list(book, "Register", _HEADINGS + _HEADINGS_AFTER_CHANGE, _WIDTHS)
        days = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        for place, row in enumerate(rows, 1):
            sheet.write_string(place, 0, row.number)
            sheet.write_datetime(place, 1, row.day, days)
            words = (
                row.identity,
                row.title,
                row.organiser,
                row.verdict,
                row.state,
                row.reason,
                row.replaced_by,
                row.way,
            )
            for column, text in enumerate(words, 2):
                sheet.write_string(place, column, text)
        sheet.freeze_panes(1, 1)
    return out.getvalue()
