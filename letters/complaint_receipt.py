"""The receipt of a complaint: what was promised, and how to ask for its status. It says nothing of what was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.frozen import frozen
from domain.text import Text
from letters.pdf import LINE, PdfDocument, long_date
from locales import SOURCE, say

_TITLE = "Tanda Terima Pengaduan"
_LABELS = 48.0
_HOW_WITH_NAME = (
    "Tulis nomor pengaduan ini di percakapan tempat Anda menyampaikannya. Jawaban kami juga kami kirim ke sana."
)
_HOW_WITHOUT_NAME = (
    "Tulis di percakapan dengan kami: nomor pengaduan ini, spasi, lalu kode yang Anda terima di percakapan. Jawaban "
    "kami juga Anda baca dengan cara itu. Demi kerahasiaan Anda, kodenya tidak tercantum di sini."
)


@frozen
class ComplaintReceipt:
    office: str
    number: str
    filed_at: datetime  #: by the clock of the office
    time_zone: str  #: its short name
    is_unnamed: bool
    complainer: str  #: empty for a complaint without a name, and for somebody who has not registered
    first_answer_by: date
    settle_by: date
    channels: tuple[tuple[str, Text], ...]  #: where else one may complain: its kind, and the channel


def render(facts: ComplaintReceipt) -> bytes:
    """Draws an A4 PDF. The same facts give the same bytes."""
    document = PdfDocument(f"{_TITLE} {facts.number}", facts.office, facts.filed_at.date())
    document.paragraph(_TITLE, bold=True, size=13, align="C", kind="H1")
    document.paragraph(facts.office, align="C")
    document.gap(LINE)
    document.paragraph("Pengaduan Anda sudah kami terima.")
    document.gap(LINE / 2)
    _rows(document, _receipt(facts))
    _heading(document, "Menanyakan status")
    document.paragraph(_HOW_WITHOUT_NAME if facts.is_unnamed else _HOW_WITH_NAME)
    _heading(document, "Saluran pengaduan lain")
    _rows(document, [(kind, say(channel, SOURCE)) for kind, channel in facts.channels])
    document.gap(LINE)
    document.paragraph("Pengaduan tidak memengaruhi pemeriksaan permohonan Anda.")
    document.number_pages()
    return document.output()


def _receipt(facts: ComplaintReceipt) -> Sequence[tuple[str, str]]:
    complainer = "tanpa nama" if facts.is_unnamed else facts.complainer
    return (
        ("Nomor pengaduan", facts.number),
        ("Diterima", f"{long_date(facts.filed_at.date())} pukul {facts.filed_at:%H.%M} {facts.time_zone}"),
        *((("Pengadu", complainer),) if complainer else ()),
        ("Jawaban pertama", f"paling lambat {long_date(facts.first_answer_by)}"),
        ("Penyelesaian", f"paling lambat {long_date(facts.settle_by)}"),
    )


def _rows(document: PdfDocument, rows: Sequence[tuple[str, str]]) -> None:
    for label, value in rows:
        document.row(label, value, _LABELS)


def _heading(document: PdfDocument, words: str) -> None:
    document.gap(LINE)
    document.paragraph(words, bold=True, kind="H2")
