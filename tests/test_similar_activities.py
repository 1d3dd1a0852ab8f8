"""Whoever applies, and the officer who examines, are told of recorded activities that are similar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.service import drafts
from bot.service.context import Context
from storage import catalogue
from tests.casework import APPLICANT, FORM, OFFICER, do, staffed, submitted
from tests.filling import filling
from tests.talk import Talk, World
from tests.unit.catalogue_databases import STUNTING
from tests.unit.check_cases import SURVEY

ENTRY = replace(
    STUNTING,
    title="Survei Kepuasan Pasien Puskesmas di Kabupaten Jeneponto",
    organiser="Dinas Kesehatan Kabupaten Jeneponto",
    year=2025,
    recommendation_identity="V-25.7304.001",
)
SHOW = "Lihat kegiatan mirip"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = staffed(World(tmp_path_factory.mktemp("similar") / "data"))
    do(world, OFFICER, lambda ctx: catalogue.load(ctx.session, [ENTRY]))
    yield world
    world.stop()


def asking_for_the_year(world: World, who: str, title: str = str(SURVEY["judul_kegiatan"])) -> Talk:
    """Somebody whose organiser is known from their registration, as it is when the form begins."""
    talk = filling(world, "judul_kegiatan", who=who)
    do(world, who, know_organiser)
    talk.say(title)
    return talk


def know_organiser(ctx: Context) -> None:
    draft = drafts.list_unfinished(ctx, FORM)[0]
    questions = ctx.app.form(FORM).questions
    for known in ("jenis_statistik", "wilayah_pengajuan", "instansi_penyelenggara"):
        drafts.record(ctx, draft, questions[known], SURVEY[known])


def test_the_applicant_is_told_once_beside_the_next_question_and_can_see_them(world: World) -> None:
    talk = asking_for_the_year(world, "yuli")
    assert "mirip" not in talk.last
    talk.say("2027")
    assert "Ada kegiatan mirip di katalog" in talk.last and "0.4" in talk.last
    talk.tap(SHOW)
    for told in (ENTRY.title, "2025", ENTRY.organiser, "identitas V-25.7304.001", "judul sama, penyelenggara sama"):
        assert told in talk.last
    talk.say("entahlah")
    assert ENTRY.title in talk.last, "other words show the list again"
    talk.tap("Lanjutkan mengisi")
    assert "0.4" in talk.last and "mirip" not in talk.last
    talk.say("survei")
    assert "mirip" not in talk.last


def test_a_misspelt_title_in_another_order_is_recognised(world: World) -> None:
    talk = asking_for_the_year(world, "ejaan", "Puskesmas Jeneponto: survey kepuasaan pasen")
    talk.say("2027")
    assert "Ada kegiatan mirip" in talk.last


def test_who_plans_something_else_is_told_nothing(world: World) -> None:
    talk = asking_for_the_year(world, "lain", "Kompilasi Data Produksi Rumput Laut")
    talk.say("2027")
    assert "0.4" in talk.last and "mirip" not in talk.last
    assert SHOW not in talk.labels()


def test_an_application_of_somebody_else_is_not_shown_before_its_letter_is_issued(world: World) -> None:
    title = "Survei Pendapatan Petambak Garam Kabupaten Jeneponto"
    submitted(world, "rahasia", {"judul_kegiatan": title})
    talk = asking_for_the_year(world, "ingin_tahu", title)
    talk.say("2027")
    assert "mirip" not in talk.last
    talk.press("catalogue:start")
    talk.say("petambak garam")
    assert title not in talk.last


def test_the_officer_sees_them_on_the_case_and_opens_them(world: World) -> None:
    application_id = submitted(world, APPLICANT)
    talk = Talk(world, OFFICER)
    talk.press(f"case:show:{application_id}")
    assert "Ada kegiatan mirip di katalog" in talk.last
    talk.tap(SHOW)
    assert ENTRY.title in talk.last and "penyelenggara sama" in talk.last
    talk.tap("Kembali")
    assert "Status:" in talk.last


def test_only_staff_see_them_beside_a_case(world: World) -> None:
    application_id = submitted(world, "milik")
    talk = Talk(world, "penyusup")
    talk.press(f"case:similar:{application_id}")
    assert ENTRY.title not in talk.last


def test_a_misspelt_search_in_the_catalogue_is_asked_about(world: World) -> None:
    talk = Talk(world, "pencari")
    talk.press("catalogue:start")
    talk.say("kepuasn pasein")
    assert "Maksud Anda “kepuasan pasien”?" in talk.last
    talk.tap("Ya, cari itu")
    assert ENTRY.title in talk.last
    talk.tap("Cari lagi")
    talk.press("catalogue:meant:000000")
    assert "Tombol itu dari pencarian yang lain." in talk.last
