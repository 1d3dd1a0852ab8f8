"""The applicant's cover letter, ready to be signed (SK 66/BPS/Tahun 2023, step 7 of the walk-in route).

Official letters are in Indonesian, whatever language the applicant reads. So nothing here is translated.
"""

from __future__ import annotations

from datetime import date

from domain.frozen import frozen
from domain.letterhead import names_and_details
from letters.pdf import DOTS, LINE, WIDTH, PdfDocument, long_date

SUBJECT = "Permohonan Rekomendasi Kegiatan Statistik"
OPENING = (
    "Berdasarkan Undang-Undang Nomor 16 Tahun 1997 tentang Statistik dan Peraturan Pemerintah Nomor 51 Tahun 1999 "
    "tentang Penyelenggaraan Statistik, dengan ini kami sampaikan rancangan kegiatan statistik yang akan kami "
    "selenggarakan dan kami ajukan permohonan rekomendasi melalui {office} atas kegiatan berikut."
)
ENCLOSED = (
    "Sebagai bahan pemeriksaan, kami sampaikan Formulir Permintaan Rekomendasi Kegiatan Statistik yang telah diisi "
    "beserta berkas pendukungnya. Kami bersedia melengkapi dan memperbaiki rancangan kegiatan tersebut sesuai dengan "
    "hasil pemeriksaan."
)
CLOSING = "Demikian permohonan ini kami sampaikan. Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih."
COPIES = "Tembusan:"
_SIGNED_HERE = "........ (tanda tangan dan cap) ........"

NAME_SIZE, DETAIL_SIZE = 14.0, 10.0  #: points, of the letterhead
_LABELS = 22.0
_TABLE_LABELS = 48.0
_SIGNATURE = 75.0  #: width of the block with the signature, at the right
_ROOM_TO_SIGN = 20.0


@frozen
class CoverLetter:
    """What the letter says. Every text may be empty: then the letter has dots to write on."""

    day: date
    place: str  #: where the letter is signed
    addressee: str
    addressee_address: str
    office: str  #: the office that receives the request
    title: str  #: of the activity
    year: str
    institution: str
    address: str
    phone: str
    email: str
    signer: str
    position: str
    nip: str  #: as it is printed
    letterhead: str = ""  #: lines; empty: the paper has it already
    attachments: str = ""  #: how many files go with the letter

    @property
    def head(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lines of the letterhead that name the agency, and those that say where it is."""
        return names_and_details(tuple(self.letterhead.splitlines()))

    @property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """The lines at the head of the letter. The agency writes its own number."""
        return ("Nomor", ""), ("Lampiran", self.attachments), ("Hal", SUBJECT)

    @property
    def copies_to(self) -> tuple[str, ...]:
        """The office that receives the request, where the letter is written to another one."""
        return (f"Kepala {self.office}",) if self.office and self.office not in self.addressee else ()

    @property
    def activity(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Judul kegiatan", self.title),
            ("Tahun kegiatan", self.year),
            ("Instansi penyelenggara", self.institution),
            ("Alamat", self.address),
            ("Telepon", self.phone),
            ("E-mail", self.email),
        )


def render(facts: CoverLetter) -> bytes:
    """Draws an A4 PDF, of one page unless the texts are very long. The same facts give the same bytes."""
    document = PdfDocument(SUBJECT, facts.institution, facts.day)
    _letterhead(document, facts)
    document.gap(LINE)
    _head(document, facts)
    for line in ("Dengan hormat,", OPENING.format(office=document.text_or_dots(facts.office))):
        document.gap(LINE / 2)
        document.paragraph(line, align="J")
    document.gap(LINE / 2)
    _activity(document, facts)
    document.gap(LINE / 2)
    document.paragraph(ENCLOSED, align="J")
    _signature(document, facts)
    _copies(document, facts)
    return document.output()


def _letterhead(document: PdfDocument, facts: CoverLetter) -> None:
    """Room for it where the paper has it already."""
    names, details = facts.head
    if not names:
        document.placeholder("(kop surat instansi)", 24)
        return
    for line in names:
        document.paragraph(line, bold=True, size=NAME_SIZE, align="C")
    for line in details:
        document.paragraph(line, size=DETAIL_SIZE, align="C")
    document.gap(LINE / 3)
    document.rule(0.8, 0)


def _head(document: PdfDocument, facts: CoverLetter) -> None:
    width = WIDTH * 0.66

    def rows() -> None:
        for label, value in facts.numbers:
            document.row(label, value, _LABELS, width)

    def place_and_day() -> None:
        where = f"{facts.place or DOTS[:20]}, {long_date(facts.day)}"
        document.paragraph(where, align="R", left=width, width=WIDTH - width)

    document.draw_beside(rows, place_and_day)
    document.gap(LINE)
    document.paragraph(f"Yth. {document.text_or_dots(facts.addressee)}")
    document.paragraph(facts.addressee_address)
    document.gap(LINE / 2)


def _activity(document: PdfDocument, facts: CoverLetter) -> None:
    document.table(facts.activity, _TABLE_LABELS)


def _signature(document: PdfDocument, facts: CoverLetter) -> None:
    """Keeps the closing sentence and the signature on one page, so that no page has only a signature."""
    document.gap(LINE / 2)
    position = f"{document.text_or_dots(facts.position)},"
    names = document.height(position, width=_SIGNATURE) + document.height(facts.signer, bold=True, width=_SIGNATURE)
    document.keep_together(document.height(CLOSING) + LINE + names + _ROOM_TO_SIGN + 2 * LINE)
    document.paragraph(CLOSING, align="J")
    document.gap(LINE)
    left = WIDTH - _SIGNATURE
    document.paragraph(position, left=left, width=_SIGNATURE)
    document.gap(_ROOM_TO_SIGN / 2)
    document.paragraph(_SIGNED_HERE, grey=True, left=left, width=_SIGNATURE)
    document.gap(_ROOM_TO_SIGN / 2)
    document.paragraph(facts.signer, bold=True, left=left, width=_SIGNATURE)
    document.paragraph(f"NIP {document.text_or_dots(facts.nip)}", left=left, width=_SIGNATURE)


def _copies(document: PdfDocument, facts: CoverLetter) -> None:
    if not facts.copies_to:
        return
    document.keep_together(sum(map(document.height, (COPIES, *facts.copies_to))) + LINE)
    document.gap(LINE)
    document.paragraph(COPIES)
    document.numbered(facts.copies_to)
