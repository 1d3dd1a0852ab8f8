"""Several options: ticked one by one and ended with Selesai, or typed as a list."""

from __future__ import annotations

from collections.abc import Collection

from bot.actions.form import FinishAnswer, PickOption, TickOption, UntickOption
from bot.actions.form_codes import FormAct
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.choice import ask_other, complete, open_other, option_at, picked_so_far, take_other
from bot.conversations.form.kinds.kind import AskAgain, Collected, Decision, Kind, refuse_act
from bot.conversations.form.prompts import heading, navigation
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.definition import Option, Question, Value, chosen
from domain.form.options import CHOICES, NeedsOther
from domain.form.reading import Unreadable
from domain.text import Json, Text, as_hint, paragraphs

NONE_PICKED = Text("Pilih paling sedikit satu, lalu tekan Selesai.")


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    other = open_other(session, question)
    if other:
        return ask_other(session, question, other, notice)
    return ask_ticks(session, question, chosen(picked_so_far(session, question)), notice)


def ask_ticks(session: FormSession, question: Question, ticked: Collection[str], notice: Text | None) -> Turn:
    choices = [
        _tick_choice(session, question, number, option, option.value in ticked)
        for number, option in enumerate(question.options, start=1)
    ]
    if ticked:
        done = session.tap(question, FinishAnswer())
        choices.append(Choice(done, Text("Selesai memilih"), Text("Selesai"), nav=True, finishes=True))
    text = paragraphs(
        notice,
        heading(session, question),
        as_hint(Text("Boleh memilih lebih dari satu. Tekan setiap pilihan, lalu Selesai.")),
    )
    return session.say(question.id, text, *choices, *navigation(session, question))


def _tick_choice(session: FormSession, question: Question, number: int, option: Option, is_ticked: bool) -> Choice:
    typed = session.tap(question, PickOption(number))
    if not is_ticked:
        return Choice(session.tap(question, TickOption(number)), option.label, option.short, typed=typed, ticked=False)
    label = Text("✓ %(label)s", label=option.label)
    short = Text("✓ %(label)s", label=option.short) if option.short else None
    return Choice(session.tap(question, UntickOption(number)), label, short, typed=typed, ticked=True)


def _take(session: FormSession, question: Question, text: str) -> Decision:
    """A typed list is the answer, together with what was ticked before."""
    if open_other(session, question):
        return take_other(session, question, text)
    try:
        value = answers.read(question, text, session.ctx.reading)
    except NeedsOther as needs:
        value = {"values": list(needs.values)}
    except Unreadable as error:
        return AskAgain(error.text)
    return complete(question, _with_ticks(session, question, value))


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    current = picked_so_far(session, question)
    match act:
        case FinishAnswer() if chosen(current):
            return complete(question, current)
        case FinishAnswer():
            return AskAgain(NONE_PICKED)
        case PickOption(number) if option := option_at(question, number):
            return complete(question, _with_ticks(session, question, {"values": [option]}))
        case TickOption(number) if option := option_at(question, number):
            return Collected(_list(question, {*chosen(current), option}, current))
        case UntickOption(number) if option := option_at(question, number):
            return Collected(_list(question, {*chosen(current)} - {option}, current))
    return refuse_act(session, question, act)


def _with_ticks(session: FormSession, question: Question, value: Value) -> Value:
    return _list(question, {*chosen(session.partial(question)), *chosen(value)}, value)


def _list(question: Question, values: Collection[str], other_of: Value) -> Value:
    """The options in the form's order, with the text of "Lainnya" from another answer."""
    ordered: list[Json] = [option.value for option in question.options if option.value in values]
    other = other_of.get("other") if isinstance(other_of, dict) else None
    return {"values": ordered, **({"other": other} if other else {})}


KIND = Kind(
    CHOICES,
    ask=_ask,
    take=_take,
    tap=_tap,
    open_part=open_other,
    so_far=picked_so_far,
    code_is_ambiguous=True,
    acts_in_place=(TickOption, UntickOption),
)
