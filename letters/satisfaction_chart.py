"""The report of the satisfaction survey as a picture for a phone: the index, and a bar for each element."""

from __future__ import annotations

from domain.satisfaction import ELEMENTS
from letters.chart import GREY, HEADING, MARGIN, SMALL, TEXT, Picture
from letters.satisfaction_report import FEW, NOBODY, SatisfactionReport, comma, named

#: pixels
_ROWS, _ROW_HEIGHT, _NOTE, _FOOT = 300, 76, 40, 20
_BEST = 4  #: points of an element
_GOOD, _LOWEST = "#1f6fb2", "#b3261e"


def render(report: SatisfactionReport) -> bytes:
    """A PNG. The same facts give the same picture."""
    result = report.result
    below = _ROWS + (_ROW_HEIGHT * len(ELEMENTS) if result is not None else 0)
    picture = Picture.of_height(below + _NOTE + _FOOT)
    picture.write(MARGIN, 28, "Survei Kepuasan Masyarakat", HEADING, bold=True)
    picture.write(MARGIN, 74, f"{report.office}, {report.first:%d/%m/%Y}–{report.last:%d/%m/%Y}", SMALL, GREY)
    if result is None:
        picture.write(MARGIN, 150, NOBODY, TEXT, GREY)
        return picture.png()
    figures = [("IKM", comma(result.index)), ("Mutu", result.grade.letter), ("Responden", str(result.respondents))]
    picture.figures(130, figures)
    picture.write(MARGIN, _ROWS - 44, "Nilai setiap unsur, 1 sampai 4", TEXT, bold=True)
    for place, name in enumerate(ELEMENTS):
        mean, colour = result.means[name], _LOWEST if name in result.lowest else _GOOD
        picture.row(_ROWS + place * _ROW_HEIGHT, named(name), float(mean / _BEST), comma(mean), colour)
    interval = " sampai ".join(map(comma, result.interval)) if result.interval else ""
    picture.write(MARGIN, below + 8, f"Selang kepercayaan 95 %: {interval}" if interval else FEW, SMALL, GREY)
    return picture.png()
