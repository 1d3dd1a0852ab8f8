"""Reads the text of a PDF that fpdf2 wrote, and its position on the page, without another program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

import pikepdf


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one drawing operation. Positions in points from the lower left corner; of slanted words, their ends."""

    page: int
    text: str
    left: float
    right: float
    baseline: float
    slanted: bool


@dataclass(frozen=True, slots=True)
class DrawnFont:
    signs: dict[int, str]  #: of letters that make one glyph or several, the first has them all
    widths: dict[int, float]  #: of a letter of size 1


@lru_cache(maxsize=2)  # tests read the same letter several times
def runs(content: bytes) -> tuple[Run, ...]:
    with pikepdf.open(BytesIO(content)) as pdf:
        return tuple(run for number, page in enumerate(pdf.pages) for run in _of_page(number, page))


def text(content: bytes) -> str:
    """The text in the order of drawing, one line for each run."""
    return "\n".join(run.text for run in runs(content))


def size(content: bytes) -> tuple[int, float, float]:
    """Pages; width and height of the first."""
    with pikepdf.open(BytesIO(content)) as pdf:
        assert not pdf.check_pdf_syntax()
        _, _, width, height = (float(side) for side in pdf.pages[0].mediabox.as_list())
        return len(pdf.pages), width, height


def _of_page(number: int, page: pikepdf.Page) -> Iterator[Run]:
    fonts = {name: font_of(font) for name, font in page.resources.Font.items()}
    used, points, at, turned = "", 0.0, (0.0, 0.0), pikepdf.Matrix()
    saved: list[tuple[str, float, pikepdf.Matrix]] = []
    said, spanned = "", list[Run]()  #: what a span is read as, and the runs in it
    for instruction in pikepdf.parse_content_stream(page):
        assert isinstance(instruction, pikepdf.ContentStreamInstruction), "letters hold no pictures"
        values = list(instruction.operands)
        match str(instruction.operator):
            case "q":
                saved.append((used, points, turned))
            case "Q":
                used, points, turned = saved.pop()
            case "Tf":
                used, points = str(values[0]), _number(values[1])
            case "Td":
                at = _number(values[0]), _number(values[1])
            case "BDC" if values[0] == "/Span":
                said = str(values[1].ActualText)
            case "EMC" if said:
                ends = [run.left for run in spanned], [run.right for run in spanned]
                yield replace(spanned[0], text=said, left=min(ends[0]), right=max(ends[1]))
                said, spanned = "", []
            case "Tj" | "TJ" as shows:
                run = _run(number, fonts[used], points, at, turned, list(values[0]) if shows == "TJ" else values)
                if said:
                    spanned.append(run)
                else:
                    yield run
                at = at[0] + run.right - run.left, at[1]
            case "Tm":
                at = _number(values[4]), _number(values[5])
            case "cm":
                turned = pikepdf.Matrix(*map(_number, values)) @ turned
            case "Tw" | "Tc" | "Tz":
                raise AssertionError(f"not reckoned with: {instruction.operator}")


def _run(
    page: int,
    font: DrawnFont,
    points: float,
    at: tuple[float, float],
    turned: pikepdf.Matrix,
    parts: Sequence[object],
) -> Run:
    words, width = "", 0.0
    for part in parts:
        if isinstance(part, pikepdf.String):
            raw = bytes(part)
            codes = [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)]
            words += "".join(font.signs.get(code, "") for code in codes)
            width += sum(font.widths[code] for code in codes)
        else:
            width -= _number(part) / 1000
    (left, low), (right, high) = turned.transform(at), turned.transform((at[0] + width * points, at[1]))
    return Run(page, words, left, right, min(low, high), slanted=abs(high - low) > 0.01)


def _number(value: object) -> float:
    assert isinstance(value, int | float | Decimal), value
    return float(value)


def font_of(font: pikepdf.Object) -> DrawnFont:
    found = re.findall(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", font.ToUnicode.read_bytes().decode())
    signs = {int(code, 16): bytes.fromhex(sign).decode("utf-16-be") for code, sign in found}
    (descendant,) = font.DescendantFonts
    usual = float(descendant.get("/DW", 1000)) / 1000
    return DrawnFont(signs, dict.fromkeys(signs, usual) | dict(_widths(list(descendant.W.as_list()))))


def _widths(entries: list[pikepdf.Object]) -> Iterator[tuple[int, float]]:
    """`code [width width …]` or `first last width`, see the PDF reference, "Glyph metrics in CIDFonts"."""
    while entries:
        first, then = int(entries.pop(0)), entries.pop(0)
        if isinstance(then, pikepdf.Array):
            yield from ((first + n, float(width) / 1000) for n, width in enumerate(then.as_list()))
        else:
            width = float(entries.pop(0)) / 1000
            yield from ((code, width) for code in range(first, int(then) + 1))
