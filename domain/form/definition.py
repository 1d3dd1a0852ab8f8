"""Forms as data: their questions, which of them apply, and where a person is among them.

The position is computed from the answers alone (`route`, `next_question`). So going back, changing an answer, skipping,
resuming days later and a changed form need no code of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from pydantic import field_validator

from domain.definitions import Definition, Many, problem
from domain.files import FileKind
from domain.frozen import frozen
from domain.text import Json, Text

#: The value of an answer in a draft; `None` is a skip. By kind:
#: text, longtext, email, phone, code: str · number: int · date: "2027-01-31" · choice: the option's value ·
#: choices: {"values": [...], "other": "..."} · file: [{"id", "name", "size", "kind"}] · rows: [{column: str}] ·
#: schedule: {row: ["2027-01-01", "2027-02-28"]}
Value: TypeAlias = Json
Answers: TypeAlias = Mapping[str, Value]
#: Earlier question → the options of which one must be chosen.
When: TypeAlias = Mapping[str, tuple[str, ...]]
#: The kinds of answers that fit into one cell of a `rows` question.
ColumnKind: TypeAlias = Literal["text", "longtext", "number", "date", "email", "phone", "code", "choice"]
QuestionKind: TypeAlias = Literal[ColumnKind, "choices", "file", "rows", "schedule"]
#: What happens to an answer when its application is copied. keep: it is taken over · confirm: it is taken over, and the
#: person is asked whether it still holds · clear: the question is asked again.
CopyRule: TypeAlias = Literal["keep", "confirm", "clear"]


#: the options of a question of yes and no
YES, NO = "ya", "tidak"

#: What decides a route: the options chosen in `Form.deciding`, and the office's switches.
RouteKey: TypeAlias = tuple[tuple[tuple[str, ...], ...], frozenset[str]]
#: routes of one form that are kept
MAX_ROUTES = 1000


class Limits(Definition):
    """Lengths in characters, sizes in megabytes. The keys are those of the form's file."""

    min_length: int = 0
    max_length: int = 0  #: 0: the limit of the kind, see `domain.form.answers`
    min: int | None = None
    max: int | None = None
    max_years_ahead: int | None = None  #: counted from the year of today
    pattern: str = ""  #: regular expression that the whole answer must match
    mobile: bool = False  #: only a mobile phone number
    not_past: bool = False  #: refuses a day before today
    min_rows: int = 0
    max_rows: int = 0
    min_choices: int = 0
    max_mb: int = 10
    accept: Many[FileKind] = ()

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise problem(f'"{pattern}" is no regular expression: {error}') from None
        return pattern


@frozen
class Option:
    code: str  #: as printed on the paper form; a power of two where several may be ticked
    value: str
    label: Text
    short: Text | None = None  #: the label within 20 characters, for a button
    asks_text: bool = False  #: whoever chooses it also writes what it stands for


@frozen
class Stage:
    """One row of a schedule. Its answer is a period: first day and last day."""

    id: str
    label: Text
    group: str
    required: bool


@frozen
class Question:
    """One question, or one column of a `rows` question."""

    id: str
    code: str  #: as printed on the paper form; empty for a column
    kind: QuestionKind
    label: Text
    help: Text
    example: Text
    purpose: Text  #: why personal data are asked for
    required: bool
    limits: Limits
    section: str = ""
    heading: Text | None = None  #: the label without a condition that is known to hold when the question is asked
    asks: Text | None = None  #: the label as a question; `None` where it is one
    options: tuple[Option, ...] = ()
    columns: tuple[Question, ...] = ()
    stages: tuple[Stage, ...] = ()
    when: When = field(default_factory=dict)
    when_profile: str = ""  #: a switch of the office profile that must be on, see `Office.switches`
    personal_data: bool = False
    known_from: str = ""  #: offered instead of asked: "eligibility", or "person." and a field of the registration
    same_as: tuple[str, ...] = ()  #: offered as answers: earlier questions, "person." and a field of the registration
    romantik: str = ""  #: the name of the answer in BPS's export
    areas: bool = False  #: its rows are areas: one tap for the office's own, a list for the province's
    template: str = ""  #: a document that the service prepares for this upload
    copy: CopyRule = "clear"

    def option(self, value: Value) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


@frozen
class TickList:
    """Questions of yes and no that a conversation asks as one list; what is not ticked is a no."""

    code: str  #: as printed on the paper form above the questions
    label: Text
    asks: Text
    help: Text
    ticks: tuple[Option, ...]  #: the value of an option is the id of its question


@frozen
class Section:
    id: str
    code: str
    title: Text
    help: Text
    questions: tuple[Question, ...]
    when: When
    tick_lists: tuple[TickList, ...] = ()
    #: ids of neighbouring questions that one message may answer, a line each
    asked_together: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Form:
    id: str
    version: int
    title: Text
    statement: Text  #: what the person confirms with the last button
    sections: tuple[Section, ...]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        return {question.id: question for section in self.sections for question in section.questions}

    @cached_property
    def by_code(self) -> Mapping[str, Question]:
        return {question.code.casefold(): question for question in self.questions.values()}

    @cached_property
    def tick_list_of(self) -> Mapping[str, TickList]:
        """By the id of each question of a list."""
        lists = (ticked for section in self.sections for ticked in section.tick_lists)
        return {tick.value: ticked for ticked in lists for tick in ticked.ticks}

    @cached_property
    def together_with(self) -> Mapping[str, tuple[str, ...]]:
        """By the id of a question: those that one message may answer with it, in order, and itself."""
        groups = (group for section in self.sections for group in section.asked_together)
        return {id: group for group in groups for id in group}

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The questions whose answers decide which others apply."""
        conditions = (*(s.when for s in self.sections), *(q.when for q in self.questions.values()))
        return tuple(dict.fromkeys(name for when in conditions for name in when))

    @cached_property
    def routes(self) -> dict[RouteKey, tuple[Question, ...]]:
        """The routes that `route` has computed."""
        return {}

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        return {question.id: section for section in self.sections for question in section.questions}


def route(form: Form, answers: Answers, profile: Collection[str] = ()) -> tuple[Question, ...]:
    """The questions that apply, in order. `profile` has the office's switches that are on (`when_profile`).

    A condition looks only at earlier questions that apply themselves: the answer to a question that does not apply
    decides nothing. Every message asks for the route several times, and few answers decide it: so it is kept.
    """
    key = (tuple(chosen(answers.get(name)) for name in form.deciding), frozenset(profile))
    if key not in form.routes:
        if len(form.routes) >= MAX_ROUTES:
            form.routes.clear()
        form.routes[key] = _compute_route(form, answers, profile)
    return form.routes[key]


def _compute_route(form: Form, answers: Answers, profile: Collection[str]) -> tuple[Question, ...]:
    on_path: dict[str, Value] = {}
    applying: list[Question] = []
    for section in form.sections:
        if not _holds(section.when, on_path):
            continue
        for question in section.questions:
            if _holds(question.when, on_path) and (not question.when_profile or question.when_profile in profile):
                applying.append(question)
                on_path[question.id] = answers.get(question.id)
    return tuple(applying)


def next_question(path: tuple[Question, ...], answers: Answers, refill: Collection[str] = ()) -> Question | None:
    """The first question of the route without an answer, or with one marked in `refill`; a skip is an answer."""
    return next((q for q in path if q.id not in answers or q.id in refill), None)


def previous_question(path: tuple[Question, ...], current: str) -> Question | None:
    """The question before `current`; the last one when `current` is not on the path."""
    ids = [question.id for question in path]
    place = ids.index(current) if current in ids else len(ids)
    return path[place - 1] if place else None


def chosen(value: Value) -> tuple[str, ...]:
    """The option values in an answer of kind choice or choices."""
    match value:
        case str():
            return (value,)
        case {"values": [*values]}:
            return tuple(str(item) for item in values)
    return ()


def _holds(when: When, answers: Answers) -> bool:
    return all(set(chosen(answers.get(name))) & set(wanted) for name, wanted in when.items())
