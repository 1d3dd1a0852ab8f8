"""What the examiner will probably ask is told right after the answer, once; the rest before sending, all at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.service import drafts
from bot.service.context import Context
from domain.form.definition import Value
from tests.casework import do
from tests.filling import at
from tests.talk import World, draft_answers

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
    assert hints.count("•") >= 8 and "hal lain" not in hints and "Kirim sekarang" not in talk.labels()
