"""What typed words become, for each kind of answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form.answers import KINDS, ask_hint, read, show, still_reads
from domain.form.dates import read_period
from domain.form.definition import Question, Value
from domain.form.loading import load_forms, newest
from domain.form.options import NeedsOther, with_other
from domain.form.reading import Unreadable, source_words
from tests.unit.answer_samples import (
    EVERY_QUESTION,
    GOOD,
    LONGTEXT,
    METHODS,
    NUMBER,
    OCCUPATION,
    OFFICE,
    READING,
    TEXT,
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
    ("postcode", "9231A", "Kode Pos ditulis seperti contoh. Contoh: 92311"),
    ("postcode", "923111", "seperti contoh"),
    ("number", "dua puluh lebih", "dengan angka tanpa koma"),
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
    ("date", "12/31/2026", "Bulan 31 tidak ada. Tulis tanggal dahulu"),
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
    ("office phone", "------", "belum berupa nomor"),
    ("office phone", "0419", "belum lengkap"),
    ("office phone", "-", "belum berupa nomor"),
    ("fax", "tidak ada", "belum berupa nomor"),
    ("mobile", "0411 854838", "Nomor ponsel"),
    ("mobile", "0812", "Contoh: 0812 3456 7890"),
    ("mobile", "-", "belum berupa nomor"),
    ("email", "dinas.gmail.com", "harus memuat tanda @. Contoh: nama@instansi.go.id"),
    ("email", "dinas@gmail,com", "maksud Anda dinas@gmail.com?"),
    ("email", "di nas@gmail.com", "maksud Anda dinas@gmail.com?"),
    ("email", "dinas@gmail.com.", "maksud Anda dinas@gmail.com?"),
    ("email", "dinas@gmail.con", "maksud Anda dinas@gmail.com?"),
    ("email", "dinas@gmail", "belum lengkap"),
    ("email", "@", "belum lengkap"),
    ("code", "73A4", "angka saja"),
    ("file", "surat.pdf", "diperlukan berkas, bukan tulisan. Kirim berkas PDF, DOCX, paling besar 10 MB."),
    ("yes or no", "mungkin", "Pilihan “mungkin” tidak ada. Pilihannya: Ya, Tidak."),
    ("yes or no", "3", "Nomor 3 tidak ada. Tulis nomor 1 sampai 2"),
    ("yes or no", "0", "Nomor 0 tidak ada"),
    ("yes or no", "ti", "Pilihan “ti” tidak ada"),
    ("yes or no", "🙂", "Pilihannya: Ya, Tidak."),
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
    ("schedule", "segera", "Tulis satu tahap satu baris"),
    ("schedule", "1/2/2027 - 28/2/2027", "Tulis satu tahap satu baris"),
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


@given(st.integers(0, 2_000_000))
def test_a_number_shown_with_indonesian_separators_reads_back(number: int) -> None:
    assert show(NUMBER, number).args == {"number": number}
    assert read(NUMBER, f"{number:,}".replace(",", "."), READING) == number


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
