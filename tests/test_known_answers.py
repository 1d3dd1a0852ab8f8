"""What is known already is offered as one button, and what need not be answered is left out with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from bot.service.context import Context
from domain.form.definition import Value
from tests.casework import do
from tests.filling import at
from tests.talk import World, draft_answers

PERSON = ("pj_teknis_nama", "pj_teknis_jabatan", "pj_teknis_alamat", "pj_teknis_telepon", "pj_teknis_email")
OWN = {
    "pj_teknis_nama": "Budi Santoso",
    "pj_teknis_jabatan": "Kepala Bidang Data",
    "pj_teknis_telepon": "+6281234567890",
    "pj_teknis_email": "budi@example.go.id",
}
ADDRESS = "Jl. Pahlawan No. 1, Bontosunggu, Jeneponto 92311"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("known") / "data")
    yield world
    world.stop()


def register(world: World, who: str) -> None:
    def write(ctx: Context) -> None:
        person = ctx.actor
        person.name, person.position = OWN["pj_teknis_nama"], OWN["pj_teknis_jabatan"]
        person.phone, person.email = OWN["pj_teknis_telepon"], OWN["pj_teknis_email"]

    do(world, who, write)


def of_person(world: World) -> Mapping[str, object]:
    return {name: value for name, value in draft_answers(world).items() if name in PERSON}


@pytest.mark.parametrize("words", ["Sama dengan data saya", "saya sendiri", "Saya"])
def test_the_applicant_is_the_technical_contact_with_one_message(world: World, words: str) -> None:
    register(world, words)
    talk = at(world, *PERSON, who=words)
    assert "Sama dengan data saya: Budi Santoso; Kepala Bidang Data; +6281234567890; budi@example.go.id" in talk.last
    talk.say(words)
    assert of_person(world) == OWN
    assert "✓ 2.2a: Budi Santoso" in talk.last and "2.2c Alamat" in talk.last


@pytest.mark.parametrize("words", ["Sama dengan 1.2", "sama dengan kantor", "sama"])
def test_an_earlier_answer_is_taken_over_with_one_message(world: World, words: str) -> None:
    talk = at(world, "pj_teknis_alamat", who=words)
    assert f"Sama dengan 1.2: {ADDRESS}" in talk.last and "Sama dengan 1.2" in talk.labels()
    talk.say(words)
    assert draft_answers(world)["pj_teknis_alamat"] == ADDRESS


def test_somebody_else_is_written_by_hand_and_nothing_else_is_filled(world: World) -> None:
    register(world, "else")
    talk = at(world, *PERSON, who="else")
    talk.say("Andi Contoh")
    talk.tap("Sama dengan data saya")
    assert of_person(world) == {"pj_teknis_nama": "Andi Contoh", "pj_teknis_jabatan": "Kepala Bidang Data"}


def test_nothing_is_offered_that_does_not_read_or_is_the_answer_already(world: World) -> None:
    talk = at(world, "pj_teknis_alamat", "pj_teknis_faksimile", who="none")
    talk.say("2.2f")
    assert not [label for label in talk.labels() if "Sama" in label]
    talk.say("2.2c")
    talk.say("sama")
    talk.say("2.2c")
    assert not [label for label in talk.labels() if "Sama" in label]


def test_the_rest_is_left_out_with_one_button_only_where_nothing_of_it_is_required(world: World) -> None:
    talk = at(world, "eselon1", "instrumen", "kak", "dummy_tabel", "catatan", who="rest")
    assert "Lewati" in talk.labels() and "Lewati semua sisanya" not in talk.labels()
    talk = at(world, "kak", "dummy_tabel", "catatan", who="all")
    talk.tap("Lewati semua sisanya")
    skipped: dict[str, Value] = dict.fromkeys(("kak", "dummy_tabel", "catatan"))
    assert {name: draft_answers(world)[name] for name in skipped} == skipped
    assert "9.3, 9.4, 10.1 dilewati." in talk.last and "Kirim sekarang" in talk.labels()


def test_a_schedule_in_one_message_leaves_out_the_optional_stages_that_it_does_not_name(world: World) -> None:
    talk = at(world, "jadwal", "uji_coba", who="schedule")
    assert "Atau kirim semua tahap dalam satu pesan" in talk.last
    stages = (
        "Perencanaan: Juni 2026",
        "Pengumpulan: Juli 2026",
        "Pengolahan: Agustus 2026",
        "Analisis: September 2026",
    )
    talk.say("\n".join(stages))
    assert "Diseminasi" in talk.last or "Desain" in talk.last, "a required stage is missing, so the rest is asked"
    talk.say("\n".join((*stages, "Diseminasi: Oktober 2026")))
    assert set(draft_answers(world)["jadwal"]) == {"perencanaan", "pengumpulan", "pengolahan", "analisis", "diseminasi"}  # type: ignore[call-overload]
