"""Checks of all definitions together, when the program starts."""

from __future__ import annotations

from domain.definitions import DefinitionInvalid, nearest
from domain.form.loading import COUNTER_VISITOR, GUEST_BOOK, REGISTRATION_FORM, REQUEST_FORM, Forms, newest
from domain.office.eligibility import Eligibility
from domain.office.working_days import Calendar
from domain.remarks import grounds, ready_made


def check_definitions(forms: Forms, eligibility: Eligibility) -> None:
    """Reads the packaged files that are otherwise read at first use, and checks which questions the files name.

    Raises `DefinitionInvalid`.
    """
    Calendar.load()
    grounds()
    for id in (REQUEST_FORM, REGISTRATION_FORM, GUEST_BOOK, COUNTER_VISITOR):
        if not any(name == id for name, _ in forms):
            raise DefinitionInvalid(f"{id}.v1.toml: is missing in domain/data/forms; put the file back")
    _check_known_answers(forms, eligibility)
    _check_ready_made(forms)


def _check_known_answers(forms: Forms, eligibility: Eligibility) -> None:
    """A new draft begins on the newest version."""
    questions = newest(forms, REQUEST_FORM).questions
    for choice in (*eligibility.who.choices, *eligibility.level.choices):
        place = f"eligibility.toml: choice {choice.id}: answers"
        for name, value in choice.answers.items():
            if name not in questions:
                raise DefinitionInvalid(f'{place}: "{name}" is no question; {nearest(name, questions)}')
            options = [option.value for option in questions[name].options]
            if value not in options:
                raise DefinitionInvalid(f'{place}: "{value}" is no option of "{name}"; {nearest(value, options)}')


def _check_ready_made(forms: Forms) -> None:
    """A remark may be about a question that only an older version has: applications stay on their version."""
    questions = {name for (id, _), form in forms.items() if id == REQUEST_FORM for name in form.questions}
    for name in ready_made():
        if name not in questions:
            raise DefinitionInvalid(f'remarks.toml: "{name}" is no question; {nearest(name, sorted(questions))}')
