"""Questions of every kind, and where they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.form.definition import Limits, Option, Question, QuestionKind, Stage, Value
from domain.form.reading import Area, Reading
from domain.text import Arg, Text

READING = Reading(
    today=date(2026, 11, 23),
    province=Area("7300", "Sulawesi Selatan"),
    district=Area("7304", "Jeneponto"),
    areas=(
        Area("7301", "Kepulauan Selayar"),
        Area("7304", "Jeneponto"),
        Area("7306", "Gowa"),
        Area("7317", "Luwu"),
        Area("7318", "Tana Toraja"),
        Area("7322", "Luwu Utara"),
        Area("7326", "Toraja Utara"),
        Area("7371", "Kota Makassar"),
        Area("7372", "Kota Parepare"),
    ),
)

MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"


def question(
    kind: QuestionKind,
    *,
    id: str = "isian",
    label: str = "Isian",
    example: str = "",
    required: bool = True,
    limits: Limits | None = None,
    options: tuple[Option, ...] = (),
    columns: tuple[Question, ...] = (),
    stages: tuple[Stage, ...] = (),
    areas: bool = False,
) -> Question:
    return Question(
        id=id,
        code="",
        kind=kind,
        label=Text(label),
        help=Text(""),
        example=Text(example),
        purpose=Text(""),
        required=required,
        limits=limits or Limits(),
        options=options,
        columns=columns,
        stages=stages,
        areas=areas,
    )


def option(value: str, label: str, short: str = "", *, asks_text: bool = False) -> Option:
    return Option("1", value, Text(label), Text(short) if short else None, asks_text)


TITLE = question(
    "text",
    label="Judul Kegiatan",
    example="Kompilasi Data Pelayanan Kesehatan",
    limits=Limits(min_length=15, max_length=255),
)
TEXT = question("text")
LONGTEXT = question("longtext")
POSTCODE = question("text", label="Kode Pos", example="92311", limits=Limits(pattern="^[0-9]{5}$"))
NUMBER = question("number", limits=Limits(min=0, max=2_000_000))
YEAR = question("number", limits=Limits(min=2000, max_years_ahead=3))
DATE = question("date")
RELEASE = question("date", limits=Limits(max_years_ahead=3))
OFFICE_PHONE = question("phone", limits=Limits(pattern="^[0-9+() \\-]{6,25}$"))
FAX = question("phone", required=False)
MOBILE = question("phone", limits=Limits(mobile=True))
EMAIL = question("email")
CODE = question("code")
FILE = question("file", limits=Limits(max_mb=10, accept=("pdf", "docx")))
YES_NO = question("choice", options=(option("ya", "Ya"), option("tidak", "Tidak")))
SECTOR = question(
    "choice",
    options=(
        option("dasar", "Statistik Dasar"),
        option("sektoral", "Statistik Sektoral"),
        option("khusus", "Statistik Khusus"),
        option("smp", "≤ SMP"),
        option("publik", "Sektor Publik, Perpajakan, dan Regulasi Pasar", "Sektor publik"),
    ),
)
FEELING = question("choice", options=(option("4", "Sesuai"), option("3", "Sesuai sekali"), option("1", "Tidak sesuai")))
OCCUPATION = question("choice", options=(option("asn", "ASN"), option("lain", "Lainnya, sebutkan", asks_text=True)))
METHODS = question(
    "choices",
    limits=Limits(min_choices=1),
    options=(
        option("wawancara", "Wawancara"),
        option("swacacah", "Mengisi kuesioner sendiri (swacacah)"),
        option("pengamatan", "Pengamatan (observasi)"),
        option("usaha", "Usaha, dagang, dan jasa"),
        option("lainnya", "Lainnya (sebutkan)", "Lainnya", asks_text=True),
    ),
)
TOOLS = question(
    "choices",
    limits=Limits(min_choices=2),
    options=(
        option("papi", "Paper-assisted Personal Interviewing (PAPI)"),
        option("capi", "Computer-assisted Personal Interviewing (CAPI)"),
        option("cati", "Computer-assisted Telephones Interviewing (CATI)"),
    ),
)
VARIABLES = question(
    "rows",
    limits=Limits(min_rows=1, max_rows=3),
    columns=(
        question("text", id="nama", label="Nama Variabel", limits=Limits(max_length=30)),
        question("text", id="konsep", label="Konsep", required=False),
        question("longtext", id="definisi", label="Definisi"),
        question("number", id="jumlah", label="Jumlah", required=False),
    ),
)
AREAS = question(
    "rows",
    areas=True,
    limits=Limits(min_rows=1),
    columns=(
        question("code", id="kode_provinsi", label="Kode Provinsi", required=False),
        question("text", id="nama_provinsi", label="Provinsi"),
        question("code", id="kode_kabupaten_kota", label="Kode Kabupaten/Kota", required=False),
        question("text", id="nama_kabupaten_kota", label="Kabupaten/Kota"),
    ),
)
SCHEDULE = question(
    "schedule",
    stages=(
        Stage("perencanaan", Text("Perencanaan kegiatan"), "A", True),
        Stage("desain", Text("Desain"), "A", False),
        Stage("pengumpulan", Text("Pengumpulan data"), "B", True),
        Stage("pengolahan", Text("Pengolahan data"), "C", False),
    ),
)
EVERY_QUESTION = {
    "title": TITLE, "text": TEXT, "longtext": LONGTEXT, "postcode": POSTCODE, "number": NUMBER, "year": YEAR,
    "date": DATE, "release": RELEASE, "office phone": OFFICE_PHONE, "fax": FAX, "mobile": MOBILE, "email": EMAIL,
    "code": CODE, "file": FILE, "yes or no": YES_NO, "sector": SECTOR, "feeling": FEELING, "occupation": OCCUPATION,
    "methods": METHODS, "tools": TOOLS, "variables": VARIABLES, "areas": AREAS, "schedule": SCHEDULE,
}  # fmt: skip

PLANNING_AND_COLLECTION = "Perencanaan: 1/2/2027 - 28/2/2027\nPengumpulan: Maret 2027"

GOOD: list[tuple[str, str, Value]] = [
    ("text", "  Dinas\nKesehatan \t Jeneponto ", "Dinas Kesehatan Jeneponto"),
    ("text", "Cafe\u0301", "Caf\u00e9"),
    ("text", "a\u202edcba\u202c \u200bb\ufeff\x00c", "adcba bc"),
    ("text", "https://bps.go.id", "https://bps.go.id"),
    ("text", "\ud83dok", "ok"),
    ("longtext", "satu  \r\ndua\u2028\ntiga  \n", "satu\ndua\n\ntiga"),
    ("postcode", "92311", "92311"),
    ("number", "1500", 1500),
    ("number", "1.500", 1500),
    ("number", "1.500.000", 1_500_000),
    ("number", "1 500", 1500),
    ("number", "1\u00a0500", 1500),
    ("number", " 25. ", 25),
    ("number", "０２５", 25),
    ("number", "１．５００", 1500),
    ("number", "0", 0),
    ("year", "2027", 2027),
    ("year", "2029", 2029),
    ("date", "31/12/2026", "2026-12-31"),
    ("date", "31-12-2026", "2026-12-31"),
    ("date", "31.12.2026", "2026-12-31"),
    ("date", "31 – 12 – 2026", "2026-12-31"),
    ("date", "1 2 2027", "2027-02-01"),
    ("date", "2026-12-31", "2026-12-31"),
    ("date", "31 Des 2026", "2026-12-31"),
    ("date", "31 Des. 2026", "2026-12-31"),
    ("date", "31-Des-2026", "2026-12-31"),
    ("date", "31 Desember 2026", "2026-12-31"),
    ("date", "31 DECEMBER 2026.", "2026-12-31"),
    ("date", "December 31, 2026", "2026-12-31"),
    ("date", "1 Agt 2027", "2027-08-01"),
    ("date", "1 Ags 2027", "2027-08-01"),
    ("date", "1 Peb 2027", "2027-02-01"),
    ("date", "10 nop 2026", "2026-11-10"),
    ("date", "1 Mei 2027", "2027-05-01"),
    ("date", "1 may 2027", "2027-05-01"),
    ("date", "Kamis, 31 Desember 2026", "2026-12-31"),
    ("date", "tanggal 31/12/2026", "2026-12-31"),
    ("date", "29/2/2028", "2028-02-29"),
    ("date", "３１／１２／２０２６", "2026-12-31"),
    ("date", "hari ini", "2026-11-23"),
    ("date", "Besok", "2026-11-24"),
    ("date", "today", "2026-11-23"),
    ("date", "tomorrow", "2026-11-24"),
    ("release", "31/12/2029", "2029-12-31"),
    ("office phone", "(0419) 21234", "(0419) 21234"),
    ("office phone", "0419–21234", "0419-21234"),
    ("office phone", "telp. 0419 21234", "+62 419 21234"),
    ("fax", "-", "-"),
    ("fax", " — ", "-"),
    ("fax", "0411 854838", "+62 411 854838"),
    ("mobile", "0812 8737 6133", "+6281287376133"),
    ("mobile", "6281287376133", "+6281287376133"),
    ("mobile", "+62 812-8737-6133", "+6281287376133"),
    ("mobile", "+60 12-345 6789", "+60123456789"),
    ("email", " dinas@Jenepontokab.GO.ID ", "dinas@jenepontokab.go.id"),
    ("code", "73.04", "7304"),
    ("yes or no", "ya", "ya"),
    ("yes or no", "YA!", "ya"),
    ("yes or no", "iya", "ya"),
    ("yes or no", "tdk", "tidak"),
    ("yes or no", "tid", "tidak"),
    ("yes or no", "2", "tidak"),
    ("yes or no", "2.", "tidak"),
    ("yes or no", "2\ufe0f\u20e3", "tidak"),
    ("yes or no", "2. Tidak", "tidak"),
    ("sector", "statistik  SEKTORAL", "sektoral"),
    ("sector", "sektoral", "sektoral"),
    ("sector", "statistik k", "khusus"),
    ("sector", "smp", "smp"),
    ("sector", "Sektor publik", "publik"),
    ("sector", "sektor publik, perpajakan", "publik"),
    ("feeling", "sesuai", "4"),
    ("feeling", "3", "1"),
    ("occupation", "asn", "asn"),
    ("occupation", "lainnya: petani", {"values": ["lain"], "other": "petani"}),
    ("occupation", "2: petani", {"values": ["lain"], "other": "petani"}),
    ("methods", "1,3", {"values": ["wawancara", "pengamatan"]}),
    ("methods", "3 dan 1", {"values": ["wawancara", "pengamatan"]}),
    ("methods", "1 3", {"values": ["wawancara", "pengamatan"]}),
    ("methods", "1\n3; 3", {"values": ["wawancara", "pengamatan"]}),
    ("methods", "1. Wawancara\n3. Pengamatan (observasi)", {"values": ["wawancara", "pengamatan"]}),
    ("methods", "wawancara, pengamatan", {"values": ["wawancara", "pengamatan"]}),
    ("methods", "swacacah & observasi", {"values": ["swacacah", "pengamatan"]}),
    ("methods", "usaha, dagang, dan jasa, wawancara", {"values": ["wawancara", "usaha"]}),
    ("methods", "lainnya: wawancara daring, foto", {"values": ["lainnya"], "other": "wawancara daring, foto"}),
    ("methods", "1, 5: wawancara daring", {"values": ["wawancara", "lainnya"], "other": "wawancara daring"}),
    ("tools", "CAPI, papi", {"values": ["papi", "capi"]}),
    (
        "variables",
        "Jumlah balita | - | Anak berumur 0–59 bulan. | 1.500\nJumlah ibu||Ibu hamil.",
        [
            {"nama": "Jumlah balita", "konsep": "", "definisi": "Anak berumur 0–59 bulan.", "jumlah": "1500"},
            {"nama": "Jumlah ibu", "konsep": "", "definisi": "Ibu hamil.", "jumlah": ""},
        ],
    ),
    (
        "areas",
        "Gowa\n- | Sulawesi Barat | 7602 | Polewali Mandar",
        [
            {
                "kode_provinsi": "73",
                "nama_provinsi": "Sulawesi Selatan",
                "kode_kabupaten_kota": "7306",
                "nama_kabupaten_kota": "Gowa",
            },
            {
                "kode_provinsi": "",
                "nama_provinsi": "Sulawesi Barat",
                "kode_kabupaten_kota": "7602",
                "nama_kabupaten_kota": "Polewali Mandar",
            },
        ],
    ),
    (
        "schedule",
        PLANNING_AND_COLLECTION,
        {"perencanaan": ["2027-02-01", "2027-02-28"], "pengumpulan": ["2027-03-01", "2027-03-31"]},
    ),
]

OFFICE: Mapping[str, Arg] = {
    "district": "Kabupaten Jeneponto",
    "district_name": "Jeneponto",
    "province": "Sulawesi Selatan",
    "addressee": "Kepala BPS Provinsi Sulawesi Selatan",
    "area": "7304",
    "province_area": "7300",
}
