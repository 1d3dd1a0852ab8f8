"""The register of letters of one year on paper, in the order of its numbers."""

from __future__ import annotations

from datetime import date

from domain.frozen import frozen
from letters.pdf import LINE, PdfDocument, long_date
from letters.register_workbook import RegisterRow

_LABELS = 58.0


@frozen
class PrintedRegister:
    office: str
    year: int
    printed_on: date
    rows: tuple[RegisterRow, ...]


def render(facts: PrintedRegister) -> bytes:
    """Draws A4 pages. The same facts give the same bytes."""
    title = f"Register Surat Tahun {facts.year}"
    document = PdfDocument(title, facts.office, facts.printed_on)
    document.paragraph(title, bold=True, size=13, align="C", kind="H1")
    document.paragraph(facts.office, align="C")
    document.paragraph(f"Dicetak {long_date(facts.printed_on)}, {len(facts.rows)} surat", align="C", grey=True)
    document.gap(LINE)
    document.table([(f"{row.number}, {long_date(row.day)}", _lines(row)) for row in facts.rows], _LABELS)
    document.number_pages()
    return document.output()


def _lines(row: RegisterRow) -> list[str]:
    replaced = f"diganti dengan {row.replaced_by}" if row.replaced_by else row.state
    state = f"{replaced}: {row.reason}" if row.reason else replaced
    identity = f", identitas {row.identity}" if row.identity else ""
    return [row.title, row.organiser, f"{row.verdict}{identity}", f"{state}; {row.way}" if row.way else state]
