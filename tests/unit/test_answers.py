"""What typed words become, for each kind of answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form.answers import KINDS, ask_hint, brief, read, show, still_reads
from domain.form.areas import read_area
from domain.form.dates import read_period
from domain.form.definition import Question, Value
from domain.form.loading import load_forms, newest
from domain.form.options import NeedsOther, with_other
from domain.form.reading import Unreadable, source_words
from domain.form.rows import read_cell, read_row
from domain.form.schedules import read_schedule
from domain.text import Json
from tests.unit.answer_samples import (
    AREAS,
    DATE,
    EMAIL,
    EVERY_QUESTION,
    FAX,
    FILE,
    GOOD,
    LONGTEXT,
    METHODS,
    MONTHS,
    NUMBER,
    OCCUPATION,
    OFFICE,
    PLANNING_AND_COLLECTION,
    READING,
    SCHEDULE,
    TEXT,
    VARIABLES,
    YEAR,
    YES_NO,
    option,
    question,
)


@pytest.mark.parametrize(("name", "words", "value"), GOOD)
def test_good_words_become_this_value_which_still_reads_and_shows(name: str, words: str, value: Value) -> None:
    asked = EVERY_QUESTION[name]
    assert read(asked, words, READING) == value
    assert still_reads(asked, value), "what was just read does not fit its own question"
    assert source_words(show(asked, value))


BAD: list[tuple[str, str, str]] = [
    ("text", "", "belum berisi huruf atau angka"),
    ("text", " \n\u200b ", "belum berisi huruf atau angka"),
    ("text", "👍🙏", "belum berisi huruf atau angka"),
    ("text", "-", "belum berisi huruf atau angka"),
    ("text", "\u3164", "belum berisi huruf atau angka"),
    ("text", "a" * 1001, "Isian terlalu panjang: 1001 huruf, paling banyak 1000"),
    ("longtext", "a" * 4001, "paling banyak 4000"),
    ("title", "Survei", "Judul Kegiatan terlalu pendek: 6 huruf, paling sedikit 15. Contoh: Kompilasi Data"),
    ("postcode", "9231A", "Kode Pos belum sesuai dengan bentuk yang diminta. Contoh: 92311"),
    ("postcode", "923111", "belum sesuai"),
    ("number", "dua puluh", "dengan angka tanpa koma"),
    ("number", "1,5", "dengan angka tanpa koma"),
    ("number", "1.5", "dengan angka tanpa koma"),
    ("number", "1.500,00", "dengan angka tanpa koma"),
    ("number", "0.500", "dengan angka tanpa koma"),
    ("number", "5²", "dengan angka tanpa koma"),
    ("number", "1.500 000", "dengan angka tanpa koma"),
    ("number", "9" * 5000, "dengan angka tanpa koma"),
    ("number", "-1", "Paling sedikit 0"),
    ("number", "2000001", "Paling besar 2000000"),
    ("year", "27", "empat angka, misalnya 2027"),
    ("year", "1999", "Paling sedikit 2000"),
    ("year", "2030", "Paling jauh tahun 2029"),
    ("date", "31/2/2027", "Tanggal 31 tidak ada dalam bulan itu: hari terakhirnya 2027-02-28"),
    ("date", "29/2/2027", "2027-02-28"),
    ("date", "0/2/2027", "Tanggal 0 tidak ada"),
    ("date", "12/31/2026", "Bulan 31 tidak ada. Tulis tanggal dulu"),
    ("date", "31/12", "belum lengkap"),
    ("date", "31 Desember", "belum lengkap"),
    ("date", "Desember 2026", "Tulis juga harinya, misalnya 2026-12-15"),
    ("date", "agustus 2027", "Tulis juga harinya, misalnya 2027-08-15"),
    ("date", "31/12/0206", "Tahun 206 tidak dapat dipakai"),
    ("date", "31 Senin Desember 2026", "belum terbaca"),
    ("date", "31 Foo 2026", "belum terbaca"),
    ("date", "1 Ju 2026", "belum terbaca"),
    ("date", "nanti", "belum terbaca"),
    ("release", "1/1/2030", "Paling jauh tahun 2029"),
    ("office phone", "------", "belum lengkap"),
    ("office phone", "0419", "belum lengkap"),
    ("office phone", "-", "belum lengkap"),
    ("fax", "tidak ada", "belum lengkap"),
    ("mobile", "0411 854838", "Nomor ponsel"),
    ("mobile", "0812", "Contoh: 0812 3456 7890"),
    ("mobile", "-", "Nomor ponsel"),
    ("email", "dinas.gmail.com", "harus memuat tanda @. Contoh: nama@instansi.go.id"),
    ("email", "dinas@gmail,com", "maksud Anda dinas@gmail.com?"),
    ("email", "di nas@gmail.com", "maksud Anda dinas@gmail.com?"),
    ("email", "dinas@gmail.com.", "maksud Anda dinas@gmail.com?"),
    ("email", "dinas@gmail.con", "maksud Anda dinas@gmail.com?"),
    ("email", "dinas@gmail", "belum lengkap"),
    ("email", "@", "belum lengkap"),
    ("code", "73A4", "angka saja"),
    ("file", "surat.pdf", "diperlukan berkas, bukan tulisan. Kirim berkas PDF, DOCX, paling besar 10 MB."),
    ("yes or no", "mungkin", "Pilihan “mungkin” tidak ada. Tulis nomornya (1 sampai 2) atau namanya, misalnya Ya"),
    ("yes or no", "3", "Nomor 3 tidak ada. Tulis nomor 1 sampai 2"),
    ("yes or no", "0", "Nomor 0 tidak ada"),
    ("yes or no", "ti", "Pilihan “ti” tidak ada"),
    ("yes or no", "🙂", "Tulis nomor pilihannya (1 sampai 2)"),
    ("yes or no", "ya: sekali", "hanya untuk pilihan yang memintanya"),
    ("sector", "statistik", "beberapa pilihan: Statistik Dasar; Statistik Sektoral; Statistik Khusus"),
    ("methods", "1, 9", "Nomor 9 tidak ada"),
    ("methods", "1-3", "Pilihan “1-3” tidak ada"),
    ("methods", "wawancara, foto", "Pilihan “foto” tidak ada"),
    ("methods", "", "dipisahkan koma"),
    ("methods", ": foto", "dipisahkan koma"),
    ("methods", "1," * 600, "dipisahkan koma"),
    ("methods", "1: tatap muka", "hanya untuk pilihan yang memintanya"),
    ("tools", "papi", "Pilih paling sedikit 2"),
    ("tools", "computer", "beberapa pilihan"),
    ("variables", "", "paling sedikit 1 baris"),
    ("variables", "Jumlah balita", "Kolom “Definisi”: Jawaban ini belum berisi"),
    ("variables", "a | b | c | banyak", "Kolom “Jumlah”: Tulis jumlahnya dengan angka"),
    ("variables", "a | b | c | 1 | 2", "Ada 5 bagian, seharusnya 4: Nama Variabel | Konsep | Definisi | Jumlah"),
    ("variables", f"{'a' * 31} | b | c", "Kolom “Nama Variabel”: Nama Variabel terlalu panjang"),
    ("variables", "a | b | c\n" * 4, "Paling banyak 3 baris"),
    ("areas", "Toraja", "“Toraja” tidak dikenal"),
    ("areas", "Merauke", "misalnya Jeneponto atau 7304"),
    ("schedule", "", "Masih kurang: Perencanaan kegiatan; Pengumpulan data"),
    ("schedule", "Perencanaan: Februari 2027", "Masih kurang: Pengumpulan data"),
    ("schedule", "Peng: 1/2/2027", "Baris “Peng: 1/2/2027”: “Peng” cocok dengan beberapa pilihan"),
    ("schedule", "Desain: 31/2/2027", "Baris “Desain: 31/2/2027”: Tanggal 31 tidak ada"),
    ("schedule", "Perencanaan: -", "Jangka waktunya belum terbaca"),
    ("schedule", "Desain: 3/2/2027", "Hanya satu hari yang tertulis"),
    ("schedule", "segera", "Tulis satu tahap per baris"),
    ("schedule", "1/2/2027 - 28/2/2027", "Tulis satu tahap per baris"),
    ("schedule", "Desain: Mei 2027\nDesain: Mei 2027", "tertulis dua kali"),
]


@pytest.mark.parametrize(("name", "words", "sentence"), BAD)
def test_bad_words_are_answered_with_the_rule(name: str, words: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(EVERY_QUESTION[name], words, READING)
    assert sentence in source_words(refused.value.text)


@given(st.sampled_from(sorted(EVERY_QUESTION)), st.text(st.characters()))
def test_no_text_whatever_breaks_the_reading(name: str, words: str) -> None:
    _reads_or_refuses(EVERY_QUESTION[name], words)


PIECES = (
    "1 2 9 28 31 02 2027 27 / - – . , : ; | @ + ( ) dan sampai s.d. to Feb Februari Des besok ya lainnya wawancara "
    "Perencanaan Desain dinas gmail.com 0812 87376133 Gowa kab 👍 a\u0301 １ ² \u200b"
)
NEAR_ANSWERS = st.lists(st.sampled_from([" ", "\n", *PIECES.split()]), max_size=12).map("".join)


@given(st.sampled_from(sorted(EVERY_QUESTION)), NEAR_ANSWERS)
def test_no_near_answer_breaks_the_reading(name: str, words: str) -> None:
    _reads_or_refuses(EVERY_QUESTION[name], words)


def _reads_or_refuses(asked: Question, words: str) -> None:
    try:
        value = read(asked, words, READING)
    except Unreadable as refused:
        assert source_words(refused.text)
        return
    assert still_reads(asked, value), f"{value!r} was read but does not fit"
    assert source_words(show(asked, value))


JSON: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["2027-02-31", "2027-02-01", "ya"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["values", "other", "id", "name", "size", "kind", "nama", "definisi", "perencanaan", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(EVERY_QUESTION)), JSON)
def test_an_answer_of_another_form_is_shown_and_judged_never_an_error(name: str, value: Json) -> None:
    asked = EVERY_QUESTION[name]
    still_reads(asked, value)
    source_words(show(asked, value))


# Dates and periods ----------------------------------------------------------------------------------------------------

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def indonesian(day: date) -> str:
    return f"{day.day} {MONTHS.split()[day.month - 1]} {day.year}"


@given(DAYS)
def test_a_date_shown_in_indonesian_reads_back(day: date) -> None:
    assert show(DATE, day.isoformat()).args == {"day": day}
    for written in (indonesian(day), day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}"):
        assert read(DATE, written, READING) == day.isoformat()


@given(st.integers(0, 2_000_000))
def test_a_number_shown_with_indonesian_separators_reads_back(number: int) -> None:
    assert show(NUMBER, number).args == {"number": number}
    assert read(NUMBER, f"{number:,}".replace(",", "."), READING) == number


@given(DAYS, DAYS, st.sampled_from([" – ", "-", " - ", " s.d. ", " s/d ", " sampai ", " sampai dengan ", " to ", "–"]))
def test_a_period_reads_with_any_separator(one: date, other: date, separator: str) -> None:
    first, last = min(one, other), max(one, other)
    for left, right in ((f"{first:%d-%m-%Y}", f"{last:%d-%m-%Y}"), (indonesian(first), indonesian(last))):
        assert read_period(left + separator + right, READING) == (first, last)
    if first < last:
        with pytest.raises(Unreadable, match="lebih awal"):
            read_period(f"{last:%d/%m/%Y}{separator}{first:%d/%m/%Y}", READING)


FEBRUARY = (date(2027, 2, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("1/2/2027 – 28/2/2027", FEBRUARY),
        ("1 Feb - 28 Feb 2027", FEBRUARY),
        ("1-28 Februari 2027", FEBRUARY),
        ("1 s.d. 28 Februari 2027", FEBRUARY),
        ("1/2-28/2/2027", FEBRUARY),
        ("1-2-28-2-2027", FEBRUARY),
        ("Februari 2027", FEBRUARY),
        ("2/2027", FEBRUARY),
        ("2027-02", FEBRUARY),
        ("1/2/2027 s.d. 28/2/2027", FEBRUARY),
        ("1/2/2027s/d28/2/2027", FEBRUARY),
        ("1/2/27 - 28/2/27", FEBRUARY),
        ("1/2/2027 (satu hari)", (date(2027, 2, 1), date(2027, 2, 1))),
        ("dari 1/2/2027 sampai dengan 28/2/2027.", FEBRUARY),
        ("Senin, 1 Februari 2027 – Minggu, 28 Februari 2027", FEBRUARY),
        ("1 February 2027 to 28 February 2027", FEBRUARY),
        ("2027-02-01-2027-02-28", FEBRUARY),
        ("Februari - Maret 2027", (date(2027, 2, 1), date(2027, 3, 31))),
        ("Desember 2026 – Januari 2027", (date(2026, 12, 1), date(2027, 1, 31))),
        ("1 Feb 2027 - Maret 2027", (date(2027, 2, 1), date(2027, 3, 31))),
        ("1/2/2027", (date(2027, 2, 1), date(2027, 2, 1))),
        ("1-2-2027", (date(2027, 2, 1), date(2027, 2, 1))),
        ("1/2/2027 - 1/2/2027", (date(2027, 2, 1), date(2027, 2, 1))),
        ("besok", (date(2026, 11, 24), date(2026, 11, 24))),
        ("besok - 1/12/2026", (date(2026, 11, 24), date(2026, 12, 1))),
    ],
)
def test_a_period_reads_in_these_ways(words: str, period: tuple[date, date]) -> None:
    assert read_period(words, READING) == period


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("1/2/2027 – 31/2/2027", "hari terakhirnya 2027-02-28"),
        ("31-2-2027 - 1-3-2027", "hari terakhirnya 2027-02-28"),
        ("28/2/2027 – 1/2/2027", "lebih awal daripada tanggal mulai"),
        ("1 Feb - 28 Feb", "belum lengkap"),
        ("1/2 - 28/2", "belum lengkap"),
        ("1 sampai Maret 2027", "belum terbaca"),
        ("2027", "belum terbaca"),
        ("secepatnya", "belum terbaca"),
        ("- 28/2/2027", "belum terbaca"),
        ("m - April 2027", "belum terbaca"),
        ("", "belum terbaca"),
        ("1/2/2027 - " + "senin " * 20 + "28/2/2027", "belum terbaca"),
    ],
)
def test_a_period_that_does_not_read_is_answered_with_the_rule(words: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_period(words, READING)
    assert sentence in source_words(refused.value.text)


# Options --------------------------------------------------------------------------------------------------------------


def test_an_option_that_asks_for_text_waits_for_it_and_keeps_what_was_picked() -> None:
    with pytest.raises(NeedsOther) as needs:
        read(METHODS, "1 dan lainnya", READING)
    assert needs.value.values == ("wawancara", "lainnya")
    assert "Lainnya (sebutkan)" in source_words(needs.value.text)
    completed = with_other(METHODS, needs.value.values, " wawancara\ndaring ")
    assert completed == read(METHODS, "1, 5: wawancara daring", READING)


@pytest.mark.parametrize("words", ["lainnya", "2", "lainnya:", "lainnya: 👍", f"lainnya: {'a' * 256}"])
def test_a_single_choice_waits_for_its_text_too(words: str) -> None:
    with pytest.raises(NeedsOther) as needs:
        read(OCCUPATION, words, READING)
    assert needs.value.values == ("lain",)


def test_a_label_is_never_taken_for_another_options_code_name() -> None:
    asked = question("choice", options=(option("swasta", "Perusahaan"), option("lain", "Swasta")))
    assert read(asked, "swasta", READING) == "lain"


def test_typed_choices_come_in_the_order_of_the_form_also_while_a_text_is_missing() -> None:
    assert read(METHODS, "3, 1", READING) == {"values": ["wawancara", "pengamatan"]}
    with pytest.raises(NeedsOther) as needs:
        read(METHODS, "5, 1", READING)
    assert needs.value.values == ("wawancara", "lainnya")


def test_choices_are_shown_by_label_with_the_text_in_brackets() -> None:
    shown = show(METHODS, {"values": ["wawancara", "lainnya"], "other": "foto"})
    assert source_words(shown) == "Wawancara; Lainnya (foto)"
    assert source_words(show(OCCUPATION, {"values": ["lain"], "other": "petani"})) == "Lainnya, sebutkan (petani)"
    assert source_words(show(YES_NO, "ya")) == "Ya"


# Rows, areas, schedules -----------------------------------------------------------------------------------------------


def test_a_row_is_read_in_the_order_of_the_columns() -> None:
    row = read_row(VARIABLES, "| Jumlah ibu | - | Ibu hamil\ndan nifas. | 12 |", READING)
    assert row == {"nama": "Jumlah ibu", "konsep": "", "definisi": "Ibu hamil\ndan nifas.", "jumlah": "12"}
    shown = source_words(show(VARIABLES, [row, row | {"konsep": "KIA", "jumlah": ""}]))
    assert shown == "1. Jumlah ibu · Ibu hamil\ndan nifas. · 12\n2. Jumlah ibu · KIA · Ibu hamil\ndan nifas."


def test_a_row_of_optional_cells_is_not_empty_altogether() -> None:
    loose = question(
        "rows", columns=(question("text", id="a", required=False), question("text", id="b", required=False))
    )
    assert read_row(loose, "x", READING) == {"a": "x", "b": ""}
    with pytest.raises(Unreadable, match="kosong"):
        read_row(loose, " - | ", READING)
    assert not still_reads(loose, [{"a": "", "b": ""}])


def test_an_optional_cell_may_be_left_out_and_a_required_one_not() -> None:
    name, concept, *_ = VARIABLES.columns
    assert read_cell(concept, " – ", READING) == ""
    with pytest.raises(Unreadable):
        read_cell(name, "-", READING)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("7306", "7306"),
        ("73.06", "7306"),
        ("Gowa", "7306"),
        ("kab. gowa", "7306"),
        ("KABUPATEN GOWA", "7306"),
        ("Kota Makassar", "7371"),
        ("makassar", "7371"),
        ("pare-pare", "7372"),
        ("Selayar", "7301"),
        ("luwu", "7317"),
        ("luwu utara", "7322"),
        ("toraja utara", "7326"),
        ("jeneponto", "7304"),
        ("kab. makassar", None),
        ("toraja", None),
        ("lay", None),
        ("kota", None),
        ("kab", None),
        ("", None),
    ],
)
def test_an_area_of_the_province_is_known_by_code_or_name(words: str, code: str | None) -> None:
    area = read_area(words, READING)
    assert (area and area["kode_kabupaten_kota"]) == code
    if area:
        assert area["kode_provinsi"] == "73" and area["nama_provinsi"] == "Sulawesi Selatan"
        assert still_reads(AREAS, [area])


@pytest.mark.parametrize(
    "words,code,name,province",
    [
        ("Kota Bandung", "3273", "Kota Bandung", "Jawa Barat"),
        ("kab. Bandung", "3204", "Bandung", "Jawa Barat"),
        ("Kabupaten Bandung Barat", "3217", "Bandung Barat", "Jawa Barat"),
        ("7401", "7401", "Buton", "Sulawesi Tenggara"),
        ("bantul", "3402", "Bantul", "DI Yogyakarta"),
        ("surabaya", "3578", "Kota Surabaya", "Jawa Timur"),
        ("bone bolango", "7504", "Bone Bolango", "Gorontalo"),
        ("kotabaru", "6302", "Kotabaru", "Kalimantan Selatan"),
        ("Bandung", None, None, None),
        ("kab. surabaya", None, None, None),
        ("Jawa Barat", None, None, None),
        ("32", None, None, None),
        ("Merauke", None, None, None),
    ],
)
def test_an_area_elsewhere_is_known_by_code_or_whole_name(
    words: str, code: str | None, name: str | None, province: str | None
) -> None:
    area = read_area(words, READING)
    assert (area and area["kode_kabupaten_kota"]) == code
    if area and code:
        assert (area["kode_provinsi"], area["nama_provinsi"]) == (code[:2], province)
        assert area["nama_kabupaten_kota"] == name and still_reads(AREAS, [area])


def test_a_schedule_is_read_stage_by_stage_in_any_order() -> None:
    read_lines = read_schedule(
        SCHEDULE, "pengumpulan: Maret 2027\n\n1. Perencanaan kegiatan 1/2/2027 satu hari\nDesain: -", READING
    )
    assert list(read_lines) == ["perencanaan", "desain", "pengumpulan"]
    assert read_lines["desain"] is None, "left out with a dash"
    assert read_lines["perencanaan"] == ["2027-02-01", "2027-02-01"]
    assert read_schedule(SCHEDULE, "", READING) == {}


def test_a_schedule_is_stored_without_the_stages_left_out() -> None:
    assert read(SCHEDULE, PLANNING_AND_COLLECTION + "\nDesain: -", READING) == read(
        SCHEDULE, PLANNING_AND_COLLECTION, READING
    )


def test_a_schedule_shows_one_line_a_stage_and_what_is_shown_reads_back() -> None:
    value = read(SCHEDULE, PLANNING_AND_COLLECTION + "\nDesain: 3/2/2027 - 3/2/2027", READING)
    shown = source_words(show(SCHEDULE, value))
    assert shown == (
        "Perencanaan kegiatan: 2027-02-01 – 2027-02-28\n"
        "Desain: 2027-02-03 (satu hari)\n"
        "Pengumpulan data: 2027-03-01 – 2027-03-31"
    )
    assert read(SCHEDULE, shown, READING) == value


# Stored answers -------------------------------------------------------------------------------------------------------


def stored_file(kind: str = "pdf") -> Json:
    return {"id": "a1", "name": f"surat.{kind}", "size": 120_000, "kind": kind}


def test_files_are_shown_by_name_and_their_number() -> None:
    assert source_words(show(FILE, [stored_file()])) == "surat.pdf"
    assert source_words(show(FILE, [stored_file(), stored_file("docx")])) == "2 berkas: surat.pdf, surat.docx"
    assert still_reads(FILE, [stored_file()])


def test_a_year_is_shown_without_separators_and_a_skip_as_skipped() -> None:
    assert show(YEAR, 2027).args == {"number": "2027"}
    assert show(NUMBER, 2027).args == {"number": 2027}
    assert source_words(show(FAX, None)) == "(dilewati)"


NO_LONGER: list[tuple[str, Value]] = [
    ("text", None),
    ("title", "Terlalu pendek"),
    ("text", 5),
    ("postcode", "9231"),
    ("number", "5"),
    ("number", True),
    ("number", -1),
    ("number", 2_000_001),
    ("date", "2027-02-29"),
    ("date", "20270201"),
    ("date", "1899-12-31"),
    ("email", "dinas@gmail"),
    ("mobile", "0411 854838"),
    ("yes or no", "mungkin"),
    ("yes or no", {"values": ["ya"]}),
    ("occupation", "lain"),
    ("occupation", {"values": ["lain"]}),
    ("occupation", {"values": ["asn", "lain"], "other": "x"}),
    ("methods", "wawancara"),
    ("methods", {"values": []}),
    ("methods", {"values": ["wawancara", "foto"]}),
    ("methods", {"values": ["wawancara", "wawancara"]}),
    ("methods", {"values": ["lainnya"]}),
    ("methods", {"values": ["wawancara"], "other": "foto"}),
    ("tools", {"values": ["papi"]}),
    ("file", []),
    ("file", [stored_file("png")]),
    ("variables", []),
    ("variables", [{"nama": "a", "konsep": "", "definisi": "", "jumlah": ""}]),
    ("variables", [{"nama": "a", "definisi": "b", "jumlah": "banyak"}]),
    ("variables", [{"nama": "a", "definisi": "b"}] * 4),
    ("schedule", {}),
    ("schedule", {"perencanaan": ["2027-02-01", "2027-02-28"]}),
    ("schedule", {"perencanaan": ["2027-02-28", "2027-02-01"], "pengumpulan": ["2027-03-01", "2027-03-01"]}),
]


@pytest.mark.parametrize(("name", "value"), NO_LONGER)
def test_an_answer_that_the_question_no_longer_accepts_is_found(name: str, value: Value) -> None:
    assert not still_reads(EVERY_QUESTION[name], value)


def test_a_skip_fits_only_an_optional_question() -> None:
    assert still_reads(FAX, None)
    assert not still_reads(EMAIL, None)


def test_a_new_optional_column_leaves_old_rows_standing() -> None:
    assert still_reads(VARIABLES, [{"nama": "a", "definisi": "b", "removed": "c"}])


@given(st.text(max_size=40))
def test_reading_a_text_twice_changes_nothing(words: str) -> None:
    for asked in (TEXT, LONGTEXT):
        try:
            once = read(asked, words, READING)
        except Unreadable:
            continue
        assert isinstance(once, str) and once == unicodedata.normalize("NFC", once)
        assert read(asked, once, READING) == once


def test_each_kind_says_what_it_expects_and_a_choice_needs_no_words() -> None:
    hints: Mapping[str, str] = {name: source_words(ask_hint(asked)) for name, asked in EVERY_QUESTION.items()}
    assert {asked.kind for asked in EVERY_QUESTION.values()} == set(KINDS), "a kind without a test"
    assert hints["date"] == "Tulis tanggal, misalnya 31/12/2026."
    assert hints["title"] == "Tulis 15 sampai 255 huruf."
    assert hints["year"] == "Tulis tahun dengan empat angka, misalnya 2027."
    assert hints["file"] == "Kirim berkas PDF, DOCX, paling besar 10 MB."
    assert [name for name, hint in hints.items() if not hint] == [
        "text",
        "postcode",
        "yes or no",
        "sector",
        "feeling",
        "occupation",
    ]


@pytest.mark.parametrize("form", ["recommendation_request", "registration"])
def test_the_example_of_every_question_of_the_forms_reads(form: str) -> None:
    for asked in newest(load_forms(OFFICE), form).questions.values():
        assert "%(" not in source_words(ask_hint(asked))
        for field in (asked, *asked.columns):
            example = source_words(field.example)
            if example and field.kind == "schedule":
                read_period(example, READING)
            elif example and field.kind not in {"rows", "file"}:
                assert still_reads(field, read(field, example, READING)), f"{form}: {field.id}"


def test_a_long_answer_is_shown_by_its_beginning_and_says_what_is_left_out() -> None:
    assert source_words(brief(LONGTEXT, "kata " * 200)) == ("kata " * 50).rstrip() + " … (1000 huruf)"
    assert source_words(brief(LONGTEXT, "satu kata")) == "satu kata"
    rows: list[Json] = [{"nama": f"n{n}", "konsep": "", "definisi": "d", "jumlah": ""} for n in range(7)]
    assert source_words(brief(VARIABLES, rows)).splitlines()[-2:] == ["5. n4 · d", "… dan 2 baris lagi"]
    assert source_words(brief(VARIABLES, rows[:5])) == source_words(show(VARIABLES, rows[:5]))
    assert source_words(brief(VARIABLES, None)) == "(dilewati)"
