"""The number of an application, alone in a message, shows that application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.numbers import whole_application_number
from tests.casework import APPLICANT, OFFICER, staffed, submitted
from tests.filling import filling
from tests.talk import Talk, World

PATTERN = "REK-%(year)s-%(serial)04d"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = staffed(World(tmp_path_factory.mktemp("numbers") / "data"))
    submitted(world)
    submitted(world)
    yield world
    world.stop()


@pytest.mark.parametrize("words", ["REK-2026-0001", "rek 2026 1", "REK–2026–0001?", " #rek/2026/1. "])
def test_a_number_alone_is_read(words: str) -> None:
    assert whole_application_number(words, PATTERN) == "REK-2026-0001"


@pytest.mark.parametrize("words", ["", "2026 1", "REK", "tolong cek REK-2026-0001", "REK-2026-0001 dan REK-2026-0002"])
def test_other_words_are_no_number_alone(words: str) -> None:
    assert whole_application_number(words, PATTERN) is None


def test_digits_alone_stay_a_code_in_an_office_whose_numbers_have_no_letters() -> None:
    assert whole_application_number("202612", "%(year)s%(serial)d") is None


@pytest.mark.parametrize(
    "button",
    [
        "",
        "menu:show",
        "guide:start",
        "language:start",
        "account:start",
        "catalogue:start",
        "status:start",
        "complaint:write",
    ],
)
def test_an_applicant_sees_the_status_from_everywhere(world: World, button: str) -> None:
    talk = Talk(world, APPLICANT)
    if button:
        talk.press(button)
    talk.say("REK-2026-0001")
    assert "Permohonan REK-2026-0001" in talk.last and "Status: Terkirim" in talk.last


@pytest.mark.parametrize("button", ["menu:show", "guide:start", "inbox:start", "catalogue:start", "account:start"])
def test_an_officer_opens_the_case_from_everywhere(world: World, button: str) -> None:
    talk = Talk(world, OFFICER)
    talk.press(button)
    talk.say("rek-2026-1")
    assert talk.last.startswith("REK-2026-0001"), talk.last


def test_a_stranger_learns_nothing_from_a_number(world: World) -> None:
    talk = Talk(world, "orang-lain")
    talk.say("REK-2026-0001")
    known = talk.last
    talk.say("REK-2026-0999")
    assert known.replace("0001", "0999") == talk.last
    assert "Tidak ada permohonan Anda dengan nomor" in known


def test_an_open_form_keeps_its_question(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data"))
    submitted(world)
    talk = filling(world, "judul_kegiatan")
    talk.say("REK-2026-0001")
    assert "REK-2026-0001: Terkirim" in talk.last and "Judul Kegiatan" in talk.last
    talk.say("REK-2026-0077")
    assert "Tidak ada permohonan Anda" in talk.last and "Judul Kegiatan" in talk.last
    world.stop()
