"""The TOML file of one form version as strict models: its keys, their types, and how its parts refer to each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from domain.definitions import Definition, Many, NonEmptyStr, Sentence, nearest, problem, refuse_duplicates
from domain.form.definition import NO, YES, ColumnKind, CopyRule, Limits, QuestionKind
from domain.text import Text

#: Kind → the key that such a question needs; no other kind may have it.
PARTS: Mapping[str, str] = {"choice": "options", "choices": "options", "rows": "columns", "schedule": "rows"}

#: what the registration knows of a person
PERSON_FIELDS = ("person.name", "person.institution", "person.position", "person.phone", "person.email")

_NOTHING = Text("")
#: kinds whose answers fit on one line of a message
_FIT_ON_LINE: Mapping[str, bool] = dict.fromkeys(get_args(ColumnKind), True)
#: questions that make a group of `asked_together`
_LEAST_TOGETHER = 2


def _resolve_code(code: str, info: ValidationInfo) -> str:
    """`@area` stands for the code of the office's own area; see `Office.words`."""
    if not code.startswith("@"):
        return code
    words = info.context or {}
    if code[1:] not in words:
        raise problem(f'"{code}" is no code of the office profile; use @area or @province_area')
    return str(words[code[1:]])


def _as_list(value: object) -> object:
    """A condition on one option may be written without brackets."""
    return [value] if isinstance(value, str) else value


Condition = dict[str, Annotated[Many[str], BeforeValidator(_as_list)]]


class OptionDocument(Definition):
    code: Annotated[NonEmptyStr, AfterValidator(_resolve_code)]
    value: NonEmptyStr
    label: Sentence
    short: Sentence = _NOTHING
    asks_text: bool = False


class StageDocument(Definition):
    id: NonEmptyStr
    label: Sentence
    stage: str = ""


class ColumnDocument(Definition):
    id: NonEmptyStr
    kind: ColumnKind
    label: Sentence
    help: Sentence
    example: Sentence = _NOTHING
    required: bool
    limits: Limits = Limits()
    options: Many[OptionDocument] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_parts(self.kind, {"options": self.options})
        return self


#: kind → the only rule for copying its answers
_ONLY_COPY_RULE: Mapping[str, CopyRule] = {"file": "clear"}


class QuestionDocument(Definition):
    id: NonEmptyStr
    code: NonEmptyStr
    kind: QuestionKind
    label: Sentence
    heading: Sentence = _NOTHING
    asks: Sentence = _NOTHING
    help: Sentence
    example: Sentence = _NOTHING
    purpose: Sentence = _NOTHING
    required: bool
    limits: Limits = Limits()
    options: Many[OptionDocument] = ()
    columns: Many[ColumnDocument] = ()
    rows: Many[StageDocument] = ()
    required_rows: Many[str] = ()
    when: Condition = Field(default_factory=dict)
    when_profile: Literal["", "asks_identity_scan"] = ""
    personal_data: bool = False
    known_from: Literal[
        "",
        "eligibility",
        "person.name",
        "person.institution",
        "person.position",
        "person.phone",
        "person.email",
    ] = ""
    same_as: Many[str] = ()
    romantik: str = ""
    areas: bool = False
    template: Literal["", "cover_letter"] = ""
    copy_rule: CopyRule = Field("clear", alias="copy")

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_parts(self.kind, {"options": self.options, "columns": self.columns, "rows": self.rows})
        rows = [row.id for row in self.rows]
        for name in self.required_rows:
            if name not in rows:
                raise problem(f'required_rows: "{name}" is no row; {nearest(name, rows)}')
        if self.personal_data and not self.purpose:
            raise problem("purpose is missing; say why these personal data are asked for")
        if self.copy_rule != _ONLY_COPY_RULE.get(self.kind, self.copy_rule):
            raise problem('copy: a file belongs to one application; use "clear"')
        return self


class TickDocument(Definition):
    question: NonEmptyStr
    label: Sentence
    short: Sentence = _NOTHING


class TickListDocument(Definition):
    code: NonEmptyStr
    label: Sentence
    asks: Sentence
    help: Sentence
    ticks: Many[TickDocument] = Field(min_length=2)


class SectionDocument(Definition):
    id: NonEmptyStr
    code: NonEmptyStr
    title: Sentence
    help: Sentence
    when: Condition = Field(default_factory=dict)
    questions: Many[QuestionDocument] = Field(alias="question", min_length=1)
    tick_lists: Many[TickListDocument] = Field(alias="tick_list", default=())
    asked_together: Many[Many[NonEmptyStr]] = ()

    @model_validator(mode="after")
    def _check_tick_lists(self) -> Self:
        """Each names questions of yes and no in its section, and a question stands in one list."""
        yes_no = [q.id for q in self.questions if {option.value for option in q.options} == {YES, NO}]
        named = [tick.question for ticked in self.tick_lists for tick in ticked.ticks]
        refuse_duplicates("question in a tick_list", named)
        for name in named:
            if name not in yes_no:
                raise problem(f'tick_list: "{name}" is no question of yes and no here; {nearest(name, yes_no)}')
        return self

    @model_validator(mode="after")
    def _check_asked_together(self) -> Self:
        """Each group names questions of this section in their order whose answers fit on a line."""
        ids = [question.id for question in self.questions if _FIT_ON_LINE.get(question.kind)]
        named = [name for group in self.asked_together for name in group]
        refuse_duplicates("question in asked_together", named)
        for name in named:
            if name not in ids:
                raise problem(f'asked_together: "{name}" is no question here of one line; {nearest(name, ids)}')
        for group in self.asked_together:
            if len(group) < _LEAST_TOGETHER or list(group) != sorted(group, key=ids.index):
                raise problem(f"asked_together: {', '.join(group)} are not two or more questions in their order")
        return self


class FormDocument(Definition):
    title: Sentence
    statement: Sentence
    sections: Many[SectionDocument] = Field(alias="section", min_length=1)

    @property
    def questions(self) -> Iterator[QuestionDocument]:
        return (question for section in self.sections for question in section.questions)

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        refuse_duplicates("section id", (section.id for section in self.sections))
        refuse_duplicates("question id", (question.id for question in self.questions))
        refuse_duplicates("question code", (question.code.casefold() for question in self.questions))
        return self

    @model_validator(mode="after")
    def _check_conditions(self) -> Self:
        earlier: dict[str, QuestionDocument] = {}
        for section in self.sections:
            _check_condition(f"section {section.code}", section.when, earlier)
            for question in section.questions:
                _check_condition(f"question {question.code}", question.when, earlier)
                _check_sources(f"question {question.code}", question.same_as, earlier)
                earlier[question.id] = question
        return self


def _check_parts(kind: str, parts: Mapping[str, tuple[OptionDocument | ColumnDocument | StageDocument, ...]]) -> None:
    """Each kind has the part that it needs and no other, and nothing in it stands twice."""
    needed = PARTS.get(kind)
    if needed and not parts[needed]:
        raise problem(f'{needed} is missing; kind "{kind}" needs it')
    for part, entries in parts.items():
        if entries and part != needed:
            raise problem(f'{part} does not fit kind "{kind}"; remove it')
        options = [entry for entry in entries if isinstance(entry, OptionDocument)]
        refuse_duplicates("option value", (option.value for option in options))
        refuse_duplicates("option code", (option.code for option in options))
        refuse_duplicates(f"{part[:-1]} id", (entry.id for entry in entries if not isinstance(entry, OptionDocument)))


def _check_sources(place: str, sources: Collection[str], earlier: Collection[str]) -> None:
    known = [*PERSON_FIELDS, *earlier]
    for name in sources:
        if name not in known:
            raise problem(f'{place}: same_as: "{name}" is no earlier question; {nearest(name, known)}')


def _check_condition(place: str, when: Condition, earlier: Mapping[str, QuestionDocument]) -> None:
    """`route` looks only at the chosen options of earlier questions."""
    for name, values in when.items():
        if name not in earlier:
            raise problem(f'{place}: when: "{name}" is no earlier question; {nearest(name, earlier)}')
        options = [option.value for option in earlier[name].options]
        for value in values:
            if value not in options:
                raise problem(f'{place}: when: "{value}" is no option of "{name}"; {nearest(value, options)}')
