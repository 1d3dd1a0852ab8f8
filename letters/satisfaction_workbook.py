"""The report of the satisfaction survey as an Excel file: the figures, and each respondent without a name."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from domain.satisfaction import ELEMENTS, QUESTIONS
from letters.satisfaction_report import NOBODY, SMALL, SatisfactionReport
from letters.workbook import add_list, new_workbook

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_WIDE, _MIDDLE, _NARROW = 70, 44, 10  #: characters


def render(report: SatisfactionReport) -> bytes:
    out = BytesIO()
    with new_workbook(out) as book:
        _write_summary(book, report)
        if report.result is not None:
            _write_elements(book, report)
        if report.respondents:
            _write_respondents(book, report)
        if report.comments:
            sheet = add_list(book, "Komentar", ("Komentar",), (_WIDE,))
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            for place, words in enumerate(report.comments, 1):
                sheet.write_string(place, 0, words, wrapped)
    return out.getvalue()


def _write_summary(book: Workbook, report: SatisfactionReport) -> None:
    sheet = add_list(book, "Ringkasan", ("Survei Kepuasan Masyarakat", report.office), (_MIDDLE, _WIDE))
    rows = (("Masa", report.period), ("Disusun", f"{report.made_on:%d/%m/%Y}"), *report.figures())
    for place, (name, figure) in enumerate(rows, 1):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, figure)
    note = NOBODY if report.result is None else SMALL if report.is_small else ""
    sheet.write_string(len(rows) + 2, 0, note)


def _write_elements(book: Workbook, report: SatisfactionReport) -> None:
    assert report.result is not None
    sheet = add_list(book, "Unsur", ("Kode", "Unsur", "Nilai rata-rata"), (_NARROW, _MIDDLE, 16))
    for place, name in enumerate(ELEMENTS, 1):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, QUESTIONS[name].name.msgid)
        sheet.write_number(place, 2, float(report.result.means[name]))
    chart, last = book.add_chart({"type": "bar"}), len(ELEMENTS)
    chart.add_series({"categories": ["Unsur", 1, 0, last, 0], "values": ["Unsur", 1, 2, last, 2]})
    chart.set_title({"name": "Nilai rata-rata setiap unsur", "name_font": {"size": 12}})
    chart.set_x_axis({"min": 1, "max": 4})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"none": True})
    sheet.insert_chart(0, 4, chart)


def _write_respondents(book: Workbook, report: SatisfactionReport) -> None:
    sheet = add_list(book, "Responden", ("No.", *ELEMENTS), (_NARROW,) * (len(ELEMENTS) + 1))
    for place, scores in enumerate(report.respondents, 1):
        sheet.write_number(place, 0, place)
        for column, name in enumerate(ELEMENTS, 1):
            sheet.write_number(place, column, scores[name])
    sheet.freeze_panes(1, 0)
