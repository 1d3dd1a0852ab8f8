"""Other scripts than Latin: which typeface draws what the typeface of letters lacks, and what has to be shaped.

Arabic joins its letters and runs from right to left; Lontara puts a vowel before the consonant that it follows.
HarfBuzz does both. Of Chinese, the typeface has the 8,800 characters of the standards GB 2312 and Big5 (level 1); a
rarer one is drawn as a box, and stands whole in the title of the file and in the facts that the file carries.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from domain.frozen import frozen
from domain.text import one_line
from letters.typeface import add_font, code_points

if TYPE_CHECKING:
    from fpdf import FPDF

#: Replaces a letter that no typeface has.
_MISSING = "□"
#: characters that turn the direction of a text around, unseen: digits could be read backwards
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: classes of characters that run from right to left
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_LONTARA = range(0x1A00, 0x1A20)


@frozen
class _Script:
    family: str
    file: str
    blocks: tuple[range, ...]  #: of Unicode, so that the font file is opened only for them

    def has(self, code: int) -> bool:
        return any(code in block for block in self.blocks) and code in code_points(self.file)


_SCRIPTS = (
    _Script("lontara", "NotoSansBuginese-Regular.ttf", (_LONTARA,)),
    _Script("arabic", "NotoNaskhArabic-Regular.ttf", (range(0x600, 0x700), range(0x750, 0x780), range(0x8A0, 0x900))),
    _Script("han", "DroidSansFallback-Common.ttf", (range(0x3000, 0x3100), range(0x4E00, 0xA000))),
)


def is_in_another_script(code: int) -> bool:
    """Whether a typeface of another script has this code point."""
    return any(script.has(code) for script in _SCRIPTS)


def needs_help(text: str) -> bool:
    """Whether the typeface of letters alone does not draw the text as it is read."""
    return not text.isascii() and (_is_shaped(text) or any(is_in_another_script(ord(sign)) for sign in text))


@contextmanager
def typesetting(pdf: FPDF, text: str) -> Iterator[None]:
    """Around drawing or measuring a text, whatever its script."""
    if not needs_help(text):
        yield
        return
    for script in _SCRIPTS:
        if any(script.has(ord(sign)) for sign in text):
            add_font(pdf, script.family, "", script.file)
    present = [script.family for script in _SCRIPTS if script.family in pdf.fonts]
    pdf.set_fallback_fonts(present, exact_match=False)
    is_mixed = any(unicodedata.bidirectional(sign) == "L" for sign in text)
    pdf.set_text_shaping(_is_shaped(text), direction="ltr" if is_mixed else None)
    yield
    pdf.set_text_shaping(False)


def drawable(text: str, is_known: Callable[[int], bool]) -> str:
    """The text on one line, in characters with these code points.

    An emoji or a lone accent is left out; another character that no typeface has becomes a box.
    """
    return " ".join("".join(_drawn(sign, is_known) for sign in one_line(text)).split())


def _drawn(sign: str, is_known: Callable[[int], bool]) -> str:
    if sign in _TURNS:
        return ""
    if is_known(ord(sign)):
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    if all(is_known(ord(part)) for part in plain):
        return plain
    return "" if unicodedata.category(sign)[0] in "CMS" else _MISSING


def is_only_reordered(text: str) -> bool:
    """Whether glyphs of the text stand in another order than its letters although it runs from left to right."""
    return any(ord(sign) in _LONTARA for sign in text) and not any(map(_runs_to_left, text))


@cache
def _runs_to_left(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT


def _is_shaped(text: str) -> bool:
    return any(ord(sign) in _LONTARA or _runs_to_left(sign) for sign in text)
