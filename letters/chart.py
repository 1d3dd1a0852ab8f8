"""What pictures of reports are drawn from: words, figures and bars, large enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from domain.frozen import frozen

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_FONTS = Path(__file__).parent / "fonts"
#: pixels; a phone shows the picture at half this width
WIDTH, MARGIN = 720, 32
SMALL, TEXT, HEADING, LARGE = 26, 28, 34, 64
#: of a bar below its words; the room at its right for the figure
_BAR, _FIGURE_ROOM = 22, 80
INK, GREY, _PAPER = "#1b1b1b", "#595959", "#ffffff"


@frozen
class Picture:
    """Draws parts of the picture; `y` is where a part begins."""

    image: Image
    draw: ImageDraw

    @staticmethod
    def of_height(height: int) -> Picture:
        from PIL import Image, ImageDraw

        image = Image.new("RGB", (WIDTH, height), _PAPER)
        return Picture(image, ImageDraw.Draw(image))

    def png(self) -> bytes:
        out = BytesIO()
        self.image.save(out, "PNG", optimize=True)
        return out.getvalue()

    def write(
        self, x: float, y: float, words: str, size: int, colour: str = INK, *, bold: bool = False, anchor: str = "la"
    ) -> None:
        font = _font(size, bold=bold)
        room = WIDTH - MARGIN - (x if anchor[0] == "l" else 0)
        self.draw.text((x, y), _fitted(words, font, room), colour, font, anchor)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self.draw.rectangle((left, top, right, bottom), colour)

    def figures(self, y: float, figures: Sequence[tuple[str, str]]) -> None:
        """Large, beside each other, with their names below."""
        width = (WIDTH - 2 * MARGIN) / len(figures)
        for place, (name, figure) in enumerate(figures):
            middle = MARGIN + width * (place + 0.5)
            self.write(middle, y, figure, LARGE, bold=True, anchor="ma")
            self.write(middle, y + 70, name, SMALL, GREY, anchor="ma")

    def row(self, y: float, words: str, share: float, figure: str, colour: str) -> None:
        """Words above a bar. `share`: of the longest bar that there can be."""
        self.write(MARGIN, y, words, SMALL)
        length = (WIDTH - 2 * MARGIN - _FIGURE_ROOM) * share
        self.box(MARGIN, y + 36, MARGIN + length, y + 36 + _BAR, colour)
        self.write(MARGIN + length + 12, y + 33, figure, SMALL, bold=True)


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
