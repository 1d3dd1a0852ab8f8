"""A schedule, asked stage by stage: one message a stage ("1/2/2027 – 28/2/2027"), or several lines at once."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias, cast

from bot.actions.form import KeepStage, LeaveOutStage, OneDayStage
from bot.actions.form_codes import FormAct
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import Answered, AskAgain, Collected, Decision, Kind, echo_stored
from bot.conversations.form.prompts import OpenPart, heading, navigation
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.dates import names_one_day, read_period, stored_day
from domain.form.definition import Question, Stage, Value
from domain.form.reading import Unreadable, is_left_out
from domain.form.schedules import SCHEDULE, read_schedule
from domain.text import Json, Text, as_hint, paragraphs

#: stage → period, `None` for a stage that was left out
Periods: TypeAlias = dict[str, Json]

#: key of the first day of the open stage, in the partial answer, while its last day is not known
_FIRST_DAY = "first_day"


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    """Asks the first stage without a period."""
    stage = _open_stage(session, question)
    assert stage is not None, "a complete schedule is never kept as partial"
    part, stored = _part(question, stage), _stored(session, question).get(stage.id)
    first_day = _first_day(session, question)
    if first_day:
        return _ask_last_day(session, question, stage, first_day, notice)
    present = None
    if stored:
        present = Text("Isian sekarang: %(answer)s", answer=answers.show(question, {stage.id: stored}))
    text = paragraphs(
        notice,
        heading(session, question),
        part.heading.shown_as("question"),
        as_hint(Text("Tulis hari pertama dan hari terakhirnya, misalnya 1/2/2027 – 28/2/2027.")),
        None if _so_far(session, question) else as_hint(_all_at_once(stage)),
        present,
    )
    choices, number = [], _number(question, stage)
    if stored:
        keep = session.tap(question, KeepStage(number))
        choices.append(Choice(keep, Text("Tetap seperti ini"), nav=True))
    if not stage.required:
        leave_out = session.tap(question, LeaveOutStage(number))
        choices.append(Choice(leave_out, Text("Tahap ini tidak ada"), Text("Tanpa tahap ini"), nav=True))
    return session.say(f"{question.id}/{part.id}", text, *choices, *navigation(session, question))


def _all_at_once(first: Stage) -> Text:
    return Text(
        "Atau kirim semua tahap dalam satu pesan, satu tahap satu baris, misalnya %(stage)s: 1/2/2027 – 28/2/2027.",
        stage=first.label,
    )


def _ask_last_day(session: FormSession, question: Question, stage: Stage, first_day: date, notice: Text | None) -> Turn:
    """One day may be the whole stage, or its beginning."""
    part = _part(question, stage)
    text = paragraphs(
        notice,
        heading(session, question),
        part.heading.shown_as("question"),
        Text("Hari pertamanya %(day)s. Kapan hari terakhirnya? Tulis tanggalnya, misalnya 28/2/2027.", day=first_day),
    )
    one_day = Choice(session.tap(question, OneDayStage(_number(question, stage))), Text("Hanya satu hari"))
    return session.say(f"{question.id}/{part.id}", text, one_day, *navigation(session, question))


def _take(session: FormSession, question: Question, text: str) -> Decision:
    so_far, stage = _so_far(session, question), _open_stage(session, question)
    assert stage is not None, "a complete schedule is never kept as partial"
    try:
        if "\n" in text.strip():
            named = read_schedule(question, text, session.ctx.reading)
            return _with(question, {**_left_out(question, named), **so_far}, named)
        if is_left_out(text) and not stage.required:
            return _with(question, so_far, {stage.id: None})
        first, last = read_period(text, session.ctx.reading)
        if names_one_day(text, session.ctx.reading):
            first_day = _first_day(session, question)
            if first_day is None:
                return Collected({**so_far, _FIRST_DAY: first.isoformat()})
            if last < first_day:
                return AskAgain(Text("Hari terakhir tidak boleh lebih awal daripada hari pertama."))
            first = first_day
    except Unreadable as error:
        return AskAgain(error.text)
    echo = Text("✓ %(stage)s: %(first)s – %(last)s", stage=stage.label, first=first, last=last)
    return _with(question, so_far, {stage.id: [first.isoformat(), last.isoformat()]}, echo)


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    so_far, stage = _so_far(session, question), _open_stage(session, question)
    stored = _stored(session, question)
    first_day = _first_day(session, question)
    if isinstance(act, OneDayStage) and stage is not None and first_day and act.number == _number(question, stage):
        day = first_day.isoformat()
        return _with(question, so_far, {stage.id: [day, day]})
    if stage is not None and isinstance(act, KeepStage | LeaveOutStage) and act.number == _number(question, stage):
        if isinstance(act, KeepStage) and stage.id in stored:
            return _with(question, so_far, {stage.id: stored[stage.id]})
        if isinstance(act, LeaveOutStage) and not stage.required:
            return _with(question, so_far, {stage.id: None})
    return AskAgain(Text("Tombol itu tidak berlaku lagi di sini."))


def _back(session: FormSession, question: Question) -> Decision | None:
    """To the stage before; from the first stage to the question before."""
    so_far = _so_far(session, question)
    if _first_day(session, question):
        return Collected(so_far)
    done = [stage.id for stage in question.stages if stage.id in so_far]
    if not done:
        return None
    return Collected({stage_id: period for stage_id, period in so_far.items() if stage_id != done[-1]})


def _open_part(session: FormSession, question: Question) -> OpenPart | None:
    stage = _open_stage(session, question)
    return _part(question, stage) if stage else None


def _with(question: Question, so_far: Periods, more: Periods, notice: Text | None = None) -> Decision:
    """The answer once every stage has a period or was left out."""
    periods = {**so_far, **more}
    if any(stage.id not in periods for stage in question.stages):
        return Collected(periods, notice)
    return Answered({stage.id: periods[stage.id] for stage in question.stages if periods[stage.id]})


def _left_out(question: Question, named: Periods) -> Periods:
    """The optional stages, where one message names all required ones."""
    has_required = all(stage.id in named for stage in question.stages if stage.required)
    return dict.fromkeys(stage.id for stage in question.stages if not stage.required) if has_required else {}


def _part(question: Question, stage: Stage) -> OpenPart:
    number, count = _number(question, stage), len(question.stages)
    return OpenPart(
        stage.id,
        Text("Tahap %(number)s dari %(count)s: %(stage)s", number=number, count=count, stage=stage.label),
    )


def _open_stage(session: FormSession, question: Question) -> Stage | None:
    so_far = _so_far(session, question)
    return next((stage for stage in question.stages if stage.id not in so_far), None)


def _days_so_far(session: FormSession, question: Question) -> Value:
    """The periods that are known. A stage whose last day is still asked for has only its first day."""
    first_day, stage = _first_day(session, question), _open_stage(session, question)
    known = {**_stored(session, question), **_so_far(session, question)}
    if first_day and stage:
        known[stage.id] = [first_day.isoformat()]
    return known


def _number(question: Question, stage: Stage) -> int:
    return question.stages.index(stage) + 1


def _so_far(session: FormSession, question: Question) -> Periods:
    partial = session.partial(question)
    periods = partial if isinstance(partial, dict) else {}
    return {stage_id: period for stage_id, period in periods.items() if stage_id != _FIRST_DAY}


def _first_day(session: FormSession, question: Question) -> date | None:
    partial = session.partial(question)
    return stored_day(partial.get(_FIRST_DAY)) if isinstance(partial, dict) else None


def _stored(session: FormSession, question: Question) -> Periods:
    return cast("Periods", session.value(question) or {})


KIND = Kind(
    SCHEDULE,
    ask=_ask,
    take=_take,
    tap=_tap,
    back=_back,
    open_part=_open_part,
    so_far=_days_so_far,
    echo=echo_stored,
    one_message=False,
)
