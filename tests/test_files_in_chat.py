"""The form goes on when a file was taken; what was sent with it or after it belongs to the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables import File
from tests.filling import at
from tests.samples import sample
from tests.talk import World, draft_answers

LETTER = ("surat.pdf", sample("surat.pdf"))
PHOTO = ("foto.jpg", sample("foto.jpg"))
BAD = ("exe.pdf", sample("exe.pdf"))
SCAN = ("pindaian.pdf", sample("pindaian.pdf"))
ATTACH = "Lampirkan berkas ini"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("files") / "data")
    yield world
    world.stop()


def stored(world: World) -> list[str]:
    files = draft_answers(world).get("surat_permohonan")
    return [file["name"] for file in files] if isinstance(files, list) else []


def test_the_form_goes_on_after_a_file_and_offers_to_add_another_one(world: World) -> None:
    talk = at(world, "surat_permohonan", "instrumen", who="one")
    talk.send(LETTER)
    assert "✓ 9.1 diterima: surat.pdf" in talk.last and "9.2 Kuesioner" in talk.last
    talk.tap("Tambah berkas di 9.1")
    assert "1. surat.pdf" in talk.last and "Hapus berkas 1: surat.pdf" in talk.labels()
    talk.send(PHOTO)
    assert stored(world) == ["surat.pdf", "foto.jpg"] and "9.2 Kuesioner" in talk.last


def test_files_that_follow_before_our_reply_was_seen_belong_to_the_same_answer(world: World) -> None:
    talk = at(world, "surat_permohonan", "instrumen", who="burst")
    talk.send(LETTER)
    talk.send_early(PHOTO)
    assert stored(world) == ["surat.pdf", "foto.jpg"] and "instrumen" not in draft_answers(world)
    assert "✓ 9.1 diterima: foto.jpg" in talk.last and "9.2 Kuesioner" in talk.last
    talk.send(PHOTO)
    assert stored(world) == ["surat.pdf", "foto.jpg"] and "instrumen" in draft_answers(world)


def test_a_file_that_follows_at_a_question_for_words_belongs_to_the_files_before(world: World) -> None:
    talk = at(world, "surat_permohonan", "catatan", who="words")
    talk.send(LETTER)
    talk.send(PHOTO)
    assert stored(world) == ["surat.pdf", "foto.jpg"]
    assert "✓ 9.1 diterima: foto.jpg" in talk.last and "10.1 Catatan" in talk.last


def test_the_word_that_ends_files_asks_the_next_question_again(world: World) -> None:
    talk = at(world, "surat_permohonan", "instrumen", who="word")
    talk.send(LETTER)
    talk.say("selesai", unseen=True)
    assert "9.2 Kuesioner" in talk.last and "Tambah berkas di 9.1" in talk.labels()
    assert "sebelum" not in talk.last and "Belum ada jawaban" not in talk.last


def test_a_file_that_is_refused_keeps_the_question_open(world: World) -> None:
    talk = at(world, "surat_permohonan", "instrumen", who="bad")
    talk.send(LETTER, BAD)
    assert stored(world) == ["surat.pdf"]
    assert "exe.pdf: " in talk.last and "✓ 9.1 diterima: surat.pdf" in talk.last and "9.1 Surat" in talk.last
    talk.tap("Selesai")
    assert "9.2 Kuesioner" in talk.last


def test_a_scan_that_nothing_asked_for_is_attached_where_its_sender_wishes_it(world: World) -> None:
    talk = at(world, "tujuan", "surat_permohonan", "kak", who="scan")
    talk.send(SCAN)
    assert "bukan formulir yang kami buat untuk Anda" in talk.last and "3.2 Tujuan" in talk.last
    talk.tap(ATTACH)
    assert "Untuk butir mana berkas pindaian.pdf?" in talk.last and "9.3 Kerangka" in talk.last
    talk.tap("Tidak jadi")
    assert "3.2 Tujuan" in talk.last and "kak" not in draft_answers(world)
    talk.tap("Lampirkan di 9.3")
    assert "✓ 9.3 diterima: pindaian.pdf" in talk.last and "3.2 Tujuan" in talk.last
    row = world.process.units.write_now(lambda session: session.scalars(select(File).order_by(File.id.desc())).first())
    assert row is not None
    assert draft_answers(world)["kak"] == [{"id": row.id, "name": "pindaian.pdf", "size": row.size, "kind": "pdf"}]
    assert world.process.store.read(row.object, row.owner)
    talk.tap(ATTACH)
    assert "sudah tidak kami simpan" in talk.last, "a file is attached once"
    talk.send(LETTER)
    world.now += timedelta(hours=21)  # the sweep deletes what nobody has attached
    talk.tap(ATTACH)
    assert "sudah tidak kami simpan" in talk.last and "3.2 Tujuan" in talk.last
    for files in ((SCAN, LETTER), (PHOTO,)):  # of several files nobody knows which; a phone's photo is not even fetched
        talk.send(*files)
        assert ATTACH not in talk.labels()
