"""The same answer is stored whether it is typed in the chat or filled in on the page, for every kind of answer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.actions import code
from bot.actions.applicant import ResumeDraft
from bot.pages import PageReader
from bot.pipeline.form_pages import FormPageService
from domain.form import answers
from domain.form.definition import Question, Value
from domain.form.fields import fields_of, fingerprint
from domain.form.page import PostedAnswer
from domain.text import Text
from storage.tables import Draft
from tests.casework import FORM, half_filled
from tests.talk import Talk, World
from tests.typed_answers import typed_answers
from tests.unit.answer_samples import READING

#: questions that every survey asks, one of each kind and of each form of it
ASKED = (
    *("judul_kegiatan", "tahun_kegiatan", "telepon_instansi", "faksimile_instansi", "pj_teknis_telepon"),
    *("pj_teknis_email", "alamat_instansi", "tujuan", "sektor_kegiatan", "metode_pengumpulan", "unit_pengumpulan"),
    *("jadwal", "variabel", "wilayah_kegiatan", "jumlah_enumerator", "fraksi_sampel", "rilis_digital"),
)
DONE = Text("Selesai")
_people = itertools.count()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("answers") / "data")
    world.now = world.now.replace(year=2026, month=11, day=23)
    yield world
    world.stop()


def test_every_kind_of_answer_is_asked_for(world: World) -> None:
    questions = world.process.app.form(FORM).questions
    assert {questions[id].kind for id in ASKED} == {q.kind for q in questions.values() if not answers.is_upload(q)}


@pytest.mark.parametrize("id", ASKED)
@settings(max_examples=3, deadline=None, phases=[Phase.generate])  # each example is two conversations
@given(data=st.data())
def test_the_page_stores_what_the_chat_stores(world: World, id: str, data: st.DataObject) -> None:
    question = world.process.app.form(FORM).questions[id]
    typed = data.draw(typed_answers(question))
    in_chat = said(world, question, typed)
    assert in_chat is not None
    assert posted(world, question, in_chat) == in_chat


def begun(world: World, question: Question) -> tuple[str, Draft]:
    """Somebody new with a draft of a survey without this answer."""
    who = f"orang {next(_people)}"
    world.found_at[who] = ("webchat", who)
    half_filled(world, question.id, who=who)
    newest = select(Draft).where(Draft.form == FORM).order_by(Draft.id.desc()).limit(1)
    Talk(world, who, "webchat").say("/menu")  # a page is for somebody who has written before
    return who, world.process.units.write_now(lambda session: session.scalars(newest).one())


def stored(world: World, draft: Draft, question: Question) -> Value:
    return world.process.units.write_now(lambda session: session.get_one(Draft, draft.id).answers.get(question.id))


def said(world: World, question: Question, typed: str) -> Value:
    """Types the answer when it is asked for, and confirms what the chat shows of it."""
    who, draft = begun(world, question)
    talk = Talk(world, who, "webchat")
    talk.press(code(ResumeDraft()))
    talk.say(typed)
    for _ in range(3):
        if stored(world, draft, question) is None:
            shown = talk.told[-1].prompt.choices
            talk.press(next((choice for choice in shown if choice.label == DONE), shown[0]).value)
    return stored(world, draft, question)


def posted(world: World, question: Question, value: Value) -> Value:
    """Fills in the inputs of the page, and leaves them."""
    who, draft = begun(world, question)
    process = world.process
    pages = FormPageService(process.units, process.app, process.media, process.notify, world.clock)
    given = PostedAnswer(fields_of(question, value, READING), seen=fingerprint({}))
    section = question.section
    saved = asyncio.run(pages.save_answer(PageReader("webchat", who), draft.id, section, {question.id: given}))
    assert saved is not None
    return stored(world, draft, question)
