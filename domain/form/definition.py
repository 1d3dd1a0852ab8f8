"""Forms as data: questions, the order in which they apply, and where a person is among them.

Where someone stands is computed from the answers alone (`route`, `next_question`): going back, changing an answer,
skipping, resuming days later and a form that changed over night all follow from it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import TypeAlias, cast

from domain.text import Arg, Json, Text

#: What a question's answer is in a draft; `None` is an explicit skip. By kind:
#: text, longtext, email, phone: str · number: int · date: "2027-01-31" · choice: the option's value ·
#: choices: {"values": [...], "other": "..."} · file: [{"id", "name", "size", "kind"}] · rows: [{column: str}] ·
#: schedule: {row: ["2027-01-01", "2027-02-28"]}
Value: TypeAlias = Json
Answers: TypeAlias = Mapping[str, Value]
When: TypeAlias = Mapping[str, tuple[str, ...]]

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths in characters, sizes in megabytes, numbers as they are."""

    min_length: int = 0
    max_length: int = 0  #: 0: the kind's own limit, see `desk.answers`
    min: int | None = None
    max: int | None = None
    max_years_ahead: int | None = None
    pattern: str = ""
    mobile: bool = False
    not_past: bool = False  #: a day before today is refused
    min_rows: int = 0
    max_rows: int = 0
    min_choices: int = 0
    max_mb: int = 10
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    code: str  #: as printed on the paper form; a power of two where several may be ticked
    value: str
    label: Text
    short: Text | None = None
    asks_text: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of a schedule: its answer is a period, first day to last day."""

    id: str
    label: Text
    group: str
    required: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or one column of a `rows` question."""

    id: str
    code: str
    kind: str
    label: Text
    help: Text
    example: Text
    purpose: Text
    required: bool
    limits: Limits
    section: str = ""
    options: tuple[Option, ...] = ()
    columns: tuple[Question, ...] = ()
    stages: tuple[Stage, ...] = ()
    when: When = field(default_factory=dict)
    when_profile: str = ""
    personal_data: bool = False
    known_from: str = ""
    romantik: str = ""
    areas: bool = False  #: its rows are areas: the office's own in one tap, the province's from a list
    template: str = ""  #: a document that the service makes ready for this upload

    def option(self, value: Value) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    code: str
    title: Text
    help: Text
    questions: tuple[Question, ...]
    when: When


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
    def section_of(self) -> Mapping[str, Section]:
        return {question.id: section for section in self.sections for question in section.questions}


def route(form: Form, answers: Answers, profile: Collection[str] = ()) -> tuple[Question, ...]:
    """The questions that apply, in order. `profile` names the office's switches that are on (`when_profile`).

    A condition looks only at earlier questions that apply themselves: an answer that fell off the path decides nothing.
    """
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
    """The first question of the route without an answer (a skip is one), or whose answer no longer reads."""
    return next((q for q in path if q.id not in answers or q.id in refill), None)


def previous_question(path: tuple[Question, ...], current: str) -> Question | None:
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


# Reading the data files -----------------------------------------------------------------------------------------------


def load(id: str, version: int | None = None, words: Mapping[str, Arg] | None = None) -> Form:
    """The form `id` from `domain/data/forms`, the newest version or the one that a draft names.

    `words` are the office profile's values for the placeholders in the texts. Raises `KeyError` for a form or version
    that is not there and `ValueError` for a file that is not a form.
    """
    for source in _sources():
        document = tomllib.loads(source)
        if document["id"] == id and version in (None, document["version"]):
            return _Reader(words or {}).form(document)
    raise KeyError(f"form {id} version {version}")


def _sources() -> Iterator[str]:
    folder = resources.files("domain") / "data" / "forms"
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    for file in sorted(files, key=lambda file: file.name, reverse=True):
        yield file.read_text(encoding="utf-8")


class _Reader:
    """Turns a parsed TOML document into a `Form`; unknown keys are errors, so that a misspelt limit is not silently
    lost.
    """

    def __init__(self, words: Mapping[str, Arg]) -> None:
        self.words = words

    def form(self, document: dict[str, object]) -> Form:
        sections = cast("list[dict[str, object]]", document["section"])
        form = Form(
            id=str(document["id"]),
            version=cast("int", document["version"]),
            title=self.text(document, "title"),
            statement=self.text(document, "statement"),
            sections=tuple(self.section(section) for section in sections),
        )
        codes = [question.code for question in form.questions.values()]
        if len(codes) != len(set(codes)):
            raise ValueError(f"form {form.id}: a code stands twice")
        return form

    def section(self, table: dict[str, object]) -> Section:
        questions = cast("list[dict[str, object]]", table["question"])
        return Section(
            id=str(table["id"]),
            code=str(table["code"]),
            title=self.text(table, "title"),
            help=self.text(table, "help"),
            questions=tuple(self.question(question, str(table["id"])) for question in questions),
            when=_when(table),
        )

    def question(self, table: dict[str, object], section: str, owner: str = "") -> Question:
        id = str(table["id"])
        context = f"{owner}.{id}" if owner else id
        required_rows = cast("list[str]", table.get("required_rows", []))
        return Question(
            id=id,
            code=str(table.get("code", "")),
            kind=str(table["kind"]),
            label=self.text(table, "label", context),
            help=self.text(table, "help", context),
            example=self.text(table, "example", context),
            purpose=self.text(table, "purpose", context),
            required=bool(table.get("required", False)),
            limits=_limits(table),
            section=section,
            options=tuple(self.option(option, id) for option in _tables(table, "options")),
            columns=tuple(self.question(column, section, id) for column in _tables(table, "columns")),
            stages=tuple(self.stage(stage, id, required_rows) for stage in _tables(table, "rows")),
            when=_when(table),
            when_profile=str(table.get("when_profile", "")),
            personal_data=bool(table.get("personal_data", False)),
            known_from=str(table.get("known_from", "")),
            romantik=str(table.get("romantik", "")),
            areas=bool(table.get("areas", False)),
            template=str(table.get("template", "")),
        )

    def option(self, table: dict[str, object], context: str) -> Option:
        code = str(table["code"])
        return Option(
            code=str(self.words.get(code[1:], code)) if code.startswith("@") else code,
            value=str(table["value"]),
            label=self.text(table, "label", context),
            short=self.text(table, "short", context) if "short" in table else None,
            asks_text=bool(table.get("asks_text", False)),
        )

    def stage(self, table: dict[str, object], context: str, required: list[str]) -> Stage:
        id = str(table["id"])
        return Stage(id, self.text(table, "label", context), str(table.get("stage", "")), id in required)

    def text(self, table: dict[str, object], key: str, context: str = "") -> Text:
        msgid = str(table.get(key, ""))
        return Text(msgid, context=context, **{name: self.words[name] for name in PLACEHOLDER.findall(msgid)})


def _tables(table: dict[str, object], key: str) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", table.get(key, []))


def _when(table: dict[str, object]) -> When:
    conditions = cast("dict[str, str | list[str]]", table.get("when", {}))
    return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in conditions.items()}


def _limits(table: dict[str, object]) -> Limits:
    given = dict(cast("dict[str, object]", table.get("limits", {})))
    if "accept" in given:
        given["accept"] = tuple(cast("list[str]", given["accept"]))
    return Limits(**given)  # type: ignore[arg-type]
