"""Every kind of answer. To add one, write its module here and its line in `KINDS`; see also `domain.form.answers`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversations.form.kinds import (
    choices,
    code,
    contact,
    date,
    file,
    listed_choice,
    longtext,
    number,
    rows,
    schedule,
    text,
)
from bot.conversations.form.kinds.kind import Kind
from domain.form.definition import Question

KINDS: Mapping[str, Kind] = {
    "text": text.KIND,
    "longtext": longtext.KIND,
    "code": code.KIND,
    "phone": contact.PHONE,
    "email": contact.EMAIL,
    "number": number.KIND,
    "date": date.KIND,
    "choice": listed_choice.KIND,
    "choices": choices.KIND,
    "file": file.KIND,
    "rows": rows.KIND,
    "schedule": schedule.KIND,
}


def kind_of(question: Question) -> Kind:
    return KINDS[question.kind]
