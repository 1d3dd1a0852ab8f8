"""The typeface of letters: lines are counted as fpdf breaks them, and a font file is read once a process."""

from __future__ import annotations

import sys
from datetime import date

from fpdf import FPDF
from hypothesis import example, given, settings
from hypothesis import strategies as st

from letters.cover_letter import CoverLetter, render
from letters.scripts import drawable
from letters.typeface import FAMILY, add_typeface, count_lines

LETTER = CoverLetter(date(2026, 3, 2), "Jeneponto", "Kepala", "Jl. Haji Bau", "BPS", "Survei", "2026", *[""] * 7)
WORDS = st.text(st.sampled_from("aiMW.-é \n" * 3 + "\u200b\xad\xa0½€\u2003"), min_size=1, max_size=300)


@settings(max_examples=150, deadline=None)
@given(words=WORDS, width=st.sampled_from([30.0, 75.0, 160.0]), points=st.sampled_from([9.5, 11.5, 14.5]))
@example(words="W" * 100, width=30.0, points=14.5)
@example(words="a " + "W" * 40 + " a", width=30.0, points=11.5)
def test_lines_are_counted_as_they_are_broken(words: str, width: float, points: float) -> None:
    pdf = FPDF(format="A4")
    pdf.c_margin = 0
    add_typeface(pdf)
    pdf.add_page()
    pdf.set_font(FAMILY, "", points)
    font = pdf.fonts[FAMILY]
    text = "\n".join(drawable(line, font.cmap.__contains__) or "…" for line in words.split("\n"))  # type: ignore[union-attr]
    lines = pdf.multi_cell(width, 5, text, dry_run=True, output="LINES")
    assert isinstance(lines, list)
    assert count_lines(font, text, width, points, pdf.k) in {None, len(lines)}  # type: ignore[arg-type]


def test_the_second_letter_reads_no_font_file() -> None:
    opened: list[str] = []
    listens = True

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if listens and event == "open" and str(arguments[0]).endswith(".ttf"):
            opened.append(str(arguments[0]))

    render(LETTER)
    sys.addaudithook(note)
    render(LETTER)
    listens = False
    assert opened == []
