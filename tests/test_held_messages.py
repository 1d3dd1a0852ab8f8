"""A message that was sent before its question was seen is kept, and offered only to a question that can read it."""

from __future__ import annotations

import pytest

from bot.service import drafts
from bot.service.context import Context
from domain.form.definition import Value
from tests.casework import APPLICANT, FORM, do
from tests.filling import at
from tests.samples import sample
from tests.talk import World, draft_answers

#: what was said whatever had happened
UNTRUE = "beberapa pesan sekaligus"
HAPPENED = "dikirim sebelum pertanyaan di bawah ini tercatat sampai"
OFFER = "Pesan Anda ini belum dipakai"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def test_a_held_date_is_not_offered_to_a_file_question_which_takes_the_file_at_once(world: World) -> None:
    talk = at(world, "surat_permohonan", "catatan")
    assert "9.1" in talk.last
    talk.say("12 Maret 2027", unseen=True)
    assert HAPPENED in talk.last and "tidak cocok untuk 9.1" in talk.last and OFFER not in talk.last
    talk.send(("surat.pdf", sample("surat.pdf")))
    assert "✓ 9.1 diterima: surat.pdf" in talk.last
    assert OFFER in talk.last and "“12 Maret 2027”" in talk.last and "10.1" in talk.last
    assert UNTRUE not in "".join(str(message.prompt.text) for message in talk.told)
    talk.say("ya")
    assert "✓ 10.1: 12 Maret 2027" in talk.last


def test_a_file_that_was_sent_early_is_asked_for_again_with_the_true_reason(world: World) -> None:
    talk = at(world, "surat_permohonan", "instrumen")
    talk.send_early(("surat.pdf", sample("surat.pdf")))
    assert "sebelum pertanyaan ini tercatat sampai" in talk.last and "Diterima" not in talk.last


def test_of_two_held_messages_each_question_is_offered_the_one_that_it_can_read(world: World) -> None:
    talk = at(world, "tahun_kegiatan", "judul_kegiatan")
    assert "0.1" in talk.last
    talk.say("2027", unseen=True)
    assert "tidak cocok untuk 0.1" in talk.last
    talk.say("Survei Kepuasan Pasien Kabupaten Jeneponto", unseen=True)
    assert "“Survei Kepuasan Pasien Kabupaten Jeneponto”" in talk.last and OFFER in talk.last
    talk.tap("Ya, pakai")
    assert "“2027”" in talk.last and "Pakai untuk 0.2?" in talk.last
    talk.say("ya")
    assert draft_answers(world)["tahun_kegiatan"] == 2027


def answer_elsewhere(world: World, **values: Value) -> None:
    """As another device of the same person does."""

    def answer(ctx: Context) -> None:
        (draft,) = drafts.list_unfinished(ctx, FORM)
        locked = drafts.get_mine(ctx, draft.id)
        assert locked is not None
        drafts.record_all(ctx, locked, values)

    do(world, APPLICANT, answer)


@pytest.mark.parametrize("words", ["2027", "lewati", "tidak cocok"])
def test_after_another_device_has_answered_the_next_open_question_is_asked_and_its_answer_is_kept(
    world: World, words: str
) -> None:
    talk = at(world, "tahun_kegiatan", "sektor_kegiatan", "uji_coba")
    assert "0.2" in talk.last
    answer_elsewhere(world, tahun_kegiatan=2026)
    talk.say(words)
    assert "2026" in talk.last.partition("0.5")[0] and "0.5 " in talk.last and "Isian sekarang" not in talk.last
    talk.say("2028")
    assert draft_answers(world)["tahun_kegiatan"] == 2026, "these words were not about the year"
    talk.tap("Ubah 0.2")
    assert "Isian sekarang: 2026" in talk.last or "Pakai untuk 0.2?" in talk.last


def test_words_for_an_answer_that_another_device_gave_meanwhile_are_held_and_offered_where_they_fit(
    world: World,
) -> None:
    talk = at(world, "judul_kegiatan", "tahun_kegiatan", "uji_coba")
    answer_elsewhere(world, judul_kegiatan="Survei Kepuasan Pasien Kabupaten Jeneponto")
    talk.say("Survei Kepuasan Warga")
    assert "sudah dijawab dari perangkat lain: Survei Kepuasan Pasien" in talk.last
    assert "“Survei Kepuasan Warga” belum dipakai" in talk.last and "0.2 " in talk.last
    talk.tap("Ubah 0.1")
    assert "Pakai untuk 0.1?" in talk.last and "“Survei Kepuasan Warga”" in talk.last
    talk.tap("Ya, pakai")
    assert draft_answers(world)["judul_kegiatan"] == "Survei Kepuasan Warga"


def test_on_the_way_from_the_check_another_device_brings_back_to_the_check(world: World) -> None:
    talk = at(world, "uji_coba")
    talk.say("ya")
    talk.say("0.2")
    assert "Isian sekarang" in talk.last
    answer_elsewhere(world, tahun_kegiatan=2027)
    talk.say("2028")
    assert "Kirim sekarang" in talk.labels() or "Ubah 0.2" in talk.labels()
    assert "sudah dijawab dari perangkat lain: 2027" in talk.last and draft_answers(world)["tahun_kegiatan"] == 2027


@pytest.mark.parametrize("bad", ["exe", "words", "voice", "help"])
def test_what_fails_after_asking_to_replace_a_file_is_followed_by_a_replacement(world: World, bad: str) -> None:
    talk = at(world, "surat_permohonan", "instrumen")
    talk.send(("lama.pdf", sample("lama.pdf")))
    talk.tap("Tambah berkas di 9.1")
    talk.tap("Ganti berkas 1: lama.pdf")
    fails = {
        "exe": lambda: talk.send(("jahat.exe", b"MZ" + bytes(600))),
        "words": lambda: talk.say("sebentar ya"),
        "voice": lambda: talk.do("other"),
        "help": lambda: talk.tap("Bantuan"),
    }
    fails[bad]()
    assert "Kirim berkas penggantinya" in talk.last
    talk.send(("baru.pdf", sample("baru.pdf")))
    assert [file["name"] for file in draft_answers(world)["surat_permohonan"]] == ["baru.pdf"]  # type: ignore[attr-defined]
    talk.tap("Tambah berkas di 9.1")
    talk.send(("kedua.pdf", sample("kedua.pdf")))
    names = [file["name"] for file in draft_answers(world)["surat_permohonan"]]  # type: ignore[attr-defined]
    assert names == ["baru.pdf", "kedua.pdf"]


def test_going_back_from_the_replacement_keeps_the_old_file(world: World) -> None:
    talk = at(world, "surat_permohonan", "instrumen")
    talk.send(("lama.pdf", sample("lama.pdf")))
    talk.tap("Tambah berkas di 9.1")
    talk.tap("Ganti berkas 1: lama.pdf")
    talk.tap("Kembali")
    talk.send(("kedua.pdf", sample("kedua.pdf")))
    names = [file["name"] for file in draft_answers(world)["surat_permohonan"]]  # type: ignore[attr-defined]
    assert names == ["lama.pdf", "kedua.pdf"]
