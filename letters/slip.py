"""A slip of 80 mm for the printer at the desk: a queue number or a recorded visit, for visitors without a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.frozen import frozen
from letters.scripts import drawable
from letters.typeface import FAMILY, add_typeface, count_lines

if TYPE_CHECKING:
    from fpdf import FPDF

#: (words, style, points)
_Row = tuple[str, str, float]

#: millimetres
_PAPER, _MARGIN = 80.0, 4.0
#: points
_SMALL, _HEADING, _LARGE = 10.0, 12.0, 48.0
_POINT = 25.4 / 72  #: in millimetres
_SPACING = 1.3  #: of a line, in font sizes


@frozen
class Slip:
    office: str
    title: str
    number: str  #: printed large; empty where there is none
    lines: tuple[str, ...]
    at: datetime  #: aware


def render(slip: Slip) -> bytes:
    """Draws one page as long as its lines need. The same facts give the same bytes."""
    from fpdf import FPDF

    rows: list[_Row] = [(slip.office, "B", _HEADING), (slip.title, "", _HEADING), (slip.number, "B", _LARGE)]
    rows += [(line, "", _SMALL) for line in slip.lines]
    pdf = FPDF(format=(_PAPER, 200))
    add_typeface(pdf)
    known = pdf.fonts[FAMILY].cmap.__contains__  # type: ignore[union-attr]
    drawn = [(drawable(words, known), style, size) for words, style, size in rows if words]
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(slip.at.astimezone(UTC))
    pdf.set_title(f"{slip.title} {slip.number}".strip())
    pdf.set_lang("id-ID")
    pdf.add_page(format=(_PAPER, _height(pdf, drawn)))
    for words, style, size in drawn:
        pdf.set_font(FAMILY, style, size)
        pdf.multi_cell(0, size * _POINT * _SPACING, words, align="C", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _height(pdf: FPDF, rows: Sequence[_Row]) -> float:
    """How long the paper is, in millimetres."""
    height = 2 * _MARGIN
    for words, style, size in rows:
        pdf.set_font(FAMILY, style, size)
        count = count_lines(pdf.current_font, words, _PAPER - 2 * _MARGIN - 2 * pdf.c_margin, size, pdf.k) or 1  # type: ignore[arg-type]
        height += count * size * _POINT * _SPACING
    return height
