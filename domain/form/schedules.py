"""Answers that are schedules: fixed stages, each with a first and a last day, typed one stage a line."""

from __future__ import annotations

import re
from datetime import date

from domain.form.dates import names_one_day, read_period, stored_day, write_day
from domain.form.definition import Question, Stage, Value
from domain.form.kind import AnswerKind
from domain.form.options import Name, pick
from domain.form.reading import Reading, Unreadable, fold, is_left_out
from domain.text import Json, Text, excerpt, joined, lines, many_lines, one_line, verbatim

#: the gap between a stage and its period, where no colon stands between them
_BEFORE_PERIOD = re.compile(r"(?<=\D)\s(?=\d)")


def read_schedule(question: Question, words: str, reading: Reading) -> dict[str, Json]:
    """The stages that the message names, one a line: "Perencanaan: 1/2/2027 – 28/2/2027".

    A line that ends in "-" leaves an optional stage out; its value is `None`. Raises `Unreadable`, which quotes the
    line that does not read.
    """
    periods: dict[str, Json] = {}
    for line in many_lines(words).split("\n"):
        if not fold(line):
            continue
        try:
            stage, period = _read_stage(question, line, reading)
            if stage.id in periods:
                raise Unreadable(Text("Tahap ini tertulis dua kali."))
        except Unreadable as problem:
            raise Unreadable(
                Text("Baris “%(line)s”: %(problem)s", line=excerpt(line), problem=problem.text)
            ) from problem
        periods[stage.id] = period
    return {stage.id: periods[stage.id] for stage in question.stages if stage.id in periods}


def _read_stage(question: Question, line: str, reading: Reading) -> tuple[Stage, Json]:
    label, colon, words = one_line(line).partition(":")
    gap = None if colon else _BEFORE_PERIOD.search(label)
    if gap:
        label, words = label[: gap.start()], label[gap.end() :]
    if not colon and not (gap and any(sign.isalpha() for sign in label)):
        raise Unreadable(_hint(question))
    id = pick(label, [Name(stage.id, stage.label, (stage.id,)) for stage in question.stages])
    stage = next(stage for stage in question.stages if stage.id == id)
    if not stage.required and is_left_out(words):
        return stage, None
    first, last = read_period(words, reading)
    if names_one_day(words, reading):
        raise Unreadable(
            Text(
                "Hanya satu hari yang tertulis. Tulis hari pertama dan hari terakhirnya, misalnya 1/2/2027 – 28/2/2027."
            )
        )
    return stage, [first.isoformat(), last.isoformat()]


def _read(question: Question, words: str, reading: Reading) -> Value:
    typed = read_schedule(question, words, reading)
    periods: dict[str, Json] = {stage: period for stage, period in typed.items() if period}
    missing = [stage.label for stage in question.stages if stage.required and stage.id not in periods]
    if missing or not periods:
        rule = Text("Jadwal ini belum lengkap. Masih kurang: %(stages)s.", stages=joined("; ", *missing))
        raise Unreadable(joined(" ", rule if missing else None, _hint(question)))
    return periods


def _show(question: Question, value: Value) -> Text:
    stored = value if isinstance(value, dict) else {}
    shown = [_show_stage(stage, stored[stage.id]) for stage in question.stages if stored.get(stage.id)]
    return lines(*shown) if shown else verbatim(str(value))


def _show_stage(stage: Stage, value: Json) -> Text:
    period = _stored_period(value)
    if not period:
        return Text("%(stage)s: %(words)s", stage=stage.label, words=str(value))
    first, last = period
    if first == last:
        return Text("%(stage)s: %(day)s (satu hari)", stage=stage.label, day=first)
    return Text("%(stage)s: %(first)s – %(last)s", stage=stage.label, first=first, last=last)


def _stored_period(value: Json) -> tuple[date, date] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    first, last = map(stored_day, value)
    return (first, last) if first and last and first <= last else None


def _fits(question: Question, value: Value) -> bool:
    if not isinstance(value, dict) or not any(value.get(stage.id) for stage in question.stages):
        return False
    return all(
        _stored_period(value[stage.id]) if value.get(stage.id) else not stage.required for stage in question.stages
    )


def write_stages(value: Value) -> dict[str, str]:
    """Id of a stage → its period in words that `read_period` reads, for files that people fill in."""
    periods = {id: _stored_period(period) for id, period in value.items()} if isinstance(value, dict) else {}
    return {id: f"{write_day(days[0])} – {write_day(days[1])}" for id, days in periods.items() if days}


def _hint(question: Question) -> Text:
    return Text(
        "Tulis satu tahap satu baris, misalnya %(stage)s: 1/2/2027 – 28/2/2027.", stage=question.stages[0].label
    )


SCHEDULE = AnswerKind(_read, _show, _fits, _hint)
