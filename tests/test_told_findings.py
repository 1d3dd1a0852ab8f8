"""What the examiner will probably ask is told right after the answer, once; the rest before sending, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service import drafts
from bot.service.context import Context
from domain.form.definition import Value
from tests.casework import OFFICER, do, staffed
from tests.filling import at
from tests.talk import Talk, World, draft_answers

LEFT = "Ini sudah Anda biarkan:"
ASKS = "Petugas pemeriksa mungkin akan menanyakan ini:"
TITLE = "Survei Kepuasan Pasien Kabupaten Jeneponto Tahun 2026"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("told") / "data")
    yield world
    world.stop()


def test_a_finding_about_one_answer_is_told_right_after_it_and_only_once(world: World) -> None:
    talk = at(world, "judul_kegiatan", "uji_coba", who="once")
    talk.say(TITLE)
    assert "✓ 0.1: " in talk.last and ASKS in talk.last and "6.1" in talk.last, "the next question is asked at once"
    assert {"Ubah 0.1", "Biarkan"} <= set(talk.labels())
    talk.tap("Biarkan")
    assert ASKS not in talk.last and "6.1" in talk.last and draft_answers(world)["judul_kegiatan"] == TITLE
    talk.say("0.1")
    talk.say(f"{TITLE} dan 2027")
    assert ASKS not in talk.last, "the same was said before"
    talk.say("ya")
    assert ASKS in talk.last and "Kirim sekarang" in talk.labels(), "before sending everything is said"


def test_the_answer_is_changed_from_there_and_the_next_open_question_follows(world: World) -> None:
    talk = at(world, "judul_kegiatan", "uji_coba", who="change")
    talk.say(TITLE)
    talk.tap("Ubah 0.1")
    assert f"Isian sekarang: {TITLE}" in talk.last
    talk.say("Survei Kepuasan Pasien Kabupaten Jeneponto")
    assert ASKS not in talk.last and "6.1" in talk.last


def test_what_is_left_as_it_is_is_told_apart_before_sending_and_asked_again_when_its_answer_changes(
    world: World,
) -> None:
    talk = at(world, "judul_kegiatan", "uji_coba", who="left")
    talk.say(TITLE)
    talk.tap("Biarkan")
    assert "6.1" in talk.last, "the open question is asked again"
    talk.say("ya")
    assert ASKS not in talk.last and "memuat tahun 2026" in talk.last.partition(LEFT)[2]
    assert "Kirim sekarang" in talk.labels() and "Ubah 0.1" not in talk.labels()
    talk.say("0.1")
    talk.say("Survei Kepuasan Warga Kabupaten Jeneponto Tahun 2027")
    assert LEFT not in talk.last and "memuat tahun 2027" in talk.last.partition(ASKS)[2]


def test_the_old_button_leaves_nothing_that_was_changed_since(world: World) -> None:
    talk = at(world, "judul_kegiatan", "uji_coba", who="old")
    talk.say(TITLE)
    old = talk.button("Biarkan").value
    talk.say("0.1")
    talk.say(f"{TITLE} dan 2027")
    talk.press(old)
    talk.say("ya")
    assert LEFT not in talk.last and ASKS in talk.last


def test_the_officer_sees_what_the_applicant_left_as_it_is(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data"))
    talk = at(world, "judul_kegiatan", "uji_coba")
    talk.say(TITLE)
    talk.tap("Biarkan")
    talk.say("tidak")
    talk.tap("Kirim sekarang")
    officer = Talk(world, OFFICER)
    officer.press("examine:block:1:blok_0")
    assert "Judul (butir 0.1) memuat tahun 2026." in officer.last
    assert "[R-ID-04A] Pemohon membiarkannya." in officer.last
    officer.press("examine:block:1:blok_vi")
    assert "[R-VI-01]" in officer.last and "membiarkannya" not in officer.last
    world.stop()


def test_before_sending_no_finding_is_hidden_behind_another(world: World) -> None:
    wrong: dict[str, Value] = {
        "judul_kegiatan": TITLE,
        "tahun_kegiatan": 2027,
        "sampling_error": "RSE 9%",
        "uji_coba": "tidak",
        "pendidikan_petugas": "smp",
        "jumlah_supervisor": 20,
        "pelatihan": "tidak",
        "produk_digital": "tidak",
        "fraksi_sampel": "1/10",
        "instansi_penyelenggara": "Dinas BPKAD Kabupaten",
    }
    talk = at(world, *wrong, "rilis_digital", who="all")
    draft_id = int(talk.button("Kembali").value.split(":")[1])

    def fill(ctx: Context) -> None:
        draft = drafts.get_mine(ctx, draft_id)
        assert draft is not None
        drafts.record_all(ctx, draft, wrong)

    do(world, "all", fill)
    talk.press(f"form:{draft_id}:-:check:0")
    must, hints = talk.last.split(ASKS)
    assert "perbaiki ini dahulu" in must and must.count("•") == 1, "a product is missing"
    assert "Ubah 8.1" in talk.labels() and "Ubah 8.1a" not in talk.labels(), "they are asked as one list"
    assert hints.count("•") >= 8 and "hal lain" not in hints and "Kirim sekarang" not in talk.labels()
