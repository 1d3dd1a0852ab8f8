"""Facts of letters, all invented but for the public ones of the office."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from domain.letter_seal import SealedFacts
from domain.office.obligations import OBLIGATIONS
from letters.cover_letter import CoverLetter
from letters.recommendation import draw
from letters.recommendation_facts import Activity, Letterhead, LetterSigner, Recommendation, SampleDesign

ACTIVITY = Activity(
    title="Survei Kepuasan Pelayanan Kesehatan Kabupaten Jeneponto",
    organiser="Dinas Kesehatan Kabupaten Jeneponto",
    year="2027",
    approach="Survei sampel",
    methods="Wawancara, pengamatan (observasi)",
    tools="Computer-assisted Personal Interviewing (CAPI)",
    area="Kecamatan Binamu dan Kecamatan Kelara",
    schedule=(("Perencanaan", "1 Februari 2026 – 28 Februari 2026"), ("Pengolahan", "1 Mei 2026 – 31 Mei 2026")),
    units=(("Unit sampel", "Rumah tangga"), ("Unit analisis", "Kecamatan")),
    sample=SampleDesign("Stratified Random Sampling", "List Frame", "600 dari 12.000 rumah tangga", "RSE 3,5 persen"),
)
#: what the seal of a rejection says
SEALED_FACTS = SealedFacts(
    "A" * 26, "B-1/7304/KS.200/2026", "", dt.date(2026, 3, 2), "ditolak", "none", "Survei", "Dinas"
)
#: where letters are checked on the web
CHECKED_AT = "https://pst.example.go.id/verify/"
ISSUED = Recommendation(
    stage="issued",
    demo=False,
    letterhead=Letterhead(
        ("BADAN PUSAT STATISTIK", "KABUPATEN JENEPONTO"),
        "BPS Kabupaten Jeneponto",
        "Jl. Pelita No. 58, Bontosunggu 92311",
        "083299397188",
        "jenepontokab.bps.go.id",
        "bps7304@bps.go.id",
    ),
    number="B-90/7304/KS.200/2026",
    place="Bontosunggu",
    day=dt.date(2026, 3, 2),
    attachments="1 (satu) berkas",
    recipient="Kepala Dinas Kesehatan Kabupaten Jeneponto",
    recipient_place="Jeneponto",
    legal_basis=(("UU 16/1997", "Statistik"), ("PP 51/1999", "Penyelenggaraan Statistik")),
    application="REK-2026-0012",
    application_day=dt.date(2026, 1, 5),
    activity=ACTIVITY,
    verdict="layak",
    grounds=("Kegiatan ini tidak tumpang tindih dengan kegiatan lain.", "Konsep dan definisinya jelas."),
    remarks=("Judul publikasi agar sama dengan judul kegiatan.",),
    identity="V-26.7304.001",
    signer=LetterSigner(
        "Direktur Diseminasi Statistik", "Dr. Andi Rahmawati", "Pembina Utama Muda", "19700101 199501 2 001"
    ),
    way="certificate",
    obligations=OBLIGATIONS,
    copies=("Kepala BPS Provinsi Sulawesi Selatan", "Kepala Bappeda Kabupaten Jeneponto"),
    nature="Biasa",
)
COVER_LETTER = CoverLetter(
    day=dt.date(2026, 3, 2),
    place="Jeneponto",
    addressee="Kepala BPS Provinsi Sulawesi Selatan",
    addressee_address="Jl. Haji Bau No. 6, Makassar 90125",
    office="BPS Kabupaten Jeneponto",
    title="Survei Kepuasan Masyarakat Kabupaten Jeneponto",
    year="2026",
    institution="Dinas Komunikasi dan Informatika",
    address="Jl. Lanto Dg. Pasewang No. 34",
    phone="+62 419 21001",
    email="kominfo@example.go.id",
    signer="Nama Contoh, S.Si.",
    position="Kepala Bidang Statistik Sektoral",
    nip="19700101 199501 2 001",
    letterhead="PEMERINTAH KABUPATEN JENEPONTO\nDINAS KOMUNIKASI DAN INFORMATIKA\nJl. Contoh No. 1",
    attachments="3 (tiga) berkas",
)

UNSIGNED = replace(ISSUED, way="none")
DRAFT = replace(UNSIGNED, stage="draft", number="", identity="", day=None)
REJECTED = replace(ISSUED, verdict="ditolak", identity="")
LETTERS = {"draft": DRAFT, "unsigned": UNSIGNED, "signed": ISSUED, "rejected": REJECTED}
#: what people paste: emoji with joiners, other scripts, right-to-left text, invisible characters
_NASTY = "aé W.-\t\n\r\x00\xad\xa0\u200d\u202e\ufe0f\u0301🎉👩漢字مسحאב𝔘ﬁ½€\ufffd*_~()\\<{nb}"
anything = st.text(st.sampled_from(_NASTY) | st.characters(exclude_categories=["Cs"]), max_size=400)
long_remark = "Definisi variabel agar ditulis dengan bahasa yang mudah dipahami oleh pembaca awam. " * 12


def render(facts: Recommendation, logo: bytes = b"", qr: str = "") -> bytes:
    return draw(facts, logo, qr).content
