"""A conversation goes on where it stood, from the documents that version 0.1 stored in the middle of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat import IncomingFile
from bot.conversations import state
from bot.conversations.form.session import FormState
from domain.text import Json
from storage.tables import Address, Dialogue, Draft
from tests.filling import filling
from tests.talk import Talk, World, draft_answers

FILE = IncomingFile("surat.pdf", 2048, "pdf", "0" * 64, "person/1", 1)
ROW = {"nama": "Kepuasan Pasien", "konsep": "", "definisi": "Tingkat kepuasan.", "referensi_waktu": "Tahun 2026"}
TITLE = "Survei Kepuasan Pasien Kabupaten Jeneponto"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("states") / "data")
    yield world
    world.stop()


def put_back(
    talk: Talk, data: Mapping[str, Json], asked: str | None, partial: Mapping[str, Json] | None = None
) -> None:
    """Writes the document over what the conversation remembers, for the draft that the test really has."""

    def write(session: Session) -> None:
        stored = select(Dialogue).join(Address, Address.id == Dialogue.address_id)
        dialogue = session.scalars(stored.where(Address.external_id == talk.address)).one()
        draft = session.get_one(Draft, cast("int", dialogue.data["draft"]))
        draft.partial = dict(partial or {})
        dialogue.data = {**data, "draft": draft.id, "revision": draft.revision}
        dialogue.asked, dialogue.choices = asked, []

    talk.world.process.units.write_now(write)


def partial_of(talk: Talk) -> Mapping[str, Json]:
    def read(session: Session) -> Mapping[str, Json]:
        return session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one().partial

    return talk.world.process.units.write_now(read)


def test_a_row_goes_on_with_its_next_cell(world: World) -> None:
    talk = filling(world, "variabel", who="row")
    typed: dict[str, Json] = {"rows": [cast("Json", ROW)], "typing": {"n": 2, "row": {"nama": "Lama tunggu"}}}
    put_back(talk, {"draft": 1, "revision": 5, "held": [], "review": ""}, "variabel/2/konsep", {"variabel": typed})
    talk.say("Waktu")
    assert "Baris 2: Definisi" in talk.last
    row = {"nama": "Lama tunggu", "konsep": "Waktu"}
    assert partial_of(talk) == {"variabel": {"rows": [ROW], "typing": {"n": 2, "row": row}}}


def test_a_deleted_row_can_be_restored(world: World) -> None:
    talk = filling(world, "variabel", who="deleted")
    typed: dict[str, Json] = {"rows": [], "deleted": {"n": 1, "row": cast("Json", ROW)}}
    put_back(talk, {"draft": 2, "revision": 4, "held": [], "review": ""}, "variabel", {"variabel": typed})
    draft = talk.button("Daftar isian").value.split(":")[1]
    talk.press(f"form:{draft}:3.4:undelete.20586780:4")
    assert "Baris itu sudah dikembalikan." in talk.last and "1. Kepuasan Pasien" in talk.last


def test_a_held_message_that_is_offered_is_taken(world: World) -> None:
    talk = filling(world, "tahun_kegiatan", who="held")
    data: dict[str, Json] = {"draft": 3, "revision": 2, "held": ["2027", "statistik sektoral"], "review": ""}
    put_back(talk, {**data, "offering": True}, "tahun_kegiatan")
    talk.say("ya")
    assert draft_answers(world)["tahun_kegiatan"] == 2027
    assert "“statistik sektoral”" in talk.last


def test_a_change_goes_on_with_the_next_open_question(world: World) -> None:
    talk = filling(world, "tahun_kegiatan", who="review")
    put_back(talk, {"draft": 4, "revision": 2, "held": [], "review": "blok_0"}, "judul_kegiatan")
    talk.say(TITLE)
    assert draft_answers(world)["judul_kegiatan"] == TITLE
    assert "2 dari " in talk.last and "0.2 Tahun" in talk.last
    put_back(talk, {"draft": 4, "revision": 2, "held": [], "review": "blok_0"}, None)
    talk.say("hm")
    assert "Blok 0 · " in talk.last and "tulis nomor butir" in talk.last


@pytest.mark.parametrize("act,opens", [("take", ""), ("jump", "0.5 Sektor Kegiatan")])
def test_a_doubt_is_resolved(world: World, act: str, opens: str) -> None:
    talk = filling(world, "unit_observasi", who=f"typed {act}")
    data: dict[str, Json] = {"draft": 5, "revision": 2, "held": [], "review": "", "typed": "0.5"}
    put_back(talk, data, "unit_observasi")
    draft = talk.button("Daftar isian").value.split(":")[1]
    talk.press(f"form:{draft}:5.8:{act}:2")
    assert opens in talk.last
    assert ("unit_observasi" in draft_answers(world)) == (act == "take")


def test_the_next_file_replaces_the_one_that_was_named(world: World) -> None:
    talk = filling(world, "surat_permohonan", who="replace")
    talk.do("file", files=(FILE,))
    old = cast("list[dict[str, Json]]", draft_answers(world)["surat_permohonan"])[0]
    data: dict[str, Json] = {"draft": 6, "revision": 3, "held": [], "review": "", "replace": str(old["id"])}
    put_back(talk, data, "surat_permohonan")
    talk.do("file", files=(IncomingFile("baru.pdf", 2048, "pdf", "1" * 64, "person/1", 1),))
    files = cast("list[dict[str, Json]]", draft_answers(world)["surat_permohonan"])
    assert [file["name"] for file in files] == ["baru.pdf"]


def test_the_state_is_stored_under_the_same_keys_as_ever() -> None:
    """An older version must be able to go on, too."""
    state_now = FormState(6, 3, held=("a",), review="blok_0", offering=True, typed="0.5", replaced_file="1")
    document: dict[str, Json] = {
        **{"draft": 6, "revision": 3, "held": ["a"], "review": "blok_0"},
        **{"offering": True, "typed": "0.5", "replace": "1"},
    }
    assert state.to_json(state_now) == document
    assert state.read(FormState, document) == state_now
    bare = FormState(6, 3, held=(), review="")
    assert state.to_json(bare) == {"draft": 6, "revision": 3, "held": [], "review": ""}


def test_a_state_that_does_not_fit_ends_the_form_instead_of_being_guessed(world: World) -> None:
    talk = filling(world, "tahun_kegiatan", who="odd")
    put_back(talk, {"held": "2027", "review": ""}, "tahun_kegiatan")
    talk.say("2027")
    assert "Isian itu sudah tidak terbuka." in talk.last
