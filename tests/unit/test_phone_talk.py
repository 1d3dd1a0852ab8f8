"""What a phone can do besides typing and tapping: hand over its number, show ticks in place, edit what was sent."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.tables import Draft
from tests.filling import filling
from tests.talk import Talk, World, draft_answers

WHO = "pemohon"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def test_ticks_change_in_the_message_that_has_them(world: World) -> None:
    talk = filling(world, "metode_pengumpulan")
    assert not talk.told[-1].prompt.edits_message
    talk.tap("Pengamatan (observasi)")
    assert talk.told[-1].prompt.edits_message and "✓ Pengamatan (observasi)" in talk.labels()
    talk.tap("✓ Pengamatan (observasi)")
    assert talk.told[-1].prompt.edits_message and "Pengamatan (observasi)" in talk.labels()
    talk.say("bantuan")
    assert not talk.told[-1].prompt.edits_message


def test_ticks_of_another_question_than_the_open_one_are_shown_anew(world: World) -> None:
    """What is open stands last in the conversation."""
    talk = filling(world, "metode_pengumpulan")
    tick = talk.button("Pengamatan (observasi)").value
    talk.say("0.1")
    assert "0.1 " in talk.last
    talk.press(tick)
    assert "✓ Pengamatan (observasi)" in talk.labels() and not talk.told[-1].prompt.edits_message


def test_a_phone_hands_over_its_own_number_and_no_other_is_asked_so(world: World) -> None:
    talk = filling(world, "telepon_seluler", "registration", {"nama": "Budi", "instansi": "Dinas", "jabatan": "Staf"})
    assert talk.told[-1].prompt.takes_contact
    talk.do("contact", contact="6281234567890")
    assert draft_answers(world, "registration")["telepon_seluler"] == "+6281234567890"
    assert not talk.told[-1].prompt.takes_contact
    talk = filling(world, "pj_teknis_telepon", who="lain")
    assert not talk.told[-1].prompt.takes_contact
    talk.do("contact", contact="60123456789")
    assert draft_answers(world)["pj_teknis_telepon"] == "+60123456789"


# Edited messages ------------------------------------------------------------------------------------------------------


def said(talk: Talk, words: str, order: int) -> None:
    talk.do("text", text=words, sequence=order)


def edited(talk: Talk, words: str, order: int) -> str:
    """What is answered to new words for the message with this number; nothing may be nothing."""
    answers = talk.do("edit", text=words, sequence=order)
    return "\n".join(talk.lines(answers))


def test_an_edited_message_changes_the_answer_it_gave_and_the_open_question_comes_again(world: World) -> None:
    talk = filling(world, "judul_kegiatan")
    said(talk, "Survei Kepuasan Pasien Kabupaten Jeneponto", 10)
    said(talk, "2027", 11)
    said(talk, "statistik sektoral", 12)
    said(talk, "2", 13)
    asked = talk.last.partition("\n\n")[2]
    assert "0.5 Sektor Kegiatan" in asked
    answer = edited(talk, "Survei Kepuasan Masyarakat Kabupaten Jeneponto", 10)
    assert answer.startswith("✓ 0.1 diubah: Survei Kepuasan Masyarakat Kabupaten Jeneponto\n\n")
    assert talk.last.partition("\n\n")[2] == asked
    assert "✓ 0.2 diubah: 2028" in edited(talk, "2028", 11)
    assert "✓ 0.4 diubah: Kompilasi" in edited(talk, "3", 13)
    assert "✓ 0.4 diubah: Pencacahan Lengkap" in edited(talk, "pencacahan lengkap", 13)
    answers = draft_answers(world)
    assert answers["judul_kegiatan"] == "Survei Kepuasan Masyarakat Kabupaten Jeneponto"
    assert (answers["tahun_kegiatan"], answers["cara_pengumpulan_data"]) == (2028, "pencacahan_lengkap")


def test_an_edit_that_does_not_read_leaves_the_answer_and_says_the_rule(world: World) -> None:
    talk = filling(world, "tahun_kegiatan")
    said(talk, "2027", 10)
    for words in ("entah kapan", "lewati", ""):
        assert "tetap: 2027" in edited(talk, words, 10) or words == "lewati"
        assert draft_answers(world)["tahun_kegiatan"] == 2027
    assert "tulis nomor butirnya" in talk.last or "Tulis tahun" in talk.last


def test_an_answer_that_was_changed_since_is_not_changed_by_an_old_message(world: World) -> None:
    talk = filling(world, "judul_kegiatan")
    said(talk, "Survei Kepuasan Pasien Kabupaten Jeneponto", 10)
    talk.say("0.1")
    said(talk, "Survei Kebutuhan Data Kabupaten Jeneponto", 12)
    assert "tidak mengubah isian Anda" in edited(talk, "Survei Lain Kabupaten Jeneponto", 10)
    talk.say("0.4")
    said(talk, "2", 13)
    talk.say("0.4")
    talk.tap("Pencacahan Lengkap")
    assert "tidak mengubah isian Anda" in edited(talk, "3", 13)
    answers = draft_answers(world)
    assert answers["judul_kegiatan"] == "Survei Kebutuhan Data Kabupaten Jeneponto"
    assert answers["cara_pengumpulan_data"] == "pencacahan_lengkap"


def test_an_edit_never_answers_what_is_open_nor_changes_what_came_in_pieces(world: World) -> None:
    talk = filling(world, "latar_belakang")
    first, other = "Kegiatan ini dilakukan karena dinas memerlukan data.", "Bukan karena itu. " * 10
    rest = "Data itu dipakai untuk menyusun rencana kerja dan anggaran tahun berikutnya di semua kecamatan kabupaten."
    said(talk, first, 10)
    assert "tidak mengubah isian Anda" in edited(talk, other, 10)
    assert "Baru 52 huruf" in talk.last
    said(talk, rest, 11)
    assert "tidak mengubah isian Anda" in edited(talk, other, 11)
    assert draft_answers(world)["latar_belakang"] == f"{first}\n{rest}"
    assert "1.2a Telepon" in talk.last and "telepon_instansi" not in draft_answers(world)


def test_the_word_that_ends_ticking_is_not_the_answer(world: World) -> None:
    talk = filling(world, "metode_pengumpulan")
    talk.tap("Pengamatan (observasi)")
    said(talk, "selesai", 10)
    ticked = draft_answers(world)["metode_pengumpulan"]
    assert "tidak mengubah isian Anda" in edited(talk, "1", 10)
    assert draft_answers(world)["metode_pengumpulan"] == ticked
    talk = filling(world, "metode_pengumpulan", who="lain")
    said(talk, "1, 3", 10)
    assert "diubah: " in edited(talk, "3", 10)
    assert draft_answers(world)["metode_pengumpulan"] == ticked


def test_words_that_were_offered_are_not_the_answer_of_the_word_that_took_them(world: World) -> None:
    talk = filling(world, "judul_kegiatan")
    said(talk, "Survei Kepuasan Pasien Kabupaten Jeneponto", 10)
    talk.say("2027", unseen=True)
    said(talk, "ya", 12)
    assert draft_answers(world)["tahun_kegiatan"] == 2027
    assert "tidak mengubah isian Anda" in edited(talk, "2029", 12)
    assert draft_answers(world)["tahun_kegiatan"] == 2027


def test_a_sent_application_is_not_changed_by_an_edit(world: World) -> None:
    talk = filling(world, "judul_kegiatan")
    said(talk, "Survei Kepuasan Pasien Kabupaten Jeneponto", 10)
    world.process.units.write_now(lambda session: session.execute(update(Draft).values(state="submitted")))
    talk.say("menu")
    assert "tidak kami baca" in edited(talk, "Survei Kepuasan Semua Orang Kabupaten Jeneponto", 10)
    assert draft_answers(world)["judul_kegiatan"] == "Survei Kepuasan Pasien Kabupaten Jeneponto"


def test_an_edited_greeting_is_not_answered_and_an_edited_complaint_is(world: World) -> None:
    talk = Talk(world)
    said(talk, "halo", 1)
    assert edited(talk, "halo semua", 1) == ""
    talk.say("pengaduan")
    talk.tap("Tulis pengaduan di sini")
    said(talk, "Petugas tidak menjawab telepon.", 3)
    talk.tap("Kirim")
    number = talk.last
    assert "tidak kami baca" in edited(talk, "Petugas tidak menjawab e-mail.", 3)
    assert edited(talk, "halo", 99) == "" and "ADU-2026-0001" in number


def test_nobody_changes_another_persons_answer_with_the_same_number(world: World) -> None:
    talk = filling(world, "tahun_kegiatan")
    said(talk, "2027", 10)
    other = Talk(world, "lain")
    other.say("halo")
    assert edited(other, "2030", 10) == ""
    assert draft_answers(world)["tahun_kegiatan"] == 2027
