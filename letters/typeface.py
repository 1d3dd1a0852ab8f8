"""The typefaces of letters. Each is read once a process: reading and reducing one takes as long as drawing a letter."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

FAMILY = "letter"

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {"": "LiberationSerif-Regular.ttf", "B": "LiberationSerif-Bold.ttf"}
#: the tables of a font file that a PDF uses (ISO 32000-1, 9.9); it names glyphs by their numbers
_USED = frozenset(("GlyphOrder", "head", "hhea", "maxp", "hmtx", "loca", "glyf", "cvt ", "fpgm", "prep"))
_BREAKS_ELSEWHERE = "\u200b\u00ad"  #: a space without width, and a hyphen that shows only at the end of a line
_TOLERANCE = 1e-9  #: millimetres; the same as fpdf's


def add_typeface(pdf: FPDF) -> None:
    """The same as `add_font` for both styles."""
    for style, name in _FILES.items():
        add_font(pdf, FAMILY, style, name)


def add_font(pdf: FPDF, family: str, style: str, name: str) -> None:
    """The same as fpdf's for a font file of ours. A family that the document has is left as it is."""
    parsed = _parsed(family, style, name)
    if parsed.fontkey in pdf.fonts:
        return
    font = deepcopy(parsed, {id(parsed.cw): parsed.cw, id(parsed.glyph_ids): parsed.glyph_ids})
    font.ttfont = _open(_reduced(name))
    font.ttfont.setGlyphOrder(list(parsed.ttfont.getGlyphOrder()))
    font.i = len(pdf.fonts) + 1
    pdf.fonts[font.fontkey] = font


@cache
def code_points(name: str) -> frozenset[int]:
    """Those that a font file of ours has."""
    font = _open((_FOLDER / name).read_bytes())
    return frozenset(font.getBestCmap())


def count_lines(font: TTFFont, text: str, width: float, points: float, scale: float) -> int | None:
    """How many lines fpdf breaks a text into, without drawing it. `width` in units of which one has `scale` points.

    `None` for the few texts that break at other signs than spaces.
    """
    if any(sign in text for sign in _BREAKS_ELSEWHERE):
        return None
    limit = (width + _TOLERANCE) * scale / (points * 0.001)
    return sum(_lines_of_paragraph(font, paragraph, limit) for paragraph in text.split("\n"))


def _lines_of_paragraph(font: TTFFont, paragraph: str, limit: float) -> int:
    """`limit`: the width of a line, in thousandths of the font size."""
    widths = font.cw
    space = widths[ord(" ")]
    lines, used = 1, -space
    for word in paragraph.split(" "):
        length = sum(widths[ord(sign)] for sign in word)
        if used + space + length <= limit:
            used += space + length
            continue
        lines += used >= 0
        used = length
        if length > limit:
            breaks, used = _break_word([widths[ord(sign)] for sign in word], limit)
            lines += breaks
    return lines


def _break_word(widths: list[float], limit: float) -> tuple[int, float]:
    """How often a word breaks that is longer than a line, and the width of its last part."""
    breaks, used = 0, 0.0
    for width in widths:
        if used + width > limit:
            breaks, used = breaks + 1, 0.0
        used += width
    return breaks, used


@cache
def _parsed(family: str, style: str, name: str) -> TTFFont:
    """What fpdf knows of a font file."""
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    pdf = FPDF()
    pdf.add_font(family, style, _FOLDER / name)
    (parsed,) = (font for font in pdf.fonts.values() if isinstance(font, TTFFont))
    parsed.ttfont.getGlyphOrder()  # kept, and read from the file before it is closed
    parsed.ttfont.close()
    return parsed


@cache
def _reduced(name: str) -> bytes:
    """The font file without what PDFs do not use. fpdf takes the glyphs of a document from a copy of it."""
    font = _open((_FOLDER / name).read_bytes())
    for table in set(font.keys()) - _USED:
        del font[table]
    reduced = BytesIO()
    font.save(reduced)
    return reduced.getvalue()


def _open(content: bytes) -> TTFont:
    """The frames of glyphs stay as the file has them: computing them took a sixth of a letter's time."""
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO(content), recalcTimestamp=False, recalcBBoxes=False, lazy=True)
