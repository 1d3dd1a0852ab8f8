"""The form as a file: asked for in the chat, filled elsewhere, sent back, taken over with one button."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.chat import Incoming
from bot.limits import DAILY
from bot.pipeline.receive import handle
from bot.service import daily_limits, drafts
from bot.service.context import Context
from domain.form.definition import Value
from storage import jobs
from storage.tables import Draft
from tests.casework import FORM, do, revision_requested, staffed
from tests.filling import filling
from tests.form_files import (
    NOT_WRITTEN,
    WHOLE,
    changed,
    completed,
    downloaded,
    filled,
    filled_pdf,
    foreign,
    ordered,
    with_mark,
)
from tests.made_files import office, relations
from tests.samples import sample
from tests.talk import Talk, World, draft_answers
from tests.unit.check_cases import AREA, COMPILATION, SURVEY

_people = itertools.count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("files") / "data")
    yield world
    world.stop()


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    """For a test that changes more than its own draft."""
    world = World(tmp_path / "data")
    yield world
    world.stop()


def person(world: World, question: str = "eselon2", answers: Mapping[str, Value] = SURVEY) -> Talk:
    """Somebody new in the middle of the form."""
    return filling(world, question, answers=answers, who=f"pengisi {next(_people)}")


def state_of(talk: Talk, state: str) -> None:
    """Puts the newest draft of this person into a state."""

    def change(ctx: Any) -> None:
        draft = ctx.session.get_one(Draft, drafts.list_unfinished(ctx, FORM)[0].id)
        draft.state = state

    do(talk.world, talk.address, change)


# The whole way --------------------------------------------------------------------------------------------------------


def test_a_whole_form_is_filled_in_a_file_and_taken_over_with_one_button(world: World) -> None:
    talk = filling(world, "judul_kegiatan", answers={}, who="pengisi berkas")
    assert "Lewat berkas" in talk.labels()
    talk.tap("Lewat berkas")
    talk.send(("formulir saya.xlsx", completed(talk)))
    count = len(WHOLE) - len(NOT_WRITTEN)
    assert f"{count} jawaban baru, 0 berbeda, 0 tidak terbaca" in talk.last
    assert draft_answers(world) == {}, "nothing is stored before the button"
    talk.tap("Ambil semua")
    assert f"✓ {count} jawaban diambil dari berkas." in talk.last
    assert draft_answers(world) == {name: value for name, value in WHOLE.items() if name not in NOT_WRITTEN}
    talk.say("lewat berkas")
    talk.send(("lagi.xlsx", downloaded(talk)))
    assert "tidak ada jawaban yang berbeda" in talk.last


def test_the_buttons_stand_at_the_start_and_where_the_form_is_looked_over(world: World) -> None:
    talk = filling(world, "judul_kegiatan", answers={}, who="pengisi tombol")
    assert "Lewat berkas" in talk.labels()
    talk.say("Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto")
    assert "Lewat berkas" not in talk.labels()
    talk.say("daftar")
    assert "Lewat berkas" in talk.labels()


def test_a_word_asks_for_the_file_in_the_form_and_outside(world: World) -> None:
    talk = person(world, "eselon2")
    talk.say("Unduh formulir")
    assert downloaded(talk)
    talk.say("menu")
    before = len(talk.told)
    assert any("Ini formulir Anda" in said for said in talk.lines(talk.say("minta formulir"))), talk.told[before:]
    stranger = Talk(world, "belum mulai")
    stranger.say("halo")
    stranger.say("lewat excel")
    assert "Mulailah permohonan dahulu" in stranger.last


def test_a_pdf_comes_by_a_button_or_a_word_and_is_taken_over_in_the_same_way(world: World) -> None:
    talk = filling(world, "judul_kegiatan", answers={}, who="pengisi pdf")
    assert "tulis: lewat pdf" in "".join(talk.lines(talk.say("lewat berkas")))
    talk.say("lewat pdf")
    content = filled_pdf(
        downloaded(talk),
        {
            "isi/judul_kegiatan": "Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto",
            "isi/cara_pengumpulan_data": "Survei",
            "pilih/unit_pengumpulan/1": "1",
            "pilih/unit_pengumpulan/4": "1",
            "lain/unit_pengumpulan": "kelompok tani, dan nelayan",
            "tabel/variabel/2/1": "Umur",
            "isi/latar_belakang": "Terlalu pendek",
        },
    )
    talk.send(("formulir.pdf", content))
    assert "3 jawaban baru, 0 berbeda, 2 tidak terbaca" in talk.last, talk.last
    talk.tap("Ambil semua")
    assert draft_answers(world)["unit_pengumpulan"] == WHOLE["unit_pengumpulan"]
    talk.send(("formulir.pdf", ordered(talk, "lewat pdf")))
    assert "tidak ada jawaban yang berbeda" in talk.last


# What a file says -----------------------------------------------------------------------------------------------------


def test_new_different_and_unreadable_answers_are_counted_and_named(world: World) -> None:
    talk = person(world, "eselon2")
    content = filled(
        ordered(talk),
        {
            "eselon2": "Kepala Dinas Kesehatan",
            "latar_belakang": "Terlalu pendek",
            "jadwal/perencanaan": "Maret",
            "cara_pengumpulan_data": "Sensus kecil",
            "tahun_kegiatan": "2027",
        },
    )
    talk.send(("isian.xlsx", content))
    assert "1 jawaban baru, 1 berbeda, 3 tidak terbaca" in talk.last
    assert "• 0.2 Tahun: sekarang “2026”, di berkas “2027”" in talk.last
    for named in ("3.1 Latar Belakang", "terlalu pendek: 14 huruf", "3.3 Rencana Jadwal", "0.4 Cara Pengumpulan Data"):
        assert named in talk.last
    talk.tap("Ambil yang baru saja")
    assert draft_answers(world)["tahun_kegiatan"] == 2026
    assert draft_answers(world)["eselon2"] == "Kepala Dinas Kesehatan"
    talk.send(("isian.xlsx", content))
    assert "0 jawaban baru, 1 berbeda, 3 tidak terbaca" in talk.last
    assert talk.labels() == ["Ambil semua", "Tidak jadi"]
    talk.tap("Tidak jadi")
    assert "Jawaban dari berkas tidak diambil." in talk.last
    assert draft_answers(world)["tahun_kegiatan"] == 2026


def test_a_row_that_does_not_read_is_named_with_its_number_and_column(world: World) -> None:
    talk = person(world, "variabel")
    good, bad = ("Umur", "", "Umur pasien.", "Tahun 2026"), ("Jenis kelamin", "", "", "Tahun 2026")
    talk.send(("a.xlsx", filled(ordered(talk), {}, {"variabel": [good, ("",) * 4, bad]})))
    assert "3.4 Variabel" in talk.last and "Baris 3: Kolom “Definisi”" in talk.last
    talk.send(("b.xlsx", filled(ordered(talk), {}, {"variabel": [good, ("",) * 4, good]})))
    talk.tap("Ambil semua")
    assert len(draft_answers(world)["variabel"]) == 2  # type: ignore[arg-type]  # a list of rows


def test_a_district_alone_is_a_row_of_areas(world: World) -> None:
    talk = person(world, "wilayah_kegiatan")
    talk.send(("a.xlsx", filled(ordered(talk), {}, {"wilayah_kegiatan": [("", "", "", "Gowa"), ("", "", "7304", "")]})))
    talk.tap("Ambil semua")
    codes = [row["kode_kabupaten_kota"] for row in draft_answers(world)["wilayah_kegiatan"]]  # type: ignore[attr-defined]
    assert codes == ["7306", AREA["kode_kabupaten_kota"]]


def test_what_was_not_touched_in_the_file_does_not_undo_the_chat(world: World) -> None:
    talk = person(world, "eselon2")
    content = filled(ordered(talk), {"eselon2": "Sekretaris Dinas"})
    talk.say("0.2")
    talk.tap("Pindah ke 0.2")
    talk.say("2027")
    talk.send(("isian.xlsx", content))
    assert "1 jawaban baru, 0 berbeda" in talk.last
    talk.tap("Ambil semua")
    assert draft_answers(world)["tahun_kegiatan"] == 2027


def test_a_draft_that_changed_meanwhile_is_shown_again_before_anything_is_taken(world: World) -> None:
    talk = person(world, "eselon2")
    talk.send(("isian.xlsx", filled(ordered(talk), {"eselon2": "Sekretaris Dinas"})))
    old = talk.button("Ambil semua").value
    talk.say("2.1b")
    talk.say("Kepala Dinas Kesehatan")
    talk.press(old)
    assert "berubah sejak tombol itu" in talk.last and "0 jawaban baru, 1 berbeda" in talk.last
    talk.tap("Ambil semua")
    assert draft_answers(world)["eselon2"] == "Sekretaris Dinas"
    talk.press(old)
    assert "sudah tidak kami simpan" in talk.last


def test_an_old_button_takes_nothing_of_a_newer_file(world: World) -> None:
    talk = person(world, "eselon2")
    content = ordered(talk)
    talk.send(("isian.xlsx", filled(content, {"eselon2": "Sekretaris Dinas"})))
    old = talk.button("Ambil semua").value
    talk.send(("isian.xlsx", filled(content, {"eselon2": "Kepala Dinas"})))
    talk.press(old)
    assert "berkasnya berubah sejak tombol itu" in talk.last and "eselon2" not in draft_answers(world)
    talk.tap("Ambil semua")
    assert draft_answers(world)["eselon2"] == "Kepala Dinas"


def test_answers_that_do_not_apply_are_not_taken(world: World) -> None:
    talk = person(world, "eselon2", answers=COMPILATION)
    talk.send(("isian.xlsx", filled(ordered(talk), {"eselon2": "Dinas", "rancangan_sampel": "Single Stage"})))
    assert "1 jawaban baru, 0 berbeda" in talk.last


def test_in_a_revision_only_what_is_open_is_taken(own_world: World) -> None:
    world = staffed(own_world)
    revision_requested(world, "judul_kegiatan")
    talk = Talk(world, "pemohon")
    talk.say("perbaiki")
    content = ordered(talk)
    talk.send(("a.xlsx", filled(content, {"judul_kegiatan": "Survei Kepuasan Pasien Puskesmas Bontosunggu"})))
    assert "1 berbeda" in talk.last
    talk.tap("Ambil semua")
    assert draft_answers(world)["judul_kegiatan"] == "Survei Kepuasan Pasien Puskesmas Bontosunggu"
    assert "✓ 1 jawaban diambil dari berkas." in talk.last


# Files that are not taken ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "says"),
    [("discarded", "sudah dihapus"), ("set_aside", "isian Anda yang lain"), ("submitted", "sudah dikirim")],
)
def test_a_file_of_a_draft_that_is_not_open_is_answered(world: World, state: str, says: str) -> None:
    talk = person(world)
    content = ordered(talk)
    state_of(talk, state)
    talk.send(("isian.xlsx", content))
    assert says in talk.last


def test_a_file_of_somebody_else_and_a_forged_mark_are_not_read(world: World) -> None:
    theirs = filled(ordered(person(world)), {"eselon2": "Rahasia orang lain"})
    talk = person(world)
    talk.send(("isian.xlsx", theirs))
    assert "bukan untuk isian Anda" in talk.last and "Rahasia" not in talk.last
    own = ordered(talk)
    for change in (lambda mark: mark[:-6] + "AAAAA=", lambda _: "", lambda _: "tanda"):
        talk.send(("isian.xlsx", with_mark(own, change)))
        assert "rusak atau bukan buatan kami" in talk.last
    assert "2.1b" in talk.last, "the open question is asked again"


def test_a_file_of_another_version_is_told_from_one_of_this_version(world: World) -> None:
    talk = person(world)
    content = ordered(talk)
    newest = world.process.app.form(FORM)
    forms: dict[tuple[str, int], Any] = {**world.process.app.forms, (FORM, 99): replace(newest, version=99)}
    before, world.process.app.forms = world.process.app.forms, forms
    try:
        talk.send(("isian.xlsx", content))
    finally:
        world.process.app.forms = before
    assert "diperbarui sejak berkas itu dibuat" in talk.last


def hostile(ours: bytes) -> Mapping[str, tuple[bytes, str]]:
    def far(book: Any) -> None:
        book.worksheets[0]["XFD1048576"] = "jauh"

    def formula(book: Any) -> None:
        rows = {cell.value: cell.row for cell in book.worksheets[0]["A"]}
        book.worksheets[0].cell(rows["eselon2"], 4).value = '=WEBSERVICE("https://example.org")'

    link = {"xl/_rels/workbook.xml.rels": relations(("externalLinkPath", "file://server/share.xlsx", True))}
    return {
        "macro": (office("xlsx", {"xl/vbaProject.bin": b"x"}), "berisi makro"),
        "external link": (office("xlsx", link), "mengambil isi dari komputer lain"),
        "bomb": (office("xlsx", {"xl/a.xml": bytes(60_000_000)}), "terlalu besar setelah dibuka"),
        "far cell": (changed(ours, far), "terlalu besar setelah dibuka"),
        "formula": (changed(ours, formula), "2.1b Unit Eselon Penanggung Jawab - Eselon 2: Sel ini berisi rumus"),
        "foreign": (foreign(), "bukan formulir yang kami buat untuk Anda"),
        "scan": (sample("pindaian.pdf"), "bukan formulir yang kami buat untuk Anda"),
    }


def test_a_hostile_or_foreign_file_is_answered_with_a_sentence_and_changes_nothing(world: World) -> None:
    talk = person(world)
    for name, (content, says) in hostile(ordered(talk)).items():
        before = draft_answers(world)
        talk.send((f"{name}.{'pdf' if name == 'scan' else 'xlsx'}", content))
        assert says in talk.last, f"{name}: {talk.last}"
        assert draft_answers(world) == before


def test_where_a_file_is_asked_for_any_other_file_stays_an_upload(world: World) -> None:
    talk = person(world, "surat_permohonan")
    talk.send(("surat.xlsx", foreign()))
    assert "✓ 9.1 diterima: surat.xlsx" in talk.last
    theirs = ordered(person(world))
    talk.tap("Tambah berkas di 9.1")
    talk.send(("punya orang.xlsx", theirs))
    assert "bukan untuk isian Anda" in talk.last and "✓ 9.1 diterima: punya orang.xlsx" in talk.last
    talk.send(("isian.xlsx", filled(ordered(talk), {"tahun_kegiatan": "2027"})))
    assert "1 berbeda" in talk.last and "isian.xlsx" not in str(draft_answers(world))


def test_a_file_comes_back_whatever_is_open(world: World) -> None:
    talk = person(world)
    content = filled(ordered(talk), {"eselon2": "Sekretaris Dinas"})
    for words in ("menu", "cari stunting"):
        talk.say(words)
        talk.send(("isian.xlsx", content), ("foto.jpg", sample("foto.jpg")))
        assert "1 jawaban baru" in talk.last and "Berkas lain" in talk.last
    talk.tap("Ambil semua")
    assert draft_answers(world)["eselon2"] == "Sekretaris Dinas"


def test_a_file_is_drawn_only_so_often_a_day(world: World) -> None:
    talk = person(world)
    for _ in range(DAILY["form_files_of_person"] - 1):
        do(world, talk.address, daily_limits.may_draw_form_file)
    assert ordered(talk)
    talk.say("lewat berkas")
    assert "terlalu sering diminta hari ini" in talk.last


def test_a_file_about_which_nobody_decides_is_forgotten(own_world: World) -> None:
    world = own_world
    talk = person(world)
    talk.send(("isian.xlsx", filled(ordered(talk), {"eselon2": "Sekretaris Dinas"})))
    world.now += timedelta(days=world.process.app.office.retention.messages + 1)
    world.process.units.write_now(lambda session: jobs.add(session, "forget", "forget now", world.now, {}))
    talk.press("menu:show")
    talk.press(talk.button("Ambil semua").value)
    assert "sudah tidak kami simpan" in talk.last


def second_device(talk: Talk) -> Talk:
    """Another address of the same person."""
    other = Talk(talk.world, f"{talk.address}, perangkat kedua")
    other.say("halo")
    person_id = do(talk.world, talk.address, lambda ctx: ctx.person_id)

    def join(ctx: Context) -> None:
        ctx.address.person_id = person_id

    do(talk.world, other.address, join)
    return other


@pytest.mark.postgres
def test_a_button_that_is_pressed_on_two_devices_at_once_takes_the_answers_once(
    tmp_path: Path, postgres_database: str
) -> None:
    world = World(tmp_path / "data", database_url=postgres_database)
    talk = person(world)
    other = second_device(talk)
    talk.send(("isian.xlsx", filled(ordered(talk), {"eselon2": "Sekretaris Dinas"})))
    code, now, process = talk.button("Ambil semua").value, world.now, world.process

    async def press(who: str) -> None:
        tap = Incoming(f"tap {who}", "console", who, now, "tap", tap=code)
        await process.units.write(partial(handle, incoming=tap, app=process.app, now=now))

    async def press_both() -> None:
        await asyncio.gather(press(talk.address), press(other.address))

    asyncio.run(press_both())
    said = [line for device in (talk, other) for line in device.lines(asyncio.run(device.news()))]
    assert sum("1 jawaban diambil" in line for line in said) == 1, said
    assert sum("sudah tidak kami simpan" in line for line in said) == 1, said
    assert draft_answers(world)["eselon2"] == "Sekretaris Dinas"
    world.stop()
