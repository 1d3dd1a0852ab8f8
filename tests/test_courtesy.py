"""Greetings, thanks and words such as "oke" are answered in their own words on every screen."""

from __future__ import annotations

import pytest

from tests.casework import APPLICANT, OFFICER, awaiting_issue, half_filled, status, submitted, under_review
from tests.talk import Talk, World

#: what is written → how the reply begins
POLITE = {
    "selamat pagi": "Selamat pagi.",
    "Assalamualaikum, pak": "Waalaikumsalam.",
    "halo min": "Halo.",
    "good evening": "Selamat sore.",
    "terima kasih": "Sama-sama.",
    "ok, terima kasih banyak kak": "Sama-sama.",
    "thank you very much for your help": "Sama-sama.",
    "🙏": "Sama-sama.",
    "oke": "Baik.",
    "siap": "Baik.",
    "siap pak, laksanakan": "Baik.",
    "👍🏽": "Baik.",
    "sampai jumpa": "Sampai jumpa. Silakan kembali kapan saja.",
    "apa kabar, min": "Kabar baik, terima kasih.",
    "kamu robot ya": "Kami layanan otomatis BPS, bukan orang. Permohonan Anda tetap diperiksa oleh petugas.",
    "bot bodoh": "Maaf bila layanan ini belum membantu. Untuk menyampaikan keluhan, tulis: pengaduan.",
}


@pytest.mark.parametrize("screen", ["menu", "cari", "bahasa", "pengaduan", "status", "/ajukan"])
def test_what_is_said_politely_is_answered_so_on_every_screen(world: World, screen: str) -> None:
    half_filled(world, "tujuan")
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    talk.say(screen)
    shown = talk.last
    for words, reply in POLITE.items():
        talk.say(words)
        assert talk.last == f"{reply}\n\n{shown}", words


def test_who_says_thanks_for_information_sees_the_menu(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("berapa biayanya?")
    assert "tidak dipungut biaya" in talk.last
    talk.say("terima kasih")
    assert talk.last.startswith("Sama-sama.\n\nApa yang dapat kami bantu?")


@pytest.mark.parametrize("words", POLITE)
def test_who_begins_politely_is_welcomed_and_told_nothing_about_other_things(world: World, words: str) -> None:
    talk = Talk(world, "baru")
    talk.say(words)
    assert talk.last.startswith("Selamat datang"), words


#: what is written → what the screen begins with, and a button on it
LEADS_ON = {
    "tolong": ("Bagaimana berbicara dengan petugas?", "Berbicara dengan petugas di sini"),
    "mohon bantuan": ("Bagaimana berbicara dengan petugas?", "Menu"),
    "kantornya di mana": ("Di mana alamat kantor", "Menu"),
    "mau bikin surat rekomendasi": ("Atas nama siapa kegiatan statistik ini", "swasta"),
    "kami dinas kesehatan mau survei": (
        "Kami memahami: Instansi pemerintah lainnya (APBN/APBD) · Kabupaten Jeneponto.",
        "Bukan, pilih sendiri",
    ),
    "kami LSM mau survei": ("Saya mahasiswa, peneliti, atau dari perusahaan.", "Mengajukan permohonan"),
    "permohonan saya sudah sampai mana": ("Anda belum mempunyai permohonan", "Ajukan permohonan"),
    "mau ambil nomor antrian": ("Nomor antrean", "Menu"),
    "mau ganti email saya": ("Anda belum terdaftar", "Daftar sekarang"),
    "survei apa yang pernah ada": ("Tulis kata", "Menu"),
    "saya mau mengadu": ("Pengaduan\n", "Tulis pengaduan di sini"),
    "mau tanya dong kak": ("Silakan tulis pertanyaan Anda", "Menu"),
    "trmksih bnyk": ("Sama-sama.", "Menu"),
}


@pytest.mark.parametrize("first", [True, False])
def test_words_that_ask_for_something_lead_on(world: World, first: bool) -> None:
    for words, (reply, label) in LEADS_ON.items():
        talk = Talk(world, words)
        if not first:
            talk.say("menu")
        talk.say(words)
        assert talk.last.startswith(reply) and any(label in one for one in talk.labels()), (words, talk.last)


def test_two_guesses_are_offered_where_it_is_not_clear(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    talk.say("batas kirim")
    assert talk.last.startswith("Maksud Anda yang mana?") and len(talk.labels()) == 3
    assert talk.labels()[-1] == "Menu"
    talk.do("location", location=(1.0, 2.0))
    assert "Maksud Anda yang mana?" in talk.last and len(talk.labels()) == 3, "the guesses stay"
    talk.say("1")
    assert not talk.last.startswith("Maksud Anda yang mana?")


def test_a_guess_that_is_chosen_remembers_the_words(world: World) -> None:
    talk = Talk(world, "baru")
    talk.say("kami OPD mau mendata siswa")
    talk.tap("Mengajukan permohonan rekomendasi")
    assert talk.last.startswith("Kami memahami: Instansi pemerintah lainnya (APBN/APBD).\n\nInstansi yang")


def test_an_understood_wish_can_be_taken_back(world: World) -> None:
    talk = Talk(world, "baru")
    talk.say("kami dinas kesehatan mau survei")
    talk.tap("Bukan, pilih sendiri")
    assert talk.last.startswith("Atas nama siapa")


def test_thanks_are_no_complaint_and_no_remark(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    talk.tap("Pengaduan")
    talk.tap("Tulis pengaduan di sini")
    for words in ("terima kasih", "oke"):
        talk.say(words)
        assert "Silakan tulis pengaduan" in talk.last and words not in talk.last
    talk.say("Loket tutup.")
    talk.say("terima kasih banyak pak")
    assert "Loket tutup." in talk.last and "terima kasih" not in talk.last
    talk.say("selesai")
    assert "Loket tutup." in talk.last


def test_a_question_that_decides_something_stays_when_somebody_says_oke(world: World) -> None:
    case = under_review(world)
    talk = Talk(world, OFFICER)
    talk.say("REK-2026-0001")
    talk.tap("Semua baik")
    talk.say("oke")
    assert talk.last.startswith("Baik.\n\nPutusan: Layak")
    assert status(world, case) == "under_review"
    talk.say("ya")
    assert status(world, case) == "letter_drafted"


def test_an_old_button_of_a_verdict_says_that_it_was_left(world: World) -> None:
    under_review(world)
    talk = Talk(world, OFFICER)
    talk.say("REK-2026-0001")
    talk.tap("Semua baik")
    talk.tap("Ubah isinya")
    talk.tap("Ya, putuskan")
    assert talk.last.startswith("Putusan itu belum tersimpan.") and "Apa hasil pemeriksaannya?" in talk.last


def test_who_ends_a_text_without_a_word_is_told_so(world: World) -> None:
    submitted(world)
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    talk.tap("Pengaduan")
    talk.tap("Tulis pengaduan di sini")
    talk.say("selesai")
    assert talk.last.startswith("Belum ada yang tertulis.")


def test_words_beside_the_question_become_no_number_of_a_letter(world: World) -> None:
    awaiting_issue(world)
    talk = Talk(world, OFFICER)
    talk.say("REK-2026-0001")
    talk.tap("Catat surat terbit")
    for words, reply in (("oke", "Baik."), ("belum tahu", "Nomor surat memuat angka.")):
        talk.say(words)
        assert talk.last.startswith(f"{reply}\n\nTulis nomor surat"), talk.last
    talk.say("B-90/7304/KS.200/2026")
    assert talk.last.startswith("Tulis identitas rekomendasinya")


def test_back_leads_from_a_question_about_an_application_to_the_application(world: World) -> None:
    under_review(world)
    talk = Talk(world, OFFICER)
    for label in ("Semua baik", "Putuskan", "Catatan internal"):
        talk.say("REK-2026-0001")
        talk.tap(label)
        talk.say("kembali")
        assert talk.last.startswith("REK-2026-0001\n"), label
        talk.say("kembali")
        assert talk.last.startswith("Berkas permohonan"), label
    talk.say("REK-2026-0001")
    talk.tap("Catatan internal")
    talk.say("Telepon dahulu.")
    talk.say("kembali")
    talk.tap("Catatan internal")
    assert "Telepon dahulu." in talk.last
