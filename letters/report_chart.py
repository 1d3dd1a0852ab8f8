"""A report as a picture for a phone: three figures, the days until results, and the questions with the most remarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from domain.text import Text
from letters.report import Report, Row

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_FONTS = Path(__file__).parent / "fonts"
#: pixels; a phone shows the picture at half this width
WIDTH, _MARGIN = 720, 32
_SMALL, _TEXT, _HEADING, _LARGE = 26, 28, 34, 64
_BARS_HEIGHT, _ROW_HEIGHT, _BAR = 230, 76, 22
_BELOW_BARS, _BELOW_WORDS = 610, 390
_FIGURES = 3  #: that are shown large
_REMARKS = 5  #: that are shown
_INK, _GREY, _IN_TIME, _LATE, _PAPER = "#1b1b1b", "#595959", "#1f6fb2", "#b3261e", "#ffffff"


def render(report: Report) -> bytes:
    """A PNG. The same facts give the same picture."""
    from PIL import Image, ImageDraw

    remarks = list(report.remarks)[:_REMARKS]
    below = _BELOW_BARS if any(count for _, count in report.days) else _BELOW_WORDS
    height = below + (60 + _ROW_HEIGHT * len(remarks) if remarks else 0)
    image = Image.new("RGB", (WIDTH, height), _PAPER)
    page = _Page(ImageDraw.Draw(image))
    page.write(_MARGIN, 28, "Rekomendasi kegiatan statistik", _HEADING, bold=True)
    page.write(_MARGIN, 74, f"{report.office}, {report.title}", _SMALL, _GREY)
    page.figures(130, report.figures[:_FIGURES])
    page.bars(262, report)
    page.remarks(below, remarks)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Page:
    """Draws parts of the picture; `y` is where a part begins."""

    draw: ImageDraw

    def write(
        self, x: float, y: float, words: str, size: int, colour: str = _INK, *, bold: bool = False, anchor: str = "la"
    ) -> None:
        font = _font(size, bold=bold)
        self.draw.text(
            (x, y), _fitted(words, font, WIDTH - _MARGIN - (x if anchor[0] == "l" else 0)), colour, font, anchor
        )

    def figures(self, y: float, figures: Sequence[tuple[Text, str]]) -> None:
        width = (WIDTH - 2 * _MARGIN) / _FIGURES
        for place, (name, figure) in enumerate(figures):
            middle = _MARGIN + width * (place + 0.5)
            self.write(middle, y, figure, _LARGE, bold=True, anchor="ma")
            self.write(middle, y + 70, name.msgid, _SMALL, _GREY, anchor="ma")

    def bars(self, y: float, report: Report) -> None:
        self.write(_MARGIN, y, "Hari kerja sampai hasil", _TEXT, bold=True)
        most = max((count for _, count in report.days), default=0)
        if not most:
            self.write(_MARGIN, y + 60, "Belum ada hasil dalam masa ini.", _TEXT, _GREY)
            return
        width, foot = (WIDTH - 2 * _MARGIN) / len(report.days), y + 66 + _BARS_HEIGHT - 40
        for place, (name, count) in enumerate(report.days):
            left = _MARGIN + width * place
            top = foot - (_BARS_HEIGHT - 70) * count / most
            colour = _LATE if place >= len(report.days) - report.late_bars else _IN_TIME
            if count:
                self.draw.rectangle((left + 8, top, left + width - 8, foot), colour)
                self.write(left + width / 2, top - 6, str(count), _SMALL, bold=True, anchor="ms")
            self.write(left + width / 2, foot + 8, name, _SMALL, _INK, anchor="ma")
        self.draw.line((_MARGIN, foot, WIDTH - _MARGIN, foot), _GREY, 2)

    def remarks(self, y: float, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self.write(_MARGIN, y, "Catatan terbanyak", _TEXT, bold=True)
        most = rows[0][1]
        for place, (words, count) in enumerate(rows):
            top = y + 48 + place * _ROW_HEIGHT
            self.write(_MARGIN, top, words, _SMALL)
            length = (WIDTH - 2 * _MARGIN - 80) * count / most
            self.draw.rectangle((_MARGIN, top + 36, _MARGIN + length, top + 36 + _BAR), _IN_TIME)
            self.write(_MARGIN + length + 12, top + 33, str(count), _SMALL, bold=True)


@cache
def _font(size: int, *, bold: bool) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(_FONTS / f"LiberationSerif-{'Bold' if bold else 'Regular'}.ttf", size)


def _fitted(words: str, font: FreeTypeFont, width: float) -> str:
    """The words, or as many of their letters as fit, with "…"."""
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(f"{words}…") > width:
        words = words[:-1]
    return f"{words.rstrip()}…"
