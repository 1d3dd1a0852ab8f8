"""A report as a picture for a phone: three figures, the days until results, and the questions with the most remarks."""

from __future__ import annotations

from collections.abc import Sequence

from letters.chart import GREY, HEADING, MARGIN, SMALL, TEXT, WIDTH, Picture
from letters.report import Report, Row

#: pixels
_BARS_HEIGHT, _ROW_HEIGHT = 230, 76
_BELOW_BARS, _BELOW_WORDS = 610, 390
_FIGURES = 3  #: that are shown large
_REMARKS = 5  #: that are shown
_IN_TIME, _LATE = "#1f6fb2", "#b3261e"


def render(report: Report) -> bytes:
    """A PNG. The same facts give the same picture."""
    remarks = list(report.remarks)[:_REMARKS]
    below = _BELOW_BARS if any(count for _, count in report.days) else _BELOW_WORDS
    picture = Picture.of_height(below + (60 + _ROW_HEIGHT * len(remarks) if remarks else 0))
    picture.write(MARGIN, 28, "Rekomendasi kegiatan statistik", HEADING, bold=True)
    picture.write(MARGIN, 74, f"{report.office}, {report.title}", SMALL, GREY)
    picture.figures(130, [(name.msgid, figure) for name, figure in report.figures[:_FIGURES]])
    _draw_days(picture, 262, report)
    _draw_remarks(picture, below, remarks)
    return picture.png()


def _draw_days(picture: Picture, y: float, report: Report) -> None:
    picture.write(MARGIN, y, "Hari kerja sampai hasil", TEXT, bold=True)
    most = max((count for _, count in report.days), default=0)
    if not most:
        picture.write(MARGIN, y + 60, "Belum ada hasil dalam masa ini.", TEXT, GREY)
        return
    width, foot = (WIDTH - 2 * MARGIN) / len(report.days), y + 66 + _BARS_HEIGHT - 40
    for place, (name, count) in enumerate(report.days):
        left = MARGIN + width * place
        top = foot - (_BARS_HEIGHT - 70) * count / most
        if count:
            colour = _LATE if place >= len(report.days) - report.late_bars else _IN_TIME
            picture.box(left + 8, top, left + width - 8, foot, colour)
            picture.write(left + width / 2, top - 6, str(count), SMALL, bold=True, anchor="ms")
        picture.write(left + width / 2, foot + 8, name, SMALL, anchor="ma")
    picture.box(MARGIN, foot - 1, WIDTH - MARGIN, foot, GREY)


def _draw_remarks(picture: Picture, y: float, rows: Sequence[Row]) -> None:
    if not rows:
        return
    picture.write(MARGIN, y, "Catatan terbanyak", TEXT, bold=True)
    most = rows[0][1]
    for place, (words, count) in enumerate(rows):
        picture.row(y + 48 + place * _ROW_HEIGHT, words, count / most, str(count), _IN_TIME)
