"""The data of the guide, and its conversation."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.actions import Action, parse
from bot.actions.applicant import ShowFaq, ShowGuidePage
from bot.chat import DialogueState, Incoming, IncomingKind, Prompt, Turn
from bot.conversations import guide as talking
from bot.service.context import AppContext, Context
from domain import intents
from domain.form.reading import source_words
from domain.office import guide
from domain.office.features import Reach, switched_on
from domain.office.profile import Office
from domain.text import Text
from storage.dialogues import KnownAddress
from storage.secrets import Keys

DATA = Path(str(resources.files("domain") / "data"))
OFFICE = Office.load()
GUIDE = guide.load(OFFICE.words, switched_on(OFFICE, OFFICE.signing.way, Reach()))
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STATE = DialogueState("menu")


SENDER = KnownAddress(1, 1, "console", "somebody", None, "id", None, None, None)
CONTEXT = Context(Session(), NOW, SENDER, AppContext.load(None, Keys(bytes(32))))


@pytest.fixture
def ctx() -> Context:
    return CONTEXT


def said(words: str, kind: IncomingKind = "text") -> Incoming:
    return Incoming("1", "console", "tester", NOW, kind, text=words)


def only(turn: Turn | None) -> Prompt:
    """The text of the only message of a turn that stays in the guide."""
    assert turn is not None
    (prompt,) = turn.prompts
    assert turn.state.conversation == talking.NAME
    assert turn.state.choices == prompt.choices
    return prompt


def words_of(turn: Turn | None) -> str:
    return source_words(only(turn).text)


def codes_of(turn: Turn | None) -> list[str]:
    return [choice.value for choice in only(turn).choices]


def test_pages_and_answers_stay_short_enough_to_be_read_on_a_phone() -> None:
    long = [page.id for page in GUIDE.pages.values() if len(page.body.msgid) > 900]
    long += [faq.id for faq in GUIDE.faqs.values() if len(faq.answer.msgid) > 600]
    assert long == []


def test_everything_has_words() -> None:
    pages = [text for page in GUIDE.pages.values() for text in (page.title, page.short, page.body)]
    faqs = [text for faq in GUIDE.faqs.values() for text in (faq.question, faq.text)]
    assert all(source_words(text).strip() for text in pages + faqs)
    assert "%" not in "".join(source_words(text) for text in pages + faqs)


def test_no_page_or_question_hides_another() -> None:
    for file, key, read in (("guide.toml", "page", GUIDE.pages), ("faq.toml", "faq", GUIDE.faqs)):
        tables = tomllib.loads((DATA / file).read_text(encoding="utf-8"))[key]
        assert [table["id"] for table in tables] == list(read)


def test_the_list_offers_every_page_and_the_menu(ctx: Context) -> None:
    codes = codes_of(talking.start(STATE, ctx))
    assert codes == [*(f"guide:page:{id}" for id in GUIDE.pages), "menu:show"]


def test_every_button_leads_to_its_page(ctx: Context) -> None:
    for choice in only(talking.start(STATE, ctx)).choices[:-1]:
        opened = talking.on_button(parse(choice.value), STATE, ctx)
        assert words_of(opened).startswith(source_words(choice.label))
        assert codes_of(opened) == ["guide:start", "apply:start", "menu:show"]


def test_every_question_can_be_opened(ctx: Context) -> None:
    for faq in GUIDE.faqs.values():
        assert source_words(faq.text) in words_of(talking.on_button(ShowFaq(faq.id), STATE, ctx))


def test_a_question_gets_its_answer_and_the_ones_like_it(ctx: Context) -> None:
    turn = talking.answer("is it obligatory for my agency", STATE, ctx)
    assert source_words(GUIDE.faqs["wajibkah"].text) in words_of(turn)
    assert codes_of(turn)[0] == "guide:faq:setelah_kegiatan"
    assert codes_of(turn)[-3:] == ["guide:start", "apply:start", "menu:show"]
    assert "Bila bukan ini yang Anda maksud" in words_of(turn)


def test_a_clear_question_offers_no_others(ctx: Context) -> None:
    turn = talking.answer("berapa sampling error yang baik", STATE, ctx)
    assert codes_of(turn) == ["guide:start", "apply:start", "menu:show"]
    assert "Bila bukan ini" not in words_of(turn)


def test_at_most_three_other_questions_are_offered(ctx: Context) -> None:
    words = "kpn selesainya"
    found = intents.understand(words, GUIDE.candidates)
    assert found.best and len(found.others) > 3
    offered = [code.rpartition(":")[2] for code in codes_of(talking.answer(words, STATE, ctx))[:-3]]
    assert offered == list(found.others[:3])


def test_the_other_questions_can_be_read_whole_and_fit_their_buttons(ctx: Context) -> None:
    turn = talking.answer("kpn selesainya", STATE, ctx)
    for number, choice in enumerate(only(turn).choices[:3], 1):
        assert f"\n{number}. {source_words(choice.label)}" in words_of(turn)
        assert choice.short is not None and 0 < len(source_words(choice.short)) <= 20


def test_what_we_do_not_know_is_not_answered(ctx: Context) -> None:
    assert talking.answer("asdfghjkl", STATE, ctx) is None
    assert talking.answer("", STATE, ctx) is None


def test_in_the_guide_free_words_are_a_question(ctx: Context) -> None:
    assert source_words(GUIDE.faqs["biaya"].text) in words_of(talking.on_message(said("bayar berapa ya"), STATE, ctx))


@pytest.mark.parametrize("incoming", [said("asdfghjkl"), said("", "file"), said("", "location")])
def test_what_is_no_question_gets_a_word_and_the_list(incoming: Incoming, ctx: Context) -> None:
    turn = talking.on_message(incoming, STATE, ctx)
    assert words_of(turn).startswith("Maaf, ")
    assert codes_of(turn) == codes_of(talking.start(STATE, ctx))


def test_a_word_from_outside_comes_with_the_list(ctx: Context) -> None:
    turn = talking.reprompt(STATE, ctx, Text("Tombol itu tidak kami kenali."))
    assert words_of(turn).startswith("Tombol itu tidak kami kenali.")
    assert codes_of(turn) == codes_of(talking.start(STATE, ctx))


@pytest.mark.parametrize("action", [ShowGuidePage("tidak_ada"), ShowFaq("tidak_ada")])
def test_a_button_of_something_that_is_gone_says_so(action: Action, ctx: Context) -> None:
    assert "sudah tidak ada" in words_of(talking.on_button(action, STATE, ctx))


@given(st.sampled_from([ShowGuidePage, ShowFaq]), st.text(min_size=1, max_size=12))
def test_a_button_with_any_words_gets_a_message(kind: type[ShowGuidePage | ShowFaq], words: str) -> None:
    assert words_of(talking.on_button(kind(words.replace(":", "")), STATE, CONTEXT))


def test_every_code_fits_a_button(ctx: Context) -> None:
    codes = codes_of(talking.start(STATE, ctx)) + [f"guide:faq:{id}" for id in GUIDE.faqs]
    assert [code for code in codes if len(code.encode()) > 64] == []


def test_a_complaint_can_be_made_in_every_way_that_the_office_names(ctx: Context) -> None:
    told = source_words(talking.complaint(ctx))
    ways = ("complaint_website", "complaint_email", "complaint_whatsapp", "complaint_settled")
    assert [way for way in ways if str(OFFICE.words[way]) not in told] == []
    assert told.startswith("Pengaduan\n")
