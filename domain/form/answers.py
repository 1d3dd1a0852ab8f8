"""Every kind of answer, and what can be done with an answer of any kind.

To add a kind, name it in `definition.QuestionKind`, write a module with its `AnswerKind`, add that to `KINDS` (or to
`rows.CELL_KINDS`, if it fits into a cell), and do the same in `bot/conversations/form/kinds/` for the conversation.
`definition.Value` lists what each kind stores. A choice whose option asks for words is stored like several choices:
`{"values": ["lainnya"], "other": "wawancara daring"}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.form.definition import Question, Value
from domain.form.files import FILE
from domain.form.kind import AnswerKind
from domain.form.options import CHOICES
from domain.form.reading import Reading
from domain.form.rows import CELL_KINDS, ROWS
from domain.form.schedules import SCHEDULE
from domain.text import Text

KINDS: Mapping[str, AnswerKind] = {
    **CELL_KINDS,
    "choices": CHOICES,
    "file": FILE,
    "rows": ROWS,
    "schedule": SCHEDULE,
}
#: characters of an answer above which `brief` shows only its beginning
_LONG = 300
_BEGINNING = 250


def read(question: Question, words: str, reading: Reading) -> Value:
    """The value to store. Raises `Unreadable`, or `NeedsOther` when an option was picked whose text is missing."""
    return KINDS[question.kind].read(question, words, reading)


def show(question: Question, value: Value) -> Text:
    return Text("(dilewati)") if value is None else KINDS[question.kind].show(question, value)


def brief(question: Question, value: Value) -> Text:
    """An answer in a few lines. Says how much is left out."""
    if isinstance(value, str) and len(value) > _LONG:
        return Text("%(start)s … (%(count)s huruf)", start=value[:_BEGINNING].rstrip(), count=len(value))
    short = KINDS[question.kind].show_short
    return short(question, value) if short and value is not None else show(question, value)


def still_reads(question: Question, value: Value) -> bool:
    """Whether a stored value answers the question as it is now. A skip does if the question is optional."""
    return not question.required if value is None else KINDS[question.kind].fits(question, value)


def is_upload(question: Question) -> bool:
    return KINDS[question.kind].is_upload


def ask_hint(question: Question) -> Text:
    """The expected format in one sentence; empty where the question says it all."""
    return KINDS[question.kind].hint(question)
