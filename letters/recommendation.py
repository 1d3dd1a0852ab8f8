"""The letter of recommendation: what was examined, the verdict with its grounds, and what follows from it.

It is drawn from its facts alone (`letters.recommendation_facts`). Official letters are in Indonesian, whatever language
the applicant reads: nothing is translated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from domain.frozen import frozen
from domain.letter_seal import SEAL_KEY
from domain.signer import printed_nip
from domain.text import Json
from letters.pdf import LINE, WIDTH, FieldFrame, PdfDocument, long_date
from letters.recommendation_facts import Activity, Letterhead, Recommendation, SampleDesign, Verdict

_SUBJECT: Mapping[Verdict, str] = {
    "layak": "Surat Rekomendasi Kegiatan Statistik",
    "ditolak": "Hasil Pemeriksaan Rancangan Kegiatan Statistik",
}
_NUMBER_LATER = "…. (nomor diberikan saat terbit)"
_IDENTITY_LATER = "…. (diberikan saat terbit)"
_DAY_LATER = "." * 24
_NAME_LATER = "(nama pejabat penanda tangan)"
_UNSIGNED = "Tanpa tanda tangan elektronik; disahkan dengan kode QR bersegel"
#: Each is longer than a line, so that more than the signature stands on the last page.
_CLOSING: Mapping[Verdict, str] = {
    "layak": (
        "Demikian surat rekomendasi ini kami sampaikan untuk digunakan sebagaimana mestinya. Atas perhatian dan kerja "
        "sama Saudara, kami ucapkan terima kasih."
    ),
    "ditolak": (
        "Demikian hasil pemeriksaan ini kami sampaikan untuk ditindaklanjuti. Atas perhatian dan kerja sama Saudara, "
        "kami ucapkan terima kasih."
    ),
}
_LABELS, _TABLE_LABELS, _DATE, _SIGNATURE = 20.0, 50.0, 60.0, 76.0
_ROOM_TO_SIGN = 22.0
_BESIDE_QR = 29.5
QR_SIDE = 25.0  #: millimetres; the block of the signature is higher
_COPIES_WHOLE = 60.0  #: a longer list of copies may continue on the next page
_LETTERHEAD_SIZE, _SMALL, _TINY = 14.5, 9.5, 7.5
_LOGO = 22.0  #: kept free in the letterhead of an office whose profile has no logo
_PLACE_INDENT = 8.0
FACTS_FILE = "surat.json"  #: the facts, carried by the PDF

#: Kinds of regulations as the office profile abbreviates them → as a letter writes them in full.
_REGULATIONS: Mapping[str, str] = {
    "UU": "Undang-Undang",
    "PP": "Peraturan Pemerintah",
    "Perpres": "Peraturan Presiden",
    "Peraturan BPS": "Peraturan Badan Pusat Statistik",
    "Keputusan Kepala BPS": "Keputusan Kepala Badan Pusat Statistik",
    "PermenPANRB": "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi",
}
_CITED = re.compile(r"(?P<kind>.+) (?P<number>\d+)/(?P<year>\d{4})")


@frozen
class DrawnLetter:
    content: bytes
    stamp: FieldFrame  #: where an electronic signature shows


def subject(facts: Recommendation) -> str:
    return f"{_SUBJECT[facts.verdict]} {facts.activity.title}"


def draw(facts: Recommendation, logo: bytes = b"", qr: str = "") -> DrawnLetter:
    """Draws an A4 PDF of one or more pages. The same facts give the same bytes. `logo`: PNG or SVG. `qr`: what the QR
    code beside the signature says; without it there is none.
    """
    marks = (("CONTOH", facts.demo), ("DRAF", facts.stage == "draft"))
    watermark = " ".join(word for word, holds in marks if holds)
    day = facts.day or facts.application_day
    document = PdfDocument(subject(facts), facts.letterhead.office, day, watermark, archive=True)
    _letterhead(document, facts.letterhead, logo)
    _head(document, facts)
    _opening(document, facts)
    _verdict(document, facts)
    _details(document, facts.activity)
    _consequences(document, facts)
    stamp = _end(document, facts, qr)
    document.number_pages()
    sealed: dict[str, Json] = {SEAL_KEY: qr} if qr else {}
    told = json.dumps({**facts.to_json(), **sealed}, ensure_ascii=False, indent=1, sort_keys=True)
    document.attach(FACTS_FILE, told.encode(), "Isi surat ini, untuk dibaca program", day)
    return DrawnLetter(document.output(), stamp)


def _letterhead(document: PdfDocument, head: Letterhead, logo: bytes) -> None:
    top = document.place
    if logo:
        document.logo(logo, _LOGO, f"Logo {head.office}")
    left, width = _LOGO, WIDTH - _LOGO
    for line in head.lines:
        document.paragraph(line, bold=True, align="C", size=_LETTERHEAD_SIZE, left=left, width=width)
    document.gap(1)
    named = (("Telepon", head.phone), ("Laman", head.website), ("E-mail", head.email))
    reached = " · ".join(f"{name}: {value}" for name, value in named if value)
    for line in (head.address, reached):
        if line:
            document.paragraph(line, align="C", size=_SMALL, left=left, width=width)
    document.gap(max(1.5, top + _LOGO + 1.5 - document.place))
    document.rule(0.9, shade=0)
    document.gap(1.1)
    document.rule(0.3, shade=0)
    document.gap(LINE)


def _head(document: PdfDocument, facts: Recommendation) -> None:
    width = WIDTH - _DATE
    numbers = (
        ("Nomor", facts.number or _NUMBER_LATER),
        *((("Sifat", facts.nature),) if facts.nature else ()),
        ("Lampiran", facts.attachments or "-"),
    )
    day = long_date(facts.day) if facts.day else _DAY_LATER

    def rows() -> None:
        for label, value in numbers:
            document.row(label, value, _LABELS, width)
        document.row("Hal", subject(facts), _LABELS, width, kind="H1")

    def place_and_day() -> None:
        document.paragraph(f"{facts.place}, {day}", align="R", left=width, width=_DATE)

    document.draw_beside(rows, place_and_day)
    document.gap(LINE)
    document.paragraph(f"Yth. {document.text_or_dots(facts.recipient)}", width=width)
    document.paragraph("di –")
    document.paragraph(facts.recipient_place or "tempat", left=_PLACE_INDENT, width=width)
    document.gap(LINE)


def _opening(document: PdfDocument, facts: Recommendation) -> None:
    request = f"permohonan Saudara nomor {facts.application} tanggal {long_date(facts.application_day)}"
    examined = "kami telah memeriksa rancangan kegiatan statistik yang disebut pada hal surat ini."
    if facts.legal_basis:
        document.paragraph(f"Menindaklanjuti {request} dan berdasarkan:", align="J")
        document.numbered(_listed([f"{_spelt_out(cite)} tentang {what}" for cite, what in facts.legal_basis]))
        document.paragraph(examined, align="J")
    else:
        document.paragraph(f"Menindaklanjuti {request}, {examined}")


def _details(document: PdfDocument, activity: Activity) -> None:
    document.gap(LINE / 2)
    document.keep_together(4 * LINE)
    document.paragraph("Rancangan yang kami periksa:")
    document.gap(LINE / 4)
    document.table(_activity(activity), _TABLE_LABELS)


def _activity(activity: Activity) -> list[tuple[str, str | list[str]]]:
    sample = activity.sample or SampleDesign("", "", "", "")
    rows: list[tuple[str, str | list[str]]] = [
        ("Judul kegiatan", activity.title),
        ("Penyelenggara", activity.organiser),
        ("Tahun kegiatan", activity.year),
        ("Cara pengumpulan data", activity.approach),
        ("Metode pengumpulan data", activity.methods),
        ("Sarana pengumpulan data", activity.tools),
        ("Wilayah kegiatan", activity.area),
        ("Jadwal", [f"{stage}: {period}" for stage, period in activity.schedule]),
        ("Rancangan sampel", sample.design),
        ("Kerangka sampel", sample.frame),
        ("Ukuran/fraksi sampel", sample.size),
        ("Perkiraan sampling error", sample.error),
        ("Unit", [f"{kind}: {unit}" for kind, unit in activity.units]),
    ]
    return [(label, value) for label, value in rows if value]


def _verdict(document: PdfDocument, facts: Recommendation) -> None:
    """On the first page, before the details."""
    document.gap(LINE / 2)
    document.paragraph("Berdasarkan hasil pemeriksaan, rancangan kegiatan statistik tersebut kami nyatakan")
    document.gap(LINE / 2)
    if facts.verdict == "layak":
        document.paragraph("LAYAK UNTUK DILAKSANAKAN", bold=True, align="C", kind="H2")
        document.paragraph(f"Identitas rekomendasi: {facts.identity or _IDENTITY_LATER}", bold=True, align="C")
    else:
        document.paragraph("BELUM LAYAK UNTUK DILAKSANAKAN", bold=True, align="C", kind="H2")
    document.gap(LINE / 2)
    follows = "" if facts.verdict == "layak" else "sehingga permohonan rekomendasinya ditolak"
    grounds = "dengan pertimbangan sebagai berikut:" if facts.grounds else ""
    if follows or grounds:
        document.paragraph(", ".join(part for part in (follows, grounds) if part) + ("" if grounds else "."))
    document.texts(facts.grounds)


def _consequences(document: PdfDocument, facts: Recommendation) -> None:
    if facts.verdict == "layak":
        document.section("Dalam pelaksanaannya, hal-hal berikut agar diperhatikan:", facts.remarks)
        document.section("Penyelenggara kegiatan berkewajiban:", facts.obligations)
        return
    document.section("Hal-hal berikut perlu diperbaiki:", facts.remarks)
    document.gap(LINE / 2)
    document.paragraph(
        "Kami mohon Saudara memperbaiki rancangan kegiatan sesuai dengan surat ini, kemudian mengajukan permohonan "
        f"baru melalui {facts.letterhead.office}. Pengumpulan data agar tidak dimulai sebelum rekomendasi "
        "diberikan. Petugas kami siap mendampingi Saudara dalam perbaikan tersebut.",
        align="J",
    )


def _end(document: PdfDocument, facts: Recommendation, qr: str) -> FieldFrame:
    """Keeps closing sentence, signature and copies on one page, so that no page has only a signature. Returns the place
    of the signature.
    """
    closing = _CLOSING[facts.verdict]
    block = _signature(document, facts)
    height = document.height(closing) + 2 * LINE + _ROOM_TO_SIGN
    height += sum(document.height(words, bold=True, width=_SIGNATURE) for words in block)
    copies = (1.5 + len(facts.copies)) * LINE if facts.copies else 0
    document.gap(LINE / 2)
    document.keep_together(height + copies if copies < _COPIES_WHOLE else height)
    document.paragraph(closing, align="J")
    document.gap(LINE)
    if qr:
        document.beside(lambda: _checking(document, facts, qr))
    stamp = _sign(document, facts, block)
    document.section("Tembusan:", facts.copies)
    return stamp


def _checking(document: PdfDocument, facts: Recommendation, qr: str) -> None:
    """The QR code, and how to check the letter without a camera."""
    document.qr_code(qr, QR_SIDE, "Kode QR untuk memeriksa keaslian surat")
    address, code = qr.partition("#")[0].removesuffix(facts.code).rstrip("/"), facts.code
    groups = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    words = (
        "Periksa surat ini: pindai kode QR, atau buka",
        address.partition("://")[2],
        "dan tulis kode",
        groups,
    )
    for line in words:
        document.paragraph(line, grey=True, size=_TINY, left=_BESIDE_QR, width=WIDTH - _SIGNATURE - _BESIDE_QR - 3)


def _signature(document: PdfDocument, facts: Recommendation) -> list[str]:
    """Title and name, then rank and NIP where they are known."""
    signer = facts.signer
    nip = printed_nip(signer.nip)
    known = [signer.rank, f"NIP {nip}" if nip else ""]
    return [f"{document.text_or_dots(signer.title)},", signer.name or _NAME_LATER, *filter(None, known)]


def _sign(document: PdfDocument, facts: Recommendation, block: list[str]) -> FieldFrame:
    """Returns the place that is kept for an electronic signature."""
    left = WIDTH - _SIGNATURE
    title, name, *known = block
    document.paragraph(title, left=left, width=_SIGNATURE)
    stamp = document.area(_ROOM_TO_SIGN, left, _SIGNATURE)
    document.gap(_ROOM_TO_SIGN)
    document.paragraph(name, bold=True, left=left, width=_SIGNATURE)
    for line in known:
        document.paragraph(line, left=left, width=_SIGNATURE)
    if facts.stage == "issued" and facts.way == "none":
        document.paragraph(_UNSIGNED, grey=True, size=_SMALL, left=left, width=_SIGNATURE)
    return stamp


def _listed(texts: list[str]) -> list[str]:
    """Adds the punctuation of a list inside a sentence that continues after it."""
    ends = [";"] * (len(texts) - 2) + ["; dan"] * (len(texts) > 1) + [","]
    return [text + end for text, end in zip(texts, ends, strict=True)]


def _spelt_out(cite: str) -> str:
    """Writes a citation such as "UU 16/1997" in full; another form stays as it is."""
    cited = _CITED.fullmatch(cite)
    if cited is None:
        return cite
    return f"{_REGULATIONS.get(cited['kind'], cited['kind'])} Nomor {cited['number']} Tahun {cited['year']}"
