"""What conversations store is read back, and nothing odd is taken for a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.state import read, stored_as, to_json
from domain.text import Json


@dataclass(frozen=True, slots=True)
class Example:
    step: Literal["", "write", "answer"] = ""
    application_id: int = field(default=0, metadata=stored_as("application"))
    words: tuple[str, ...] = ()
    page: int | None = None
    ready: bool = False
    before: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Required:
    email: str


def test_only_what_differs_from_the_default_is_stored() -> None:
    assert to_json(Example()) == {}
    assert to_json(Example("write", 7, ("a", "b"), 0, True, {"x": [1]})) == {
        "step": "write", "application": 7, "words": ["a", "b"], "page": 0, "ready": True, "before": {"x": [1]},
    }  # fmt: skip


@given(st.from_type(Example).filter(lambda example: example.before is None))
def test_what_was_stored_is_read_back(example: Example) -> None:
    assert read(Example, to_json(example)) == example


def test_a_key_of_another_version_is_ignored() -> None:
    assert read(Example, {"page": 2, "number": 3, "application_id": 4}) == Example(page=2)


@pytest.mark.parametrize(
    "stored",
    [
        {"step": "fly"}, {"step": 1}, {"application": "7"}, {"application": True}, {"application": 7.0},
        {"application": None}, {"words": "a"}, {"words": ["a", 1]}, {"words": None}, {"page": "0"}, {"ready": 1},
        {"ready": None}, {"before": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_value_of_another_type_is_no_state(stored: dict[str, Json]) -> None:
    assert read(Example, stored) is None


def test_a_missing_value_without_a_default_is_no_state() -> None:
    assert read(Required, {}) is None
    assert read(Required, {"email": "budi@example.org"}) == Required("budi@example.org")
