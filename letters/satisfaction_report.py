"""The report of the satisfaction survey about a period: its facts, and the PDF. Nobody is named in it.

Source: PermenPANRB 14/2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from domain.frozen import frozen
from domain.satisfaction import ELEMENTS, QUESTIONS, RELIABLE_FROM, SMALLEST_GROUP, Element, SatisfactionIndex, Scores
from letters.pdf import LINE, PdfDocument, long_date

TITLE = "Laporan Survei Kepuasan Masyarakat"
NOBODY = "Belum ada survei yang selesai diisi dalam masa ini."
FEW = f"Belum andal: kurang dari {RELIABLE_FROM} responden."
SMALL = (
    f"Jawaban perorangan dan komentar tidak ditampilkan, karena kurang dari {SMALLEST_GROUP} orang yang "
    "menjawab. Dengan begitu tidak ada yang dapat dikenali."
)
_METHOD = (
    "Survei memakai sembilan unsur Peraturan Menteri PANRB Nomor 14 Tahun 2017. Setiap unsur berbobot sama, yaitu 1/9. "
    "Indeks adalah rata-rata semua unsur dikalikan 25."
)
_LABELS = 72.0


@frozen
class SatisfactionReport:
    office: str
    first: date
    last: date
    made_on: date
    result: SatisfactionIndex | None  #: `None`: nobody has finished a survey
    ratings: int
    mean_stars: Decimal | None  #: of the ratings
    respondents: Sequence[Scores]  #: one by one, in an order that tells nothing; empty for a small group
    comments: Sequence[str]  #: the same

    @property
    def period(self) -> str:
        return f"{long_date(self.first)} sampai {long_date(self.last)}"

    @property
    def is_small(self) -> bool:
        """Whether single answers would let somebody be recognised."""
        return self.result is not None and self.result.respondents < SMALLEST_GROUP

    def figures(self) -> list[tuple[str, str]]:
        """What it is, and the figure."""
        result = self.result
        stars = [("Rata-rata bintang", f"{comma(self.mean_stars)} dari {self.ratings} penilaian")]
        rated = stars if self.mean_stars is not None else []
        if result is None:
            return [("Jumlah responden", "0"), *rated]
        interval = " sampai ".join(map(comma, result.interval)) if result.interval else FEW
        return [
            ("Indeks Kepuasan Masyarakat (IKM)", comma(result.index)),
            ("Mutu pelayanan", f"{result.grade.letter}, {result.grade.label.msgid}"),
            ("Jumlah responden", str(result.respondents)),
            ("Selang kepercayaan 95 %", interval),
            ("Unsur terendah", "; ".join(map(named, result.lowest))),
            *rated,
        ]


def render(report: SatisfactionReport) -> bytes:
    """Draws A4 pages. The same facts give the same bytes."""
    document = PdfDocument(f"{TITLE} {report.period}", report.office, report.made_on)
    document.paragraph(TITLE, bold=True, size=13, align="C", kind="H1")
    document.paragraph(report.office, align="C")
    document.paragraph(report.period, align="C")
    document.paragraph(f"Disusun {long_date(report.made_on)}", align="C", grey=True)
    document.gap(LINE)
    document.table(report.figures(), _LABELS)
    if report.result is None:
        document.section("Hasil", [NOBODY], bold=True)
    else:
        _draw_elements(document, report.result)
    document.section("Komentar", [f"“{words}”" for words in report.comments], bold=True)
    document.section("Cara menghitung", [_METHOD, *([SMALL] if report.is_small else [])], bold=True)
    document.number_pages()
    return document.output()


def _draw_elements(document: PdfDocument, result: SatisfactionIndex) -> None:
    document.gap(LINE)
    document.paragraph("Nilai rata-rata setiap unsur, dari 1 sampai 4", bold=True, kind="H2")
    document.gap(LINE / 2)
    document.table([(named(name), comma(result.means[name])) for name in ELEMENTS], _LABELS + 40)


def named(element: Element) -> str:
    return f"{element} {QUESTIONS[element].name.msgid}"


def comma(figure: Decimal | None) -> str:
    """As Indonesian documents write it."""
    return str(figure).replace(".", ",")
