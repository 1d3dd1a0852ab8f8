"""The two questions before a form is opened: on whose behalf, and at which level (UU 16/1997, article 14)."""

from __future__ import annotations

import re
from functools import cached_property
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
from domain.form.options import Name, pick
from domain.form.reading import Unreadable, fold, source_words
from domain.text import Text

#: eligible: go on with the form · synopsis: no recommendation is needed · redirect: another office examines
EligibilityOutcome: TypeAlias = Literal["eligible", "synopsis", "redirect"]


class EligibilityChoice(Definition):
    id: NonEmptyStr
    label: Sentence
    short: Sentence  #: the label within 20 characters, for a button
    aliases: Many[NonEmptyStr] = ()  #: other words for it, as people type them
    outcome: EligibilityOutcome
    #: the id of the choice of `Eligibility.level` that follows from this one; empty: the level is asked
    level: str = ""
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

    def find(self, words: str) -> EligibilityChoice | None:
        """The choice that the words name, or the only one of which they hold a word: "kami dari dinas kesehatan"."""
        names = [
            Name(choice.id, choice.label, (source_words(choice.short), *choice.aliases)) for choice in self.choices
        ]
        try:
            return self.by_id(pick(words, names))
        except Unreadable:
            found = {self._by_alias[alias[0]] for alias in self._aliases.finditer(fold(words))}
            return self.by_id(found.pop()) if len(found) == 1 else None

    @cached_property
    def _by_alias(self) -> dict[str, str]:
        """A word → the id of the first choice that is called so."""
        return {fold(alias): choice.id for choice in reversed(self.choices) for alias in choice.aliases}

    @cached_property
    def _aliases(self) -> re.Pattern[str]:
        longest_first = sorted(self._by_alias, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    def by_id(self, id: str) -> EligibilityChoice | None:
        return next((choice for choice in self.choices if choice.id == id), None)


class Eligibility(Definition):
    who: EligibilityQuestion
    level: EligibilityQuestion

    @model_validator(mode="after")
    def _check_levels(self) -> Self:
        for choice in self.who.choices:
            if choice.level and self.level.by_id(choice.level) is None:
                raise ValueError(f"who.choice {choice.id}: no level has the id {choice.level}")
        return self


def load(words: Words) -> Eligibility:
    """Raises `DefinitionInvalid`."""
    return read(Eligibility, DATA / "eligibility.toml", words)
