"""The two questions before a form is opened: on whose behalf, and at which level (UU 16/1997, article 14)."""

from __future__ import annotations

from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from domain.definitions import (
    DATA,
    Definition,
    Many,
    NonEmptyStr,
    Sentence,
    Words,
    read,
    refuse_duplicates,
)
from domain.text import Text

#: eligible: go on with the form · synopsis: no recommendation is needed · redirect: another office examines
EligibilityOutcome: TypeAlias = Literal["eligible", "synopsis", "redirect"]


class EligibilityChoice(Definition):
    id: NonEmptyStr
    label: Sentence
    short: Sentence  #: the label within 20 characters, for a button
    outcome: EligibilityOutcome
    #: Question of the request form → its option; known as soon as this choice is made.
    answers: dict[str, str] = Field(default_factory=dict)
    message: Sentence = Text("")  #: empty where nothing is to be said


class EligibilityQuestion(Definition):
    question: Sentence
    help: Sentence
    choices: Many[EligibilityChoice] = Field(alias="choice", min_length=1)

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        refuse_duplicates("choice id", (choice.id for choice in self.choices))
        return self

    def by_id(self, id: str) -> EligibilityChoice | None:
        return next((choice for choice in self.choices if choice.id == id), None)


class Eligibility(Definition):
    who: EligibilityQuestion
    level: EligibilityQuestion


def load(words: Words) -> Eligibility:
    """Raises `DefinitionInvalid`."""
    return read(Eligibility, DATA / "eligibility.toml", words)
