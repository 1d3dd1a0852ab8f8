"""A report as an Excel file: the figures, and a sheet for each list."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from letters.report import Report, Row

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_WIDE, _NARROW = 70, 14  #: characters


def render(report: Report) -> bytes:
    """Words are written as text: what begins like a formula stays what it is."""
    from xlsxwriter import Workbook

    out = BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
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


def _write_list(book: Workbook, name: str, heading: str, rows: Sequence[Row]) -> Any:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 1, _NARROW)
    sheet.write_string(0, 0, heading, bold)
    sheet.write_string(0, 1, "Jumlah", bold)
    for place, (words, count) in enumerate(rows, 1):
        sheet.write_string(place, 0, words, wrapped)
        sheet.write_number(place, 1, count)
    sheet.freeze_panes(1, 0)
    return sheet
