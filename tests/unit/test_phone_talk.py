"""What a phone can do besides typing and tapping: hand over its number, show ticks in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.service import drafts
from bot.service.desk import Desk
from desk.forms import Value
from tests.casework import FORM, do
from tests.talk import Talk, World, draft_answers
from tests.unit.check_cases import SURVEY

WHO = "pemohon"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield world
    world.stop()


def filling(
    world: World, question: str, form: str = FORM, answers: Mapping[str, Value] = SURVEY, who: str = WHO
) -> Talk:
    """Somebody registered whose form is filled up to this question, which is open."""

    def begin(desk: Desk) -> tuple[int, str]:
        ids = list(desk.house.form(form).questions)
        known = {id: value for id, value in answers.items() if ids.index(id) < ids.index(question)}
        return drafts.begin(desk, form, known).id, desk.house.form(form).questions[question].code

    draft, code = do(world, who, begin)
    talk = Talk(world, who)
    talk.press(f"form:{draft}:{code}:edit:0")
    return talk


def test_ticks_change_in_the_message_that_has_them(world: World) -> None:
    talk = filling(world, "metode_pengumpulan")
    assert not talk.told[-1].prompt.replaces
    talk.tap("Pengamatan (observasi)")
    assert talk.told[-1].prompt.replaces and "✓ Pengamatan (observasi)" in talk.labels()
    talk.tap("✓ Pengamatan (observasi)")
    assert talk.told[-1].prompt.replaces and "Pengamatan (observasi)" in talk.labels()
    talk.say("bantuan")
    assert not talk.told[-1].prompt.replaces


def test_ticks_of_another_question_than_the_open_one_are_shown_anew(world: World) -> None:
    """What is open stands last in the conversation."""
    talk = filling(world, "metode_pengumpulan")
    tick = talk.button("Pengamatan (observasi)").value
    talk.say("0.1")
    assert "0.1 " in talk.last
    talk.press(tick)
    assert "✓ Pengamatan (observasi)" in talk.labels() and not talk.told[-1].prompt.replaces


def test_a_phone_hands_over_its_own_number_and_no_other_is_asked_so(world: World) -> None:
    talk = filling(world, "telepon_seluler", "registration", {"nama": "Budi", "instansi": "Dinas", "jabatan": "Staf"})
    assert talk.told[-1].prompt.takes_contact
    talk.do("contact", contact="6281234567890")
    assert draft_answers(world, "registration")["telepon_seluler"] == "+6281234567890"
    assert not talk.told[-1].prompt.takes_contact
    talk = filling(world, "pj_teknis_telepon", who="lain")
    assert not talk.told[-1].prompt.takes_contact
    talk.do("contact", contact="60123456789")
    assert draft_answers(world)["pj_teknis_telepon"] == "+60123456789"
