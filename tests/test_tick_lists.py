"""Questions of yes and no that the form groups are asked as one list of ticks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.form.definition import Value
from tests.filling import at, filling
from tests.talk import World, draft_answers
from tests.unit.check_cases import SURVEY

STAGES = ("olah_editing", "olah_coding", "olah_data_entry", "olah_validasi")
TYPED = {
    "1, 3 dan 4": "ya tidak ya ya",
    "2": "tidak ya tidak tidak",
    "editing, data entry": "ya tidak ya tidak",
    "Penyuntingan (Editing)": "ya tidak tidak tidak",
    "1 2 4": "ya ya tidak ya",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("ticks") / "data")
    yield world
    world.stop()


def stages(world: World) -> str:
    answers = draft_answers(world)
    return " ".join(str(answers.get(name)) for name in STAGES)


@pytest.mark.parametrize(("words", "stored"), TYPED.items())
def test_a_typed_list_answers_all_questions_at_once(world: World, words: str, stored: str) -> None:
    talk = at(world, *STAGES, "metode_analisis", who=words)
    assert "7.1 Tahapan Pengolahan Data" in talk.last and "Tahap pengolahan data apa saja" in talk.last
    talk.say(words)
    assert stages(world) == stored
    assert "✓ 7.1: " in talk.last and "7.2 Metode Analisis" in talk.last


def test_ticks_change_in_place_and_end_with_selesai(world: World) -> None:
    talk = filling(world, "olah_editing", who="ticks")
    talk.say("selesai")
    assert "Pilih paling sedikit satu" in talk.last
    for label in ("Data Entry", "Penyandian (Coding)", "✓ Data Entry"):
        talk.tap(label)
        assert talk.told[-1].prompt.edits_message
    world.restart()
    assert "✓ Penyandian (Coding)" in talk.labels() and "Data Entry" in talk.labels()
    talk.tap("Selesai memilih")
    assert stages(world) == "tidak ya tidak tidak"


@pytest.mark.parametrize("words", ["7.1", "7.1c", "ganti 7.1", "ubah 7.1b"])
def test_a_stored_list_is_changed_from_any_of_its_numbers(world: World, words: str) -> None:
    talk = at(world, "unit_analisis", who=words)
    talk.say(words)
    assert {"✓ Penyuntingan (Editing)", "Penyahihan (Validasi)", "Data Entry"} <= set(talk.labels())
    talk.tap("✓ Penyuntingan (Editing)")
    talk.tap("Data Entry")
    talk.say("selesai")
    assert stages(world) == "tidak tidak ya tidak" and "7.3 Unit Analisis" in talk.last


def test_a_list_of_which_some_is_answered_begins_with_those_ticks(world: World) -> None:
    answers: dict[str, Value] = {**SURVEY, "olah_editing": "ya"}
    talk = filling(world, "olah_coding", answers=answers, who="some")
    assert "✓ Penyuntingan (Editing)" in talk.labels()
    talk.tap("Bantuan")
    assert "penyandian memberi kode" in talk.last and "✓ Penyuntingan (Editing)" in talk.labels()
    talk.tap("Selesai memilih")
    assert stages(world) == "ya tidak tidak tidak"


def test_an_old_button_of_one_of_the_questions_still_answers_it(world: World) -> None:
    talk = filling(world, "olah_editing", who="old")
    draft = talk.button("Kembali").value.split(":")[1]
    talk.press(f"form:{draft}:7.1c:1:99")
    assert draft_answers(world)["olah_data_entry"] == "ya" and "olah_editing" not in draft_answers(world)


def test_the_products_open_the_questions_about_their_release(world: World) -> None:
    talk = at(world, "produk_tercetak", "produk_digital", "produk_mikrodata", who="products")
    talk.say("1 dan 3")
    assert "8.2a" in talk.last
    talk.say("15/12/2026")
    assert "8.2c" in talk.last
