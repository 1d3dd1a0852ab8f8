"""What is said beside the answers never becomes an answer by itself, and nothing that was typed is lost."""

from __future__ import annotations

import pytest

from tests.casework import APPLICANT
from tests.filling import filling
from tests.made_files import pdf
from tests.talk import Talk, World, draft_answers
from tests.unit.answers_and_asides import ASIDES

MINE, ASKED, COMMAND = "Ini jawaban saya", "Ini pertanyaan", "Ini perintah"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def at_text(world: World, who: str = APPLICANT) -> Talk:
    talk = filling(world, "unit_sampel", who=who)
    assert "5.7 Unit Sampel" in talk.last
    return talk


REPLIES = (
    ("maksudnya apa?", "Ini penjelasannya:"),
    ("belum tahu", "Tidak apa-apa. Ini penjelasannya:"),
    ("terima kasih", "Sama-sama."),
    ("tolong", "Ini penjelasannya:"),
    ("apakah kucing boleh ikut?", "Petugas kami siap membantu"),
)


def test_an_aside_at_a_text_question_is_asked_about(world: World) -> None:
    for words, reply in REPLIES:
        talk = at_text(world, words)
        talk.say(words)
        assert f"“{words}”" in talk.last and talk.labels() == [MINE, ASKED]
        assert "unit_sampel" not in draft_answers(world)
        talk.tap(ASKED)
        assert reply in talk.last and "5.7 Unit Sampel" in talk.last
        assert "unit_sampel" not in draft_answers(world)
        talk.say(words)
        talk.tap(MINE)
        assert draft_answers(world)["unit_sampel"] == words and "✓ 5.7" in talk.last


#: questions whose answer is known, and a part of the reply
CLEAR = (
    ("berapa lama prosesnya?", "hari kerja"),
    ("kantornya di mana", "Jl. Pelita"),
    ("permohonan saya sudah sampai mana?", "Melihat status permohonan: tulis “/status”."),
)


def test_a_clear_question_is_answered_at_once_and_the_open_question_returns(world: World) -> None:
    for words, reply in CLEAR:
        talk = at_text(world, words)
        talk.say(words)
        assert reply in talk.last and "5.7 Unit Sampel" in talk.last and ASKED not in talk.labels()
        assert "unit_sampel" not in draft_answers(world)
        talk.say("Rumah tangga")
        assert draft_answers(world)["unit_sampel"] == "Rumah tangga" and "tidak kami pakai" not in talk.last
        talk = at_text(world, f"{words} 2")
        talk.say(words)
        talk.tap(MINE)
        assert draft_answers(world)["unit_sampel"] == words, "nothing that was typed is lost"


#: a question of each kind that takes no words, and what its screen shows
STRICT = (
    ("judul_kegiatan", "0.1 "),
    ("tahun_kegiatan", "0.2 "),
    ("cara_pengumpulan_data", "0.4 "),
    ("email_instansi", "1.2b"),
    ("telepon_instansi", "1.2a"),
    ("jadwal", "Tahap 1"),
    ("metode_pengumpulan", "4.6 "),
    ("surat_permohonan", "9.1 "),
)


def test_where_an_aside_cannot_be_an_answer_it_is_answered_at_once(world: World) -> None:
    for question, shown in STRICT:
        talk = filling(world, question, who=question)
        for words, reply in (("tidak tahu", "Tidak apa-apa."), ("biaya?", "tidak dipungut biaya"), ("oke", "Baik.")):
            talk.say(words)
            assert reply in talk.last and shown in talk.last, (words, talk.last)
        assert question not in draft_answers(world)


def test_a_cell_a_long_text_and_the_words_of_another_option_are_asked_about_too(world: World) -> None:
    talk = filling(world, "variabel", who="satu")
    talk.tap("Isi satu per satu")
    talk.say("maksudnya apa?")
    assert talk.labels() == [MINE, ASKED]
    talk.tap(ASKED)
    assert "Bantuan untuk Nama Variabel" in talk.last and "Baris 1: Nama Variabel" in talk.last
    talk.say("4.6")
    assert "Baris 1: Konsep" in talk.last, "a number is the content of a cell"

    talk = filling(world, "latar_belakang", who="dua")
    talk.say("ini diisi apa ya?")
    assert talk.labels() == [MINE, ASKED]
    talk.tap(ASKED)
    assert "3.1 Latar Belakang" in talk.last and "Sudah tertulis" not in talk.last

    talk = filling(world, "unit_pengumpulan", who="tiga")
    talk.say("Lainnya")
    talk.say("contohnya apa?")
    assert talk.labels() == [MINE, ASKED]
    talk.tap(ASKED)
    assert "Anda memilih “Lainnya”" in talk.last
    talk.say("Sekolah")
    assert draft_answers(world)["unit_pengumpulan"] == {"values": ["lainnya"], "other": "Sekolah"}


def test_a_command_word_may_be_the_answer(world: World) -> None:
    for word, screen in (("Berkas", "petugas"), ("Status", "permohonan"), ("Bahasa", "language")):
        talk = at_text(world, f"{word} 1")
        talk.say(word)
        assert talk.labels() == [MINE, COMMAND] and "unit_sampel" not in draft_answers(world)
        talk.tap(MINE)
        assert draft_answers(world)["unit_sampel"] == word
        talk = at_text(world, f"{word} 2")
        talk.say(word)
        talk.tap(COMMAND)
        assert screen in talk.last and "unit_sampel" not in draft_answers(world)
        talk = at_text(world, f"{word} 3")
        talk.say(f"/{word.lower()}")
        assert MINE not in talk.labels(), "a / makes it a command"
        talk = filling(world, "cara_pengumpulan_data", who=f"{word} 4")
        talk.say(word)
        assert MINE not in talk.labels(), "it is no option here"


def test_the_word_for_help_is_answered_and_may_be_the_answer(world: World) -> None:
    talk = at_text(world)
    talk.say("Bantuan")
    assert "Bantuan untuk 5.7" in talk.last and MINE in talk.labels()
    talk.tap(MINE)
    assert draft_answers(world)["unit_sampel"] == "Bantuan"
    talk = at_text(world, "lain")
    talk.say("bantuan")
    talk.say("Rumah tangga")
    assert draft_answers(world)["unit_sampel"] == "Rumah tangga"


def test_the_words_are_kept_while_the_two_buttons_are_open(world: World) -> None:
    talk = at_text(world)
    talk.say("Siap")
    world.restart()
    talk.send(("surat.pdf", pdf()))
    assert "“Siap”" in talk.last and talk.labels() == [MINE, ASKED, "Lampirkan berkas ini"], (
        "a file is no answer here, and the words are still asked about"
    )
    talk.do("location", location=(1.0, 2.0))
    assert "“Siap”" in talk.last and talk.labels() == [MINE, ASKED]
    talk.say("ya")
    assert draft_answers(world)["unit_sampel"] == "Siap"


def test_an_answer_meanwhile_is_taken_and_says_what_became_of_the_words(world: World) -> None:
    talk = at_text(world)
    talk.say("oke")
    old = talk.button(MINE).value
    talk.say("Rumah tangga")
    assert "“oke” tidak kami pakai sebagai jawaban." in talk.last
    assert draft_answers(world)["unit_sampel"] == "Rumah tangga"
    talk.say("terima kasih")
    talk.press(old)
    assert draft_answers(world)["unit_sampel"] == "Rumah tangga", "an old button does not take other words"
    assert "unit_observasi" not in draft_answers(world)


def test_words_that_were_sent_too_early_do_not_push_out_those_in_doubt(world: World) -> None:
    talk = at_text(world)
    talk.say("oke")
    talk.say("Rumah tangga", unseen=True)
    assert "“oke”" in talk.last
    talk.tap("Tidak, abaikan")
    assert "“Rumah tangga”" in talk.last
    talk.tap("Ya, pakai")
    assert draft_answers(world)["unit_sampel"] == "Rumah tangga"


def test_a_greeting_keeps_the_question(world: World) -> None:
    greetings = {
        "halo": "Halo.",
        "Selamat pagi": "Selamat pagi.",
        "Assalamualaikum, Pak": "Waalaikumsalam.",
        "hi": "Halo.",
    }
    for words, reply in greetings.items():
        talk = at_text(world, words)
        talk.say(words)
        assert talk.last.startswith(f"{reply} Kita lanjutkan dari sini.") and "5.7 Unit Sampel" in talk.last
        talk.say("Rumah tangga")
        assert draft_answers(world)["unit_sampel"] == "Rumah tangga"


def test_a_number_that_is_not_on_the_form_is_not_recorded(world: World) -> None:
    talk = at_text(world)
    talk.say("butir 9.99")
    assert talk.labels() == [MINE, ASKED]
    talk.tap(ASKED)
    assert "Butir 9.99 tidak ada dalam isian Anda." in talk.last
    talk.say("butir 4.6")
    assert talk.labels() == ["Jawaban untuk 5.7", "Pindah ke 4.6"]
    talk.tap("Pindah ke 4.6")
    assert "4.6 Metode" in talk.last and "unit_sampel" not in draft_answers(world)


def test_no_aside_is_recorded_by_itself(world: World) -> None:
    talk = at_text(world)
    for words in ASIDES:
        talk.say(words)
        assert "unit_sampel" not in draft_answers(world), words
        if ASKED in talk.labels():
            talk.tap(ASKED)
        assert "5.7 Unit Sampel" in talk.last, (words, talk.last)
    talk.say("Rumah tangga")
    assert draft_answers(world)["unit_sampel"] == "Rumah tangga"
