"""A report as an Excel file: the figures, and a sheet for each list."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from letters.report import Report, Row
from letters.workbook import add_list, new_workbook

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_WIDE, _NARROW = 70, 14  #: characters


def render(report: Report) -> bytes:
    out = BytesIO()
    with new_workbook(out) as book:
        _write_summary(book, report)
        _write_days(book, report)
        _write_list(book, "Catatan", "Butir yang paling sering diberi catatan", report.remarks)
        _write_list(book, "Catatan berulang", "Catatan yang ditulis lebih dari sekali", report.repeated)
        _write_list(book, "Berhenti", "Butir terakhir yang dijawab sebelum berhenti", report.stops)
        _write_list(book, "Kanal", "Kanal permohonan masuk", report.channels)
    return out.getvalue()


def _write_summary(book: Workbook, report: Report) -> None:
    sheet, bold = book.add_worksheet("Ringkasan"), book.add_format({"bold": True, "font_size": 14})
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 1, 24)
    sheet.set_row(0, 22)
    sheet.write_string(0, 0, f"Laporan rekomendasi kegiatan statistik, {report.office}", bold)
    rows = (
        ("Masa", report.title),
        ("Disusun", f"{report.made_on:%d/%m/%Y}"),
        *((name.msgid, figure) for name, figure in report.figures),
    )
    for place, (name, figure) in enumerate(rows, 2):
        sheet.write_string(place, 0, name)
        if figure.isdecimal():
            sheet.write_number(place, 1, int(figure))
        else:
            sheet.write_string(place, 1, figure)


def _write_days(book: Workbook, report: Report) -> None:
    sheet = _write_list(book, "Lama", "Hari kerja sampai hasil", report.days)
    chart = book.add_chart({"type": "column"})
    last = len(report.days)
    chart.add_series({"categories": ["Lama", 1, 0, last, 0], "values": ["Lama", 1, 1, last, 1]})
    chart.set_title({"name": f"Hari kerja sampai hasil (janji: {report.promised_days})", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    sheet.insert_chart(0, 3, chart)


def _write_list(book: Workbook, name: str, heading: str, rows: Sequence[Row]) -> Worksheet:
    sheet = add_list(book, name, (heading, "Jumlah"), (_WIDE, _NARROW))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, (words, count) in enumerate(rows, 1):
        sheet.write_string(place, 0, words, wrapped)
        sheet.write_number(place, 1, count)
    sheet.freeze_panes(1, 0)
    return sheet
