"""The versions of the forms: one file each, `domain/data/forms/<id>.v<version>.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import TypeAlias

from domain.definitions import DATA, DefinitionInvalid, Words, read
from domain.form.definition import Form, Option, Question, Section, Stage, TickList
from domain.form.document import (
    ColumnDocument,
    FormDocument,
    OptionDocument,
    QuestionDocument,
    SectionDocument,
    TickListDocument,
)
from domain.text import Text

#: (id, version) → form
Forms: TypeAlias = Mapping[tuple[str, int], Form]

FOLDER = DATA / "forms"
REQUEST_FORM = "recommendation_request"
REGISTRATION_FORM = "registration"
GUEST_BOOK = "guest_book"
COUNTER_VISITOR = "counter_visitor"
_FILE = re.compile(r"(?P<id>[a-z][a-z0-9_]*)\.v(?P<version>[1-9][0-9]*)\.toml")


def load_forms(words: Words, folder: Traversable = FOLDER) -> Forms:
    """Every version of every form, with the office's words in the placeholders. Raises `DefinitionInvalid`."""
    forms: dict[tuple[str, int], Form] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found = _FILE.fullmatch(file.name)
            if found is None:
                raise DefinitionInvalid(f"{file.name}: name it after its form and version, as registration.v1.toml")
            key = found["id"], int(found["version"])
            forms[key] = _form(*key, read(FormDocument, file, words))
    return forms


def newest(forms: Forms, id: str) -> Form:
    """The form's highest version. Raises `KeyError` for a form that has none."""
    versions = [version for name, version in forms if name == id]
    if not versions:
        raise KeyError(id)
    return forms[id, max(versions)]


def refuse_missing_versions(used: Mapping[tuple[str, int], int]) -> None:
    """Raises `DefinitionInvalid` for the first version without a file; `used` counts the rows that use each of them."""
    for (id, version), rows in sorted(used.items()):
        raise DefinitionInvalid(
            f"{id}.v{version}.toml: is missing in domain/data/forms, but drafts and applications use it ({rows}); "
            "put the file back"
        )


def _form(id: str, version: int, document: FormDocument) -> Form:
    sections = tuple(_section(section) for section in document.sections)
    return Form(id, version, document.title, document.statement, sections)


def _section(document: SectionDocument) -> Section:
    questions = tuple(_question(question, document.id) for question in document.questions)
    ticked = tuple(_tick_list(tick_list, tick_list.code) for tick_list in document.tick_lists)
    return Section(
        id=document.id,
        code=document.code,
        title=document.title,
        help=document.help,
        questions=questions,
        when=document.when,
        tick_lists=ticked,
        asked_together=document.asked_together,
    )


def _tick_list(document: TickListDocument, context: str) -> TickList:
    ticks = enumerate(document.ticks, start=1)
    return TickList(
        code=document.code,
        label=document.label.within(context),
        asks=document.asks.within(context),
        help=document.help.within(context),
        ticks=tuple(
            Option(str(number), tick.question, tick.label.within(context), tick.short.within(context) or None)
            for number, tick in ticks
        ),
    )


def _question(document: QuestionDocument, section: str) -> Question:
    """Its texts carry its id as gettext context, so that equal labels can be translated differently."""
    id = document.id
    stages = (Stage(row.id, row.label.within(id), row.stage, row.id in document.required_rows) for row in document.rows)
    return Question(
        id=id,
        code=document.code,
        kind=document.kind,
        label=document.label.within(id),
        heading=document.heading.within(id) if document.heading else None,
        asks=document.asks.within(id) if document.asks else None,
        help=document.help.within(id),
        example=document.example.within(id),
        purpose=document.purpose.within(id),
        required=document.required,
        limits=document.limits,
        section=section,
        options=tuple(_option(option, id) for option in document.options),
        columns=tuple(_column(column, f"{id}.{column.id}", section) for column in document.columns),
        stages=tuple(stages),
        when=document.when,
        when_profile=document.when_profile,
        personal_data=document.personal_data,
        known_from=document.known_from,
        same_as=document.same_as,
        romantik=document.romantik,
        areas=document.areas,
        template=document.template,
        copy=document.copy_rule,
    )


def _option(document: OptionDocument, context: str) -> Option:
    short = document.short.within(context) if document.short else None
    return Option(document.code, document.value, document.label.within(context), short, document.asks_text)


def _column(document: ColumnDocument, context: str, section: str) -> Question:
    return Question(
        id=document.id,
        code="",
        kind=document.kind,
        label=document.label.within(context),
        help=document.help.within(context),
        example=document.example.within(context),
        purpose=Text(""),
        required=document.required,
        limits=document.limits,
        section=section,
        options=tuple(_option(option, context) for option in document.options),
    )
