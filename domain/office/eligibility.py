"""The two questions before a form is opened: on whose behalf, and at which level (UU 16/1997, article 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from domain.form.sentences import Table, document, sentence
from domain.text import Arg, Text

#: go on · no recommendation is needed, a synopsis will do · another office examines
Outcome: TypeAlias = Literal["eligible", "synopsis", "redirect"]
OUTCOMES: Mapping[str, Outcome] = {"eligible": "eligible", "synopsis": "synopsis", "redirect": "redirect"}


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: Text
    short: Text  #: the label within 20 characters, for a button
    outcome: Outcome
    answers: Mapping[str, str]  #: question of the request form → the option that is known from now on
    message: Text  #: empty where nothing is to be said


@dataclass(frozen=True, slots=True)
class Question:
    question: Text
    help: Text
    choices: tuple[Choice, ...]

    def by_id(self, id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == id), None)


@dataclass(frozen=True, slots=True)
class Eligibility:
    who: Question
    level: Question


def load(words: Mapping[str, Arg]) -> Eligibility:
    """Raises `KeyError` for a placeholder that the office has no word for, and for an outcome that there is not."""
    tables = document("eligibility.toml")
    return Eligibility(who=_question(tables["who"], words), level=_question(tables["level"], words))


def _question(content: object, words: Mapping[str, Arg]) -> Question:
    table = cast("Table", content)
    return Question(
        question=sentence(table, "question", words),
        help=sentence(table, "help", words),
        choices=tuple(_choice(choice, words) for choice in cast("list[Table]", table["choice"])),
    )


def _choice(table: Table, words: Mapping[str, Arg]) -> Choice:
    return Choice(
        id=str(table["id"]),
        label=sentence(table, "label", words),
        short=sentence(table, "short", words),
        outcome=OUTCOMES[str(table["outcome"])],
        answers=cast("Mapping[str, str]", table.get("answers", {})),
        message=sentence(table, "message", words),
    )
