"""The frozen facts of a letter of recommendation contradict nothing, and come back as they were stored."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.text import Json
from letters.recommendation_facts import Recommendation
from tests.sample_letters import DRAFT, ISSUED, LETTERS, REJECTED, anything

unhurried = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("letter", "change"),
    [
        (DRAFT, {"number": "B-90/7304/KS.200/2026"}),
        (DRAFT, {"identity": "V-26.7304.001"}),
        (DRAFT, {"day": "2026-03-02"}),
        (DRAFT, {"way": "certificate"}),
        (ISSUED, {"number": ""}),
        (ISSUED, {"day": None}),
        (ISSUED, {"identity": ""}),
        (ISSUED, {"signer": {"title": "Direktur", "name": "", "rank": "", "nip": ""}}),
        (REJECTED, {"identity": "V-26.7304.001"}),
    ],
    ids=str,
)
def test_a_letter_that_contradicts_itself_is_refused(letter: Recommendation, change: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match=r"a draft has no|an issued letter"):
        Recommendation.of_json({**letter.to_json(), **change})


@unhurried
@given(text=anything, letter=st.sampled_from(list(LETTERS.values())))
def test_a_snapshot_comes_back_as_it_went_into_the_table(text: str, letter: Recommendation) -> None:
    facts = replace(letter, place=text, copies=(text, text), signer=replace(letter.signer, rank=text))
    assert Recommendation.of_json(facts.to_json()) == facts


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": "x"},
        {"stage": "sent"},
        {"verdict": "revisi"},
        {"day": 20260302},
        {"way": "yes"},
        {"demo": 1},
        {"grounds": "Jelas."},
        {"grounds": [1]},
        {"signer": {"title": "Direktur"}},
        {"letterhead": None},
    ],
    ids=str,
)
def test_a_snapshot_that_is_not_one_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Recommendation.of_json({**ISSUED.to_json(), **change})


#: facts that letters did not have which were issued before
ADDED_LATER = {"code", "nature", "way"}


@pytest.mark.parametrize("key", sorted(ISSUED.to_json().keys() - ADDED_LATER))
def test_a_snapshot_that_lacks_a_fact_is_refused(key: str) -> None:
    document = ISSUED.to_json()
    del document[key]
    with pytest.raises(ValueError, match=key):
        Recommendation.of_json(document)
