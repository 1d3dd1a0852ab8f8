"""Who continues to the form, and what the others are told."""

from __future__ import annotations

import itertools

import pytest

from domain.form.loading import load_forms, newest
from domain.form.reading import source_words
from domain.office import eligibility
from domain.office.eligibility import EligibilityChoice, EligibilityOutcome, EligibilityQuestion
from domain.office.profile import Office

WORDS = Office.load().words
ELIGIBILITY = eligibility.load(WORDS)
QUESTIONS = {"who": ELIGIBILITY.who, "level": ELIGIBILITY.level}
CHOICES = [choice for question in QUESTIONS.values() for choice in question.choices]


@pytest.mark.parametrize(
    ("question", "choice", "outcome"),
    [
        ("who", "pemerintah", "eligible"),
        ("who", "konsultan", "eligible"),
        ("who", "swasta", "synopsis"),
        ("who", "mahasiswa", "synopsis"),
        ("who", "perorangan", "synopsis"),
        ("level", "kabupaten", "eligible"),
        ("level", "provinsi", "redirect"),
        ("level", "pusat", "redirect"),
        ("level", "daerah_lain", "redirect"),
    ],
)
def test_who_goes_on_and_who_does_not(question: str, choice: str, outcome: EligibilityOutcome) -> None:
    found = QUESTIONS[question].by_id(choice)
    assert found is not None
    assert found.outcome == outcome


def test_an_unknown_choice_is_none() -> None:
    assert ELIGIBILITY.who.by_id("") is None
    assert ELIGIBILITY.level.by_id("pemerintah") is None


@pytest.mark.parametrize("choice", [c for c in CHOICES if c.outcome != "eligible"], ids=lambda choice: choice.id)
def test_whoever_does_not_go_on_is_told_why(choice: EligibilityChoice) -> None:
    assert len(source_words(choice.message)) > 100


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("provinsi", ("province_office", "province_address", "province_email", "province_website")),
        ("pusat", ("national_office", "national_address", "national_website")),
        ("daerah_lain", ("national_website", "phone")),
    ],
)
def test_whoever_is_sent_on_is_told_where(choice: str, words: tuple[str, ...]) -> None:
    found = ELIGIBILITY.level.by_id(choice)
    assert found is not None
    told = source_words(found.message)
    assert [word for word in words if str(WORDS[word]) not in told] == []


def test_going_on_answers_just_what_the_form_does_not_ask() -> None:
    form = newest(load_forms(WORDS), "recommendation_request")
    known = {question.id for question in form.questions.values() if question.known_from == "eligibility"}
    going_on = [[c for c in question.choices if c.outcome == "eligible"] for question in QUESTIONS.values()]
    for choices in itertools.product(*going_on):
        answers = {id: value for choice in choices for id, value in choice.answers.items()}
        assert answers.keys() == known
        assert all(form.questions[id].option(value) for id, value in answers.items())


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_choice_fits_a_button_and_is_told_apart(question: EligibilityQuestion) -> None:
    shorts = [source_words(choice.short) for choice in question.choices]
    assert [short for short in shorts if not 0 < len(short) <= 20] == []
    assert len(set(shorts)) == len(shorts)
    assert len({choice.id for choice in question.choices}) == len(shorts)


def test_a_choice_that_settles_the_level_leads_to_the_same_answers_as_both_questions() -> None:
    settled = [choice for choice in ELIGIBILITY.who.choices if choice.level]
    assert [choice.id for choice in settled] == ["pemerintah_daerah"]
    for choice in settled:
        level = ELIGIBILITY.level.by_id(choice.level)
        assert level is not None and level.outcome == "eligible"


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("pemkab", "pemerintah_daerah"),
        ("kami dari dinas kabupaten", "pemerintah_daerah"),
        ("kami dari dinas kesehatan kabupaten", "pemerintah"),
        ("dinas provinsi", "pemerintah"),
    ],
)
def test_words_name_a_choice(words: str, choice: str) -> None:
    found = ELIGIBILITY.who.find(words)
    assert found is not None and found.id == choice
