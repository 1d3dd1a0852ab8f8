"""The schedule, stage by stage: one message a stage ("1/2/2027 – 28/2/2027"), or several lines at once."""

from __future__ import annotations

from typing import cast

from bot.chat import Choice, Turn
from bot.conversations.form import record
from bot.conversations.form.prompts import ASK, PART, Part, ask, heading, nav
from bot.conversations.form.session import FormSession
from bot.service import drafts
from domain.form import answers
from domain.form.dates import read_period
from domain.form.definition import Question, Stage
from domain.form.reading import Unreadable
from domain.form.schedules import read_schedule
from domain.text import Json, Text, paragraphs

Periods = dict[str, Json]


def put(session: FormSession, question: Question, notice: Text | None = None) -> Turn:
    """Asks the first stage without a period; a stage left out is an explicit null until the last is asked."""
    so_far = _so_far(session, question)
    stage = _next_stage(question, so_far)
    assert stage is not None
    open_part = _part(question, stage)
    standing = cast("dict[str, list[str]]", session.value(question) or {}).get(stage.id)
    text = paragraphs(
        notice,
        heading(session, question),
        open_part.heading,
        Text("Tulis hari pertama dan hari terakhirnya, misalnya 1/2/2027 – 28/2/2027."),
        _standing(question, stage, standing),
    )
    choices, number = [], question.stages.index(stage) + 1
    if standing:
        choices.append(Choice(session.tap(question, f"keepstage.{number}"), Text("Tetap seperti ini"), nav=True))
    if not stage.required:
        label = Text("Tahap ini tidak ada"), Text("Tanpa tahap ini")
        choices.append(Choice(session.tap(question, f"nostage.{number}"), *label, nav=True))
    return session.say(f"{question.id}/{open_part.id}", text, *choices, *nav(session, question))


def open_stage(session: FormSession, question: Question) -> Part | None:
    stage = _next_stage(question, _so_far(session, question))
    return _part(question, stage) if stage else None


def _part(question: Question, stage: Stage) -> Part:
    number, count = question.stages.index(stage) + 1, len(question.stages)
    heading = Text("Tahap %(number)s dari %(count)s: %(stage)s", number=number, count=count, stage=stage.label)
    return Part(stage.id, heading)


def words(session: FormSession, question: Question, text: str) -> Turn:
    so_far = _so_far(session, question)
    stage = _next_stage(question, so_far)
    assert stage is not None
    try:
        if "\n" in text.strip():
            return _save(session, question, {**so_far, **read_schedule(question, text, session.ctx.reading)})
        first, last = read_period(text, session.ctx.reading)
    except Unreadable as error:
        return ask(session, question, error.text)
    echo = Text("✓ %(stage)s: %(first)s – %(last)s", stage=stage.label, first=first, last=last)
    return _save(session, question, {**so_far, stage.id: [first.isoformat(), last.isoformat()]}, echo)


def tap(session: FormSession, question: Question, what: str) -> Turn:
    so_far = _so_far(session, question)
    stage = _next_stage(question, so_far)
    standing = cast("Periods", session.value(question) or {})
    action, _, number = what.partition(".")
    if stage is not None and number == str(question.stages.index(stage) + 1):
        if action == "keepstage" and stage.id in standing:
            return _save(session, question, {**so_far, stage.id: standing[stage.id]})
        if action == "nostage" and not stage.required:
            return _save(session, question, {**so_far, stage.id: None})
    return ask(session, question, Text("Tombol itu tidak berlaku lagi di sini."))


def back(session: FormSession, question: Question) -> Turn | None:
    """To the stage before; `None` from the first."""
    so_far = _so_far(session, question)
    done = [stage.id for stage in question.stages if stage.id in so_far]
    if not done:
        return None
    return _save(session, question, {id: period for id, period in so_far.items() if id != done[-1]})


def _so_far(session: FormSession, question: Question) -> Periods:
    partial = session.partial(question)
    return dict(partial) if isinstance(partial, dict) else {}


def _next_stage(question: Question, so_far: Periods) -> Stage | None:
    return next((stage for stage in question.stages if stage.id not in so_far), None)


def _save(session: FormSession, question: Question, so_far: Periods, notice: Text | None = None) -> Turn:
    if _next_stage(question, so_far) is None:
        periods: Periods = {stage.id: so_far[stage.id] for stage in question.stages if so_far.get(stage.id)}
        return record.recorded(session, question, periods)
    drafts.save_partial(session.ctx, session.draft, question, so_far)
    return ask(session, question, notice)


def _standing(question: Question, stage: Stage, standing: list[str] | None) -> Text | None:
    if not standing:
        return None
    return Text("Isian sekarang: %(answer)s", answer=answers.show(question, {stage.id: cast("Json", standing)}))


ASK["schedule"] = put
PART["schedule"] = open_stage
record.WORDS["schedule"] = words
record.TAPS["schedule"] = tap
