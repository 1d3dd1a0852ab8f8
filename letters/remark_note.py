"""The note of remarks: what an application lacks, by answer, to be read and handed on at the applicant's office."""

from __future__ import annotations

from datetime import date

from domain.frozen import frozen
from domain.text import Text
from letters.pdf import LINE, PdfDocument, long_date
from locales import SOURCE, say

_TITLE = "Catatan Pemeriksaan"
_LABELS = 55.0


@frozen
class NotedRemark:
    question: Text  #: its number and name
    answer: Text
    remark: str
    reply: str  #: empty: none yet


@frozen
class RemarkNote:
    office: str
    number: str  #: of the application
    title: str
    organiser: str
    returned_on: date
    round: int
    remarks: tuple[NotedRemark, ...]


def render(facts: RemarkNote) -> bytes:
    """Draws an A4 PDF. The same facts give the same bytes."""
    document = PdfDocument(f"{_TITLE} {facts.number}", facts.office, facts.returned_on)
    document.paragraph(_TITLE, bold=True, size=13, align="C", kind="H1")
    document.paragraph(facts.office, align="C")
    document.gap(LINE)
    rows = (
        ("Nomor permohonan", facts.number),
        ("Judul kegiatan", facts.title),
        ("Penyelenggara", facts.organiser),
        ("Tanggal catatan", long_date(facts.returned_on)),
        ("Putaran", str(facts.round)),
    )
    for label, value in rows:
        document.row(label, value, _LABELS)
    document.gap(LINE)
    document.paragraph(
        "Mohon isian berikut diperbaiki atau dijawab di percakapan tempat permohonan ini diajukan, lalu dikirim "
        "kembali."
    )
    document.gap(LINE / 2)
    document.table([(say(one.question, SOURCE), _lines(one)) for one in facts.remarks], _LABELS)
    document.number_pages()
    return document.output()


def _lines(one: NotedRemark) -> list[str]:
    answer = " ".join(say(one.answer, SOURCE).split()) or "(kosong)"
    said = [f"Isian: {answer}", f"Catatan: {one.remark}"]
    return [*said, f"Jawaban: {one.reply}"] if one.reply else said
