"""What people write in everyday words, from their message to the database and the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import locales
from bot.handlers.email.render import mail_address
from domain.form import answers
from domain.form.loading import load_forms, newest
from domain.mailboxes import mailbox_of
from domain.office.profile import Office
from tests.casework import FORM
from tests.filling import filling
from tests.talk import Talk, World, draft_answers
from tests.unit.answer_samples import EMAIL, READING, question

#: (open question, words, stored answer)
TAKEN: tuple[tuple[str, str, object], ...] = (
    ("jumlah_enumerator", "± 500", 500),
    ("jumlah_enumerator", "20 orang", 20),
    ("jumlah_enumerator", "25 (dua puluh lima)", 25),
    ("jumlah_enumerator", "25 (dua puluh lima) orang", 25),
    ("jumlah_enumerator", "1.500", 1500),
    ("jumlah_enumerator", "1,500", 1500),
    ("rilis_digital", "1/5/27", "2027-05-01"),
    ("rilis_digital", "Jum’at, 15 Oktober 2027", "2027-10-15"),
    ("rilis_digital", "hari Jumat 15 Okt 27", "2027-10-15"),
    ("rilis_digital", "1 Mrt 2027", "2027-03-01"),
    ("cara_pengumpulan_data", "survey", "survei"),
    ("cara_pengumpulan_data", "sensus", "pencacahan_lengkap"),
    ("cara_pengumpulan_data", "kompromin", "kompilasi_produk_administrasi"),
    ("frekuensi", "setiap tahun", "tahunan"),
    ("frekuensi", "3 bulan sekali", "triwulanan"),
    ("frekuensi", "setahun dua kali", "semesteran"),
    ("uji_coba", "gak", "tidak"),
    ("unit_pengumpulan", "Lainnya (sekolah)", {"values": ["lainnya"], "other": "sekolah"}),
    ("unit_pengumpulan", "Lainnya, sekolah", {"values": ["lainnya"], "other": "sekolah"}),
    (
        "unit_pengumpulan",
        "individu dan lain-lain (sekolah, pasar)",
        {"values": ["individu", "lainnya"], "other": "sekolah, pasar"},
    ),
    ("unit_pengumpulan", "lainnya (sekolah), individu", {"values": ["individu", "lainnya"], "other": "sekolah"}),
    ("unit_pengumpulan", "1, 4: sekolah", {"values": ["individu", "lainnya"], "other": "sekolah"}),
    ("unit_pengumpulan", "1.3", {"values": ["individu", "usaha_perusahaan"]}),
    ("eselon1", "tidak ada", None),
    ("eselon1", "belum ada", None),
    ("faksimile_instansi", "tidak ada", None),
    ("kak", "belum ada", None),
    ("catatan", "Tidak ada.", None),
    ("pj_teknis_nama", "Al", "Al"),
    ("email_instansi", "dinas@straße.de", "dinas@straße.de"),
)

#: (open question, words, what is answered); nothing is stored
ASKED = (
    ("jumlah_enumerator", "400-500", "menyebut dua bilangan"),
    ("rilis_digital", "agustus 2027", "Tulis juga harinya, misalnya 15"),
    ("telepon_instansi", "0419 21234 atau 0419 21235", "Tulis satu nomor saja."),
    ("telepon_instansi", "0419 21234/21235", "Tulis satu nomor saja."),
    ("jumlah_enumerator", "25 (dua puluh lima sampai tiga puluh)", "dengan angka"),
    ("jumlah_enumerator", "selesai", "Belum ada jawaban baru."),
    ("telepon_instansi", "0419-xxxxx", "belum lengkap"),
    ("judul_kegiatan", "tidak ada", "wajib diisi"),
    ("unit_pengumpulan", "1.2", "Apakah “1.2” jawaban untuk 4.8"),
)

#: words at the two questions before the form → what is shown next
BEFORE_THE_FORM = (
    ("dinas", "berada di tingkat mana"),
    ("Pemda", "berada di tingkat mana"),
    ("kami dari dinas kesehatan", "berada di tingkat mana"),
    ("konsultan", "berada di tingkat mana"),
    ("saya mahasiswa S2", "statistik khusus"),
    ("perusahaan", "statistik khusus"),
    ("konsultan dinas", "Silakan pilih salah satu."),
    ("apakah gratis?", "tidak dipungut biaya"),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("everyday") / "data")
    yield world
    world.stop()


def test_everyday_words_are_taken(world: World) -> None:
    for number, (name, words, value) in enumerate(TAKEN):
        talk = filling(world, name, who=f"taken {number}")
        talk.say(words)
        stored = draft_answers(world)
        assert name in stored and stored[name] == value, (name, words, talk.last)


def test_words_with_two_meanings_are_asked_about(world: World) -> None:
    for number, (name, words, reply) in enumerate(ASKED):
        talk = filling(world, name, who=f"asked {number}")
        talk.say(words)
        assert reply in talk.last and name not in draft_answers(world), (name, words, talk.last)


def test_the_questions_before_the_form_know_the_same_words(world: World) -> None:
    for number, (words, shown) in enumerate(BEFORE_THE_FORM):
        talk = Talk(world, f"before {number}")
        talk.say("menu")
        talk.tap("Ajukan permohonan")
        talk.say(words)
        assert shown in talk.last, (words, talk.last)
    talk = Talk(world, "level")
    talk.say("menu")
    talk.tap("Ajukan permohonan")
    talk.say("pemda")
    talk.say("kabupaten lain")
    assert "daerah lain" in talk.last


def test_one_day_is_not_silently_a_whole_stage(world: World) -> None:
    talk = filling(world, "jadwal", who="one day")
    talk.say("1/2/2027")
    assert "Kapan hari terakhirnya?" in talk.last and "Tahap 1 dari 7" in talk.last
    talk.say("31/1/2027")
    assert "tidak boleh lebih awal" in talk.last
    talk.say("28/2/27")
    assert "✓ Perencanaan kegiatan: 1 Februari 2027 – 28 Februari 2027" in talk.last and "Tahap 2 dari 7" in talk.last
    talk.say("tidak ada")
    assert "Tahap 3 dari 7" in talk.last, "a stage that may be left out"
    talk.say("1 Maret 2027")
    talk.tap("Hanya satu hari")
    assert "Tahap 4 dari 7" in talk.last
    talk.say("2 Maret 2027")
    talk.say("kembali")
    assert "Tahap 4 dari 7" in talk.last and "Kapan hari terakhirnya?" not in talk.last
    for month in ("April", "Mei", "Juni"):
        talk.say(f"{month} 2027")
    talk.say("-")
    stored = draft_answers(world)["jadwal"]
    assert isinstance(stored, dict) and stored["pengumpulan"] == ["2027-03-01", "2027-03-01"] and "desain" not in stored


def test_a_place_gets_its_own_code_or_none(world: World) -> None:
    known = {"kode_provinsi": "73", "nama_provinsi": "Sulawesi Selatan"}
    makassar = {**known, "kode_kabupaten_kota": "7371", "nama_kabupaten_kota": "Kota Makassar"}
    west_java = {"kode_provinsi": "32", "nama_provinsi": "Jawa Barat"}
    bandung = {**west_java, "kode_kabupaten_kota": "3273", "nama_kabupaten_kota": "Kota Bandung"}
    jayapura = {
        "kode_provinsi": "",
        "nama_provinsi": "Papua",
        "kode_kabupaten_kota": "",
        "nama_kabupaten_kota": "Kota Jayapura",
    }
    for words in ("Pare", "Timur", "Merauke", "Kota Gowa"):
        talk = filling(world, "wilayah_kegiatan", who=words)
        talk.say(words)
        assert "Baris 1: Provinsi" in talk.last, (words, talk.last)
    talk = filling(world, "wilayah_kegiatan", who="places")
    talk.say("kota makassar")
    talk.say("Kota Bandung")
    talk.say("Kota Jayapura")
    assert "Baris 3: Provinsi" in talk.last
    talk.say("Papua")
    talk.say("selesai")
    assert draft_answers(world)["wilayah_kegiatan"] == [makassar, bandung, jayapura]


@pytest.mark.parametrize("locale", ["id", "en"])
def test_what_the_echo_shows_can_be_typed_back(locale: str) -> None:
    numbers, days = question("number"), question("date")
    for asked, value in ((numbers, 1500), (numbers, 1_250_000), (days, "2027-05-01"), (days, "2027-12-31")):
        shown = locales.say(answers.show(asked, value), locale)
        assert answers.read(asked, shown, READING) == value, shown


def test_a_mail_goes_to_the_domain_that_was_read() -> None:
    address = answers.read(EMAIL, "Dinas@Straße.de", READING)
    assert mailbox_of(str(address)) == "dinas@xn--strae-oqa.de" == mailbox_of("dinas@xn--strae-oqa.de")
    assert mail_address(str(address)).domain == "xn--strae-oqa.de"


def test_back_leads_to_the_question_before_also_before_the_form(world: World) -> None:
    talk = Talk(world, "kembali")
    talk.say("halo")
    talk.say("ajukan")
    first = talk.last
    talk.say("dinas")
    assert "tingkat mana" in talk.last
    talk.say("kembali")
    assert talk.last == first
    talk.say("kembali")
    assert talk.last.startswith("Apa yang dapat kami bantu?")


@pytest.mark.parametrize(
    ("asked", "words", "value"),
    [
        ("metode_probabilitas", "Simple Random Sampling", "simple_random"),
        ("metode_probabilitas", "acak berlapis", "stratified_random"),
        ("kerangka_sampel", "List Frame", "list_frame"),
        ("rancangan_sampel", "Multi Stage/Phase", "multi"),
        ("tipe_pengumpulan", "Longitudinal Panel", "longitudinal_panel"),
        ("sarana_pengumpulan_data", "Paper-assisted Personal Interviewing (PAPI)", "papi"),
    ],
)
def test_an_option_is_named_in_indonesian_or_by_its_term_of_art(asked: str, words: str, value: str) -> None:
    """Files that were filled in before have the terms alone."""
    form = newest(load_forms(Office.load().words), FORM)
    read = answers.read(form.questions[asked], words, READING)
    assert read in (value, {"values": [value]})
