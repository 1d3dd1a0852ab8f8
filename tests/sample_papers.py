"""Facts of other papers than the letter, all invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from domain.office.obligations import OBLIGATIONS
from domain.satisfaction import index_of
from domain.text import Text, verbatim
from letters.complaint_receipt import ComplaintReceipt
from letters.courtesy_translation import CourtesyTranslation
from letters.register_page import PrintedRegister
from letters.register_workbook import RegisterRow
from letters.remark_note import NotedRemark, RemarkNote
from letters.satisfaction_report import SatisfactionReport
from tests.sample_surveys import WORKED

OFFICE, DAY = "BPS Kabupaten Jeneponto", dt.date(2026, 3, 2)
TITLE, ORGANISER = "Survei Kepuasan Pelayanan Kesehatan", "Dinas Kesehatan Kabupaten Jeneponto"
TRANSLATION = CourtesyTranslation(
    office=OFFICE,
    number="B-90/7304/KS.200/2026",
    day=DAY,
    recipient=f"Kepala {ORGANISER}",
    signer="Dr. Andi Rahmawati",
    position=Text("Direktur Diseminasi Statistik"),
    application="REK-2026-0012",
    application_day=dt.date(2026, 1, 5),
    title=TITLE,
    organiser=ORGANISER,
    verdict="layak",
    identity="V-26.7304.001",
    activity=((verbatim("Tahun kegiatan"), verbatim("2027")), (verbatim("Cara"), verbatim("Survei"))),
    grounds=("The design of the activity is complete, clear, and fits its purpose.",),
    advice=("Test the questionnaire before the data are collected.",),
    obligations=OBLIGATIONS,
)
NOTE = RemarkNote(
    OFFICE,
    "REK-2026-0012",
    TITLE,
    ORGANISER,
    DAY,
    1,
    (NotedRemark(verbatim("3.2 Tujuan"), verbatim("Mengukur kepuasan."), "Mohon diperjelas.", "Sudah."),),
)
COMPLAINT = ComplaintReceipt(
    OFFICE,
    "ADU-2026-0007",
    dt.datetime(2026, 3, 2, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    "WITA",
    True,
    "",
    dt.date(2026, 3, 9),
    dt.date(2026, 3, 27),
    (("Meja pengaduan", verbatim(f"Unit PST {OFFICE}")), ("Layanan nasional", verbatim("SP4N-LAPOR!, lapor.go.id"))),
)
REGISTER = PrintedRegister(
    OFFICE,
    2026,
    DAY,
    (
        RegisterRow(
            "B-1/7304/KS.200/2026", DAY, "V-26.7304.001", TITLE, ORGANISER, "layak", "berlaku", "", "", "segel"
        ),
        RegisterRow("B-2/7304/KS.200/2026", DAY, "", TITLE, ORGANISER, "ditolak", "dicabut", "Keliru.", "", "segel"),
    ),
)
SATISFACTION = SatisfactionReport(
    office=OFFICE,
    first=dt.date(2026, 1, 1),
    last=dt.date(2026, 3, 31),
    made_on=DAY,
    result=index_of(WORKED),
    ratings=14,
    mean_stars=Decimal("4.29"),
    respondents=WORKED,
    comments=("Petugasnya ramah.", "Suratnya cepat terbit, terima kasih."),
)
