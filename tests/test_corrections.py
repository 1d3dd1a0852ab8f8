"""Answers are corrected from anywhere, and afterwards the person goes on where they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.form.definition import Value
from tests.casework import APPLICANT, half_filled
from tests.filling import filling
from tests.talk import Talk, World, draft_answers
from tests.unit.check_cases import SURVEY

TITLE = "Survei Kepuasan Pelanggan Air Minum Kabupaten Jeneponto"
LONG = "Dinas memerlukan data kepuasan pelanggan untuk menyusun rencana kerja tahun berikutnya. " * 2
MORE = "Selain itu, data ini dipakai oleh beberapa instansi lain di daerah."
CHANGES = ("ganti 0.1", "salah, ganti 0.1", "ubah butir 0.1", "Saya mau ganti 0.1", "change 0.1", "ubah judul kegiatan")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield world
    world.stop()


def complete(world: World, who: str = APPLICANT) -> Talk:
    """Somebody before the last button."""
    half_filled(world, who=who)
    talk = Talk(world, who)
    talk.say("menu")
    talk.tap("Lanjutkan permohonan")
    assert "Isian Anda lengkap" in talk.last
    return talk


def test_after_a_change_in_a_section_the_next_open_question_follows_and_good_answers_are_taken(world: World) -> None:
    talk = filling(world, "email_instansi")
    talk.tap("Daftar isian")
    talk.tap("0 · Identitas Kegiatan")
    talk.tap("Ubah 0.1 Judul Kegiatan")
    talk.say(TITLE)
    answers = (
        ("1.2a Telepon", "telepon_instansi", "0419 21234"),
        ("1.2b E-mail", "email_instansi", "dinas@example.go.id"),
        ("1.2c Faksimile", "faksimile_instansi", "lewati"),
        ("2.1a", "eselon1", "Sekretariat Daerah"),
        ("2.1b", "eselon2", "Kepala Dinas"),
        ("2.2a", "pj_teknis_nama", "Al"),
    )
    for shown, name, words in answers:
        assert shown in talk.last, (shown, talk.last)
        talk.say(words)
        assert name in draft_answers(world), (name, talk.last)
    assert draft_answers(world)["judul_kegiatan"] == TITLE


def test_going_on_from_a_section_leaves_its_review(world: World) -> None:
    talk = filling(world, "telepon_instansi")
    talk.tap("Daftar isian")
    talk.tap("0 · Identitas Kegiatan")
    talk.tap("Lanjutkan")
    talk.say("0419 21234")
    assert "1.2b E-mail" in talk.last


def test_a_change_from_the_check_screen_comes_back_to_it(world: World) -> None:
    talk = complete(world)
    for words in ("0.1", *CHANGES):
        talk.say(words)
        assert "0.1 Judul Kegiatan" in talk.last and "Isian sekarang:" in talk.last, (words, talk.last)
        talk.say(f"{TITLE} {len(words)}")
        assert "Isian Anda lengkap" in talk.last, (words, talk.last)
        assert draft_answers(world)["judul_kegiatan"] == f"{TITLE} {len(words)}"
    talk.say("0.1")
    talk.say("ganti 0.2")
    assert "0.2 Tahun" in talk.last
    talk.say("2027")
    assert "Isian Anda lengkap" in talk.last, "also after another question was opened from the first"


def test_a_change_works_while_a_text_question_a_cell_or_a_long_text_is_open(world: World) -> None:
    for question, begin in (("unit_sampel", ""), ("variabel", "Isi satu per satu"), ("tujuan", "")):
        for words in CHANGES:
            talk = filling(world, question, who=f"{question} {words}")
            if begin:
                talk.tap(begin)
            talk.say(words)
            assert "0.1 Judul Kegiatan" in talk.last, (question, words, talk.last)
            assert question not in draft_answers(world)


def test_a_number_in_the_open_section_is_enough(world: World) -> None:
    known: dict[str, Value] = {"nama": "Budi", "instansi": "Dinas Kesehatan", "jabatan": "Staf"}
    for words in ("ubah nomor 3", "salah, ganti R.3", "salah ganti nomor 3", "ganti jabatan"):
        talk = filling(world, "telepon_seluler", "registration", known, who=words)
        talk.say(words)
        assert "R.3 Jabatan" in talk.last, (words, talk.last)
        talk.say("Kepala Bidang")
        assert draft_answers(world, "registration")["jabatan"] == "Kepala Bidang" and "R.4 " in talk.last


def test_new_words_for_a_long_text_never_replace_it_by_themselves(world: World) -> None:
    old, new = LONG.strip(), f"{MORE} {MORE} {MORE}"
    for label, expected in (("Tambahkan di akhir", f"{old}\n{new}"), ("Ganti semua", new), ("Batal", old)):
        talk = filling(world, "jadwal", answers={**SURVEY, "latar_belakang": old}, who=label)
        talk.say("3.1")
        assert old in talk.last
        talk.say(new)
        assert old in talk.last and new in talk.last, "both are in view, whole"
        assert talk.labels() == ["Tambahkan di akhir", "Ganti semua", "Batal"]
        assert draft_answers(world)["latar_belakang"] == old
        world.restart()
        talk.tap(label)
        assert draft_answers(world)["latar_belakang"] == expected
        assert ("Isian lama tetap seperti semula." in talk.last) == (label == "Batal")


def test_a_long_text_takes_several_messages_before_it_is_known_what_becomes_of_the_old_one(world: World) -> None:
    old = LONG.strip()
    talk = filling(world, "jadwal", answers={**SURVEY, "latar_belakang": old})
    talk.say("3.1")
    talk.say("Bagian pertama.")
    talk.say("Bagian kedua.")
    talk.say("selesai")
    assert "Bagian pertama.\nBagian kedua." in talk.last and "Ganti semua" in talk.labels()
    talk.say("ganti semua")
    assert "terlalu pendek" in talk.last and draft_answers(world)["latar_belakang"] == old
    talk.say("1")
    assert draft_answers(world)["latar_belakang"] == f"{old}\nBagian pertama.\nBagian kedua."


def test_ticking_keeps_the_ticks_of_the_answer_before(world: World) -> None:
    answers: dict[str, Value] = {**SURVEY, "unit_pengumpulan": {"values": ["individu", "lainnya"], "other": "sekolah"}}
    talk = filling(world, "unit_sampel", answers=answers)
    talk.say("ganti 4.8")
    assert "✓ Individu" in talk.labels() and "✓ Lainnya (sebutkan)" in talk.labels()
    talk.tap("Rumah tangga")
    assert {"✓ Individu", "✓ Rumah tangga", "✓ Lainnya (sebutkan)"} <= set(talk.labels())
    talk.tap("Selesai memilih")
    stored = {"values": ["individu", "rumah_tangga", "lainnya"], "other": "sekolah"}
    assert draft_answers(world)["unit_pengumpulan"] == stored
