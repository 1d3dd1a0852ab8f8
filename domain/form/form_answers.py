"""The answers of a form as the examiner's rules read them, and the results that a rule can have.

Only answers to questions that apply count. An answer that is missing, blank, a lone dash or not of its kind is `None`
or empty here, so that a rule can say "not evaluable" and never takes a missing answer for a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from datetime import date
from typing import ClassVar, Literal, TypeAlias

from domain.form.definition import Answers, Form, Question, Stage, Value, chosen, route
from domain.frozen import frozen
from domain.office.working_days import Calendar, Deadline
from domain.text import Arg, Text, joined

Period: TypeAlias = tuple[date, date]

#: Working days within which the result of the examination is due (SK 66/BPS/Tahun 2023).
WORKING_DAYS = 30


@frozen
class CheckContext:
    """What the rules need besides the answers."""

    route: frozenset[str]  #: ids of the questions that apply
    today: date  #: the day of application, in the office's zone
    expected: Deadline  #: the last day for the result of the examination
    working_days_to_collection: int | None  #: from today to the first day of collection; None: no day given yet

    @staticmethod
    def of(
        form: Form,
        answers: Answers,
        today: date,
        calendar: Calendar,
        profile: Collection[str] = (),
        working_days: int = WORKING_DAYS,
    ) -> CheckContext:
        path = frozenset(question.id for question in route(form, answers, profile))
        start = collection_start(answers) if "jadwal" in path else None
        return CheckContext(
            route=path,
            today=today,
            expected=calendar.deadline(today, working_days),
            working_days_to_collection=calendar.working_days_between(today, start) if start else None,
        )


@frozen
class Pass:
    """The rule holds, or does not concern this activity."""

    kind: ClassVar[Literal["pass"]] = "pass"


@frozen
class NotEvaluable:
    """An answer that the rule needs is missing. Never counts as a pass."""

    kind: ClassVar[Literal["not evaluable"]] = "not evaluable"


@frozen
class Violation:
    """The rule does not hold."""

    text: Text  #: for the applicant: what to expect, and what to do
    officer: Text  #: for who examines: what to look at; also the words of a remark about it
    at: tuple[str, ...] = ()  #: the questions concerned; empty: all questions of the rule


def violation(text: Text, officer: Text, at: tuple[str, ...] = (), **args: Arg) -> Violation:
    """A violation whose two sentences have the same arguments."""
    return Violation(text.with_args(args), officer.with_args(args), at)


def joined_violation(*found: Violation) -> Violation:
    """Several things that one rule found, as one violation."""
    return Violation(joined(" ", *(one.text for one in found)), joined(" ", *(one.officer for one in found)))


CheckResult: TypeAlias = Pass | NotEvaluable | Violation
PASS, NOT_EVALUABLE = Pass(), NotEvaluable()

Check: TypeAlias = Callable[["FormAnswers"], CheckResult]
Level = Literal["error", "warning", "remark"]


@frozen
class FormAnswers:
    form: Form
    answers: Answers
    context: CheckContext
    read: set[str] = field(default_factory=set)  #: ids of the questions whose answers were looked at

    def applies(self, id: str) -> bool | None:
        """Whether the question applies; `None` while an answer that decides it is missing, or if the form lacks it."""
        if id in self.context.route:
            return True
        question = self.form.questions.get(id)
        if question is None:
            return None
        deciding = {*question.when, *self.form.section_of[id].when}
        if not deciding and not question.when_profile:
            return None
        known = (self.applies(name) is False or self.has(name) for name in deciding)
        return False if all(known) else None

    def has(self, id: str) -> bool:
        return not _blank(self.value(id))

    def value(self, id: str) -> Value:
        self.read.add(id)
        return self.answers.get(id) if id in self.context.route else None

    def text(self, id: str) -> str:
        return _words(self.value(id))

    def choice(self, id: str) -> str | None:
        return next(iter(self.choices(id)), None)

    def choices(self, id: str) -> tuple[str, ...]:
        return chosen(self.value(id)) if self.has(id) else ()

    def number(self, id: str) -> int | None:
        value = self.value(id)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def day(self, id: str) -> date | None:
        return _day(self.value(id))

    def rows(self, id: str) -> tuple[Mapping[str, str], ...]:
        """The rows as typed; what is not a row counts as an empty row, so that the rows keep their numbers."""
        value = self.value(id)
        rows = value if isinstance(value, list) else []
        return tuple({k: _words(v) for k, v in row.items()} if isinstance(row, dict) else {} for row in rows)

    def periods(self) -> Mapping[str, Period]:
        """Stage of the schedule (question 3.3) → first and last day, in the form's order; only stages with both."""
        return _periods(self.value("jadwal"), self.stages())

    def stages(self) -> tuple[Stage, ...]:
        question = self.question("jadwal")
        return question.stages if question else ()

    def question(self, id: str) -> Question | None:
        return self.form.questions.get(id)

    def code(self, *ids: str) -> str:
        """The codes printed on the paper form, as in "2.2a, 2.2d"."""
        questions = (self.question(id) for id in ids)
        return ", ".join(question.code for question in questions if question)

    def option(self, id: str, value: str | None) -> Text | str:
        """The label of an option, or the value itself if the question has no such option."""
        question = self.question(id)
        option = question.option(value) if question else None
        return option.label if option else (value or "")


def collection_start(answers: Answers) -> date | None:
    """The first day of data collection in the schedule (question 3.3)."""
    schedule = answers.get("jadwal")
    match schedule.get("pengumpulan") if isinstance(schedule, dict) else None:
        case [first, *_]:
            return _day(first)
    return None


def _periods(schedule: Value, stages: tuple[Stage, ...]) -> dict[str, Period]:
    found: dict[str, Period] = {}
    for stage in stages:
        match schedule.get(stage.id) if isinstance(schedule, dict) else None:
            case [first, last] if (start := _day(first)) and (end := _day(last)):
                found[stage.id] = (start, end)
    return found


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _words(value: Value) -> str:
    """What was typed; empty for a lone dash or dot, with which people leave a field empty."""
    return value.strip() if isinstance(value, str) and value.strip(" \t\n-–—.…") else ""


def _blank(value: Value) -> bool:
    match value:
        case None:
            return True
        case str():
            return not _words(value)
        case {"values": values}:
            return not values
        case list():
            return all(_blank(item) for item in value)
        case dict():
            return all(_blank(item) for item in value.values())
    return False
