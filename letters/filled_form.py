"""The request form as it was sent, for the applicant's own files. In Indonesian, as the form is."""

from __future__ import annotations

from datetime import date

from domain.frozen import frozen
from domain.text import Text
from letters.pdf import LINE, PdfDocument, long_date
from locales import SOURCE, say

_TITLE = "Formulir Permintaan Rekomendasi Kegiatan Statistik"
_LABELS = 62.0
_HEADING = 12.0  #: points


@frozen
class FilledSection:
    heading: Text
    rows: tuple[tuple[Text, Text], ...]  #: (number and name of the question, answer)


@frozen
class FilledForm:
    office: str
    number: str  #: of the application
    applicant: str
    sent_on: date
    sections: tuple[FilledSection, ...]


def render(facts: FilledForm) -> bytes:
    """Draws an A4 PDF. The same facts give the same bytes."""
    document = PdfDocument(f"{_TITLE} {facts.number}", facts.applicant, facts.sent_on)
    document.paragraph(_TITLE, bold=True, size=_HEADING + 1, align="C")
    document.paragraph(facts.office, align="C")
    document.gap(LINE)
    document.row("Nomor permohonan", facts.number, _LABELS)
    document.row("Dikirim oleh", facts.applicant, _LABELS)
    document.row("Dikirim pada", long_date(facts.sent_on), _LABELS)
    for section in facts.sections:
        document.gap(LINE)
        document.keep_together(4 * LINE)
        document.paragraph(say(section.heading, SOURCE), bold=True, size=_HEADING)
        document.gap(LINE / 2)
        rows = [(say(label, SOURCE), say(answer, SOURCE).splitlines() or [""]) for label, answer in section.rows]
        document.table(rows, _LABELS)
    document.number_pages()
    return document.output()
