"""Texts that people file: several messages are one act, shown whole before, and nothing replaces them unasked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.chat import IncomingFile
from bot.service.ratings import MAX_COMMENT
from domain.remarks import HEED, grounds, ready_made
from domain.text import join_messages
from storage.tables import Application, Complaint, ComplaintEntry, Note, Rating, Remark
from tests.casework import APPLICANT, DIRECTOR, OFFICER, awaiting_issue, issued, letter_drafted, staffed, under_review
from tests.talk import Talk, World


@pytest.fixture
def world(tmp_path: Any) -> Iterator[World]:
    world = staffed(World(tmp_path / "data"))
    yield world
    world.stop()


@dataclass(frozen=True)
class Place:
    """Where a text is filed."""

    who: str
    opens: str  #: code of the button that asks for the text, with the id of the application
    sends: str  #: label of the button that files it
    column: Any
    application: Any = None


PLACES = {
    "complaint": Place(APPLICANT, "complaint:write", "Kirim", Complaint.text),
    "answer to a complaint": Place(OFFICER, "complaint:answer:1", "Kirim", ComplaintEntry.text),
    "note": Place(OFFICER, "case:note:{}", "Simpan", Note.text, under_review),
    "remark": Place(OFFICER, "remark:ask:{}:3.2", "Simpan", Remark.text, under_review),
    "what to change": Place(DIRECTOR, "verdict:back:{}", "Kirim", Application.director_note, awaiting_issue),
    "grounds of a letter": Place(OFFICER, "letter:grounds:{}", "Simpan", Application.grounds, letter_drafted),
    "advice of a letter": Place(OFFICER, "letter:heed:{}", "Simpan", Application.advice, letter_drafted),
    "comment": Place(APPLICANT, "rating:stars:{}:4", "Kirim", Rating.comment, issued),
}


def stored(world: World, column: Any) -> list[str]:
    """The texts in the database, each with its lines as one text; no empty ones."""
    rows = world.process.units.write_now(lambda session: list(session.scalars(select(column).order_by(column))))
    return [text for row in rows if (text := "\n".join(row) if isinstance(row, list) else row)]


def test_several_messages_are_one_text_everywhere(world: World) -> None:
    """Also over a restart and a day, and with a greeting and the menu in between."""
    for name, place in PLACES.items():
        application_id = place.application(world) if place.application else 0
        before = stored(world, place.column)
        talk = Talk(world, place.who)
        talk.say("menu")
        talk.press(place.opens.format(application_id))
        talk.say("Kalimat pertama.")
        assert "Kalimat pertama." in talk.last and talk.labels()[0] == place.sends, name
        assert talk.labels()[-2:] == ["Tambah lagi", "Batal"], name
        talk.say("Kalimat kedua.", unseen=True)
        assert "Kalimat pertama.\nKalimat kedua." in talk.last, name
        world.restart()
        world.now += timedelta(days=1)
        talk.say("halo")
        assert stored(world, place.column) == before, name
        talk.tap("Lanjutkan tulisan yang belum dikirim")
        assert "Kalimat pertama.\nKalimat kedua." in talk.last, name
        talk.tap("Tambah lagi")
        talk.say("Kalimat ketiga.")
        talk.tap(place.sends)
        whole = "Kalimat pertama.\nKalimat kedua.\nKalimat ketiga."
        assert whole in stored(world, place.column) and whole not in before, name
        talk.say("menu")
        assert "Lanjutkan tulisan yang belum dikirim" not in talk.labels(), name


def test_a_text_that_the_phone_cut_is_joined_with_its_rest(world: World) -> None:
    words = "Petugas tidak ada di loket. " * 200
    talk = Talk(world, APPLICANT)
    talk.press("complaint:write")
    talk.say(words[:4096])
    talk.say(words[4096:])
    talk.tap("Kirim")
    assert stored(world, Complaint.text) == [words.strip()]


@pytest.mark.parametrize(
    ("messages", "whole"),
    [
        (["a" * 4096, "b"], "a" * 4096 + "b"),
        (["a" * 4094 + "😀", "b"], "a" * 4094 + "😀b"),
        (["a" * 4095, "😀"], "a" * 4095 + "😀"),
        (["a" * 4050, "b"], "a" * 4050 + " b"),
        (["a", "b" * 4096, "c"], "a\n" + "b" * 4096 + "c"),
        (["a ", " b"], "a\n b"),
        (["a"], "a"),
        ([], ""),
    ],
)
def test_only_the_rest_of_a_cut_message_begins_no_line(messages: list[str], whole: str) -> None:
    assert join_messages(messages) == whole


def test_words_that_are_no_text_are_not_filed_unasked(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.press("complaint:write")
    talk.say("terima kasih")
    assert talk.last.startswith("Sama-sama.") and talk.labels() == ["Menu"] and stored(world, Complaint.text) == []
    assert "terima kasih" not in talk.last
    talk.say("Antreannya panjang.")
    talk.say("makasih")
    assert "Sama-sama." in talk.last and "makasih" not in talk.last.replace("Sama-sama", "")
    talk.say("selesai")
    assert "Antreannya panjang." in talk.last and stored(world, Complaint.text) == []
    talk.say("ya")
    assert stored(world, Complaint.text) == ["Antreannya panjang."]


def test_a_file_is_refused_truly_and_its_caption_is_kept(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.press(f"rating:stars:{issued(world)}:4")
    file = IncomingFile("foto.jpg", 5, refused="not_asked")
    talk.do("file", files=(file,))
    assert talk.last.startswith("Berkas tidak dapat dilampirkan di sini") and "tulis satu kalimat" in talk.last
    talk.do("file", files=(file,), text="Ini antreannya.")
    assert talk.last.startswith("Berkas tidak dapat dilampirkan di sini") and "Ini antreannya." in talk.last
    talk.tap("Kirim")
    assert stored(world, Rating.comment) == ["Ini antreannya."]


def test_an_old_button_sends_only_what_it_was_shown_with(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.press("complaint:write")
    talk.say("Pertama.")
    old = {label: talk.button(label).value for label in ("Kirim", "Batal")}
    talk.say("Lalu antre lama.")
    for code in old.values():
        talk.press(code)
        assert "Tulisan ini berubah" in talk.last and "Pertama.\nLalu antre lama." in talk.last
    talk.press("status:start")
    talk.tap("Kirim")  # the newest one, from another screen
    assert stored(world, Complaint.text) == ["Pertama.\nLalu antre lama."]
    talk.tap("Kirim")
    assert "sudah dikirim atau dibatalkan" in talk.last and len(stored(world, Complaint.text)) == 1


def test_what_is_too_long_says_so_and_leaves_what_was_written(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.press(f"rating:stars:{issued(world)}:4")
    talk.say("Baik sekali.")
    talk.say("x" * MAX_COMMENT)
    assert "paling banyak 4.000" in talk.last and "Baik sekali." in talk.last
    talk.tap("Kirim")
    assert stored(world, Rating.comment) == ["Baik sekali."]


def test_a_refused_text_is_not_lost(world: World) -> None:
    application_id = under_review(world)
    talk, director = Talk(world, OFFICER), Talk(world, DIRECTOR)
    talk.press(f"verdict:taken:{application_id}:layak")
    talk.say("Rancangannya memadai.")
    colleague = Talk(world, OFFICER, channel="console")
    colleague.press(f"remark:ready:{application_id}:0.1:1")
    director.say("berkas")
    talk.press(f"case:show:{application_id}")
    talk.press(f"verdict:taken:{application_id}:layak")
    assert "belum ditutup" in talk.last
    talk.say("menu")
    talk.tap("Lanjutkan tulisan yang belum dikirim")
    assert "Rancangannya memadai." in talk.last


# Ready-made texts -----------------------------------------------------------------------------------------------------

READY = {
    "remark": ("remark:ask:{}:0.1", "remark:ready:{}:0.1:1", ready_made()["judul_kegiatan"][0].text),
    "grounds": ("verdict:taken:{}:layak", "verdict:ground:{}:layak:1", grounds()["layak"][0]),
}


@pytest.mark.parametrize("what", READY)
def test_a_ready_made_text_replaces_no_written_one_unasked(world: World, what: str) -> None:
    opens, picks, text = (words.format(under_review(world) if not n else 1) for n, words in enumerate(READY[what]))
    talk = Talk(world, OFFICER)
    talk.press(opens)
    talk.say("Ini saya tulis sendiri.")
    talk.press(picks)
    assert "Ini saya tulis sendiri." in talk.last and f"Ganti dengan “{text}”?" in talk.last
    talk.tap("Tidak, tetap")
    assert "Ini saya tulis sendiri." in talk.last and "Ganti dengan" not in talk.last
    talk.press(picks)
    talk.tap("Ya, ganti")
    assert "Ganti dengan" not in talk.last
    talk.press(opens)
    assert "Ini saya tulis sendiri." not in talk.last


def test_advice_that_was_written_is_not_replaced_unasked(world: World) -> None:
    application_id = under_review(world)
    talk = Talk(world, OFFICER)
    talk.press(f"verdict:ground:{application_id}:layak:1")
    talk.say("Laporkan hasilnya.")
    talk.tap("Lanjut")
    for choice in (0, 1):
        talk.press(f"verdict:heed:{application_id}:{choice}")
        assert "Laporkan hasilnya." in talk.last and "Ganti dengan" in talk.last
    talk.tap("Ya, ganti")
    assert f"Perlu diperhatikan:\n1. {grounds()[HEED][0]}" in talk.last and "Laporkan hasilnya." not in talk.last


def test_changing_a_verdict_begins_with_what_was_written(world: World) -> None:
    application_id = under_review(world)
    talk = Talk(world, OFFICER)
    talk.press(f"verdict:taken:{application_id}:layak")
    talk.say("Rancangannya memadai.")
    talk.tap("Lanjut")
    talk.say("Laporkan hasilnya.")
    talk.tap("Lanjut")
    talk.press("inbox:start")
    for code in (f"verdict:taken:{application_id}:layak", f"verdict:fine:{application_id}"):
        talk.press(code)
        assert "Rancangannya memadai." in talk.last
    talk.tap("Lanjut")
    assert "Laporkan hasilnya." in talk.last
    talk.tap("Lanjut")
    talk.tap("Ya, putuskan")
    assert stored(world, Application.grounds) == ["Rancangannya memadai."]
    talk.say("menu")
    assert "Lanjutkan tulisan yang belum dikirim" not in talk.labels()


@pytest.mark.parametrize(("step", "code", "purpose"), [("grounds", "ground", "layak"), ("heed", "heeded", HEED)])
def test_words_of_a_letter_are_not_replaced_unasked(world: World, step: str, code: str, purpose: str) -> None:
    application_id, column = letter_drafted(world), {"grounds": Application.grounds, "heed": Application.advice}[step]
    talk = Talk(world, OFFICER)
    talk.press(f"letter:{step}:{application_id}")
    talk.say("Ini saya tulis sendiri.")
    talk.tap("Simpan")
    talk.press(f"letter:{code}:{application_id}:1")
    assert "Ini saya tulis sendiri." in talk.last and stored(world, column) == ["Ini saya tulis sendiri."]
    old = talk.button("Ya, ganti").value
    talk.tap("Tidak, tetap")
    talk.press(f"letter:{step}:{application_id}")
    talk.say("Ini lebih baik.")
    talk.tap("Simpan")
    talk.press(old)
    assert "Ini lebih baik." in talk.last and stored(world, column) == ["Ini lebih baik."]
    talk.tap("Ya, ganti")
    assert stored(world, column) == [grounds()[purpose][0]]


def test_recording_a_letter_again_keeps_its_number(world: World) -> None:
    application_id = awaiting_issue(world)
    talk = Talk(world, OFFICER)
    talk.press(f"upload:start:{application_id}")
    talk.say("B-90/7304/KS.200/2026")
    asked = talk.last
    talk.press(f"upload:start:{application_id}")
    assert talk.last == asked and "identitas" in asked
