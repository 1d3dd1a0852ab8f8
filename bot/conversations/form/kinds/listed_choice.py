"""One option of several, or a tick in a list: questions of yes and no that the form groups are asked together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.actions.form import FinishAnswer, PickOption, TickOption, UntickOption
from bot.actions.form_codes import FormAct
from bot.chat import Turn
from bot.conversations.form.kinds import choice
from bot.conversations.form.kinds.choice import option_at
from bot.conversations.form.kinds.choices import NONE_PICKED, ask_ticks
from bot.conversations.form.kinds.kind import AnsweredTogether, AskAgain, Collected, Decision, Kind, help_on_question
from bot.conversations.form.prompts import label
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.definition import NO, YES, Question, Value, chosen
from domain.form.options import CHOICE
from domain.form.reading import Unreadable
from domain.text import Text, joined, lines

#: key of the ids of the ticked questions, in the partial answer
_TICKED = "ticked"


def as_list(session: FormSession, question: Question) -> Question | None:
    """The list in which the question is asked: its options are the questions. `None` where it is asked alone, as in a
    revision.
    """
    tick_list = session.form.tick_list_of.get(question.id)
    if tick_list is None or session.draft.state == "revising":
        return None
    ticks = tuple(tick for tick in tick_list.ticks if _can_be_ticked(session.on_path(tick.value)))
    if len(ticks) < len(tick_list.ticks):
        return None
    return replace(
        question,
        code=tick_list.code,
        kind="choices",
        label=tick_list.label,
        asks=tick_list.asks,
        help=tick_list.help,
        options=ticks,
    )


def _can_be_ticked(question: Question | None) -> bool:
    return question is not None and {YES, NO} <= {option.value for option in question.options}


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    asked = as_list(session, question)
    if asked is None:
        return choice.KIND.ask(session, question, notice)
    return ask_ticks(session, asked, _ticked(session, asked), notice)


def _take(session: FormSession, question: Question, text: str) -> Decision:
    """A typed list is the answer, together with what was ticked before."""
    asked = as_list(session, question)
    if asked is None:
        return choice.KIND.take(session, question, text)
    try:
        value = answers.read(asked, text, session.ctx.reading)
    except Unreadable as error:
        return AskAgain(error.text)
    return _complete(asked, {*_ticked_now(session, asked), *chosen(value)})


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    asked = as_list(session, question)
    if asked is None or not isinstance(act, FinishAnswer | PickOption | TickOption | UntickOption):
        return choice.KIND.tap(session, question, act)
    ticked = _ticked(session, asked)
    match act:
        case FinishAnswer():
            return _complete(asked, ticked) if ticked else AskAgain(NONE_PICKED)
        case PickOption(number) if name := option_at(asked, number):
            return _complete(asked, {*_ticked_now(session, asked), name})
        case TickOption(number) if name := option_at(asked, number):
            return Collected({_TICKED: _in_order(asked, {*ticked, name})})
        case UntickOption(number) if name := option_at(asked, number):
            return Collected({_TICKED: _in_order(asked, ticked - {name})})
    return choice.KIND.tap(session, question, act)


def _complete(asked: Question, ticked: Collection[str]) -> Decision:
    """What is not ticked is a no."""
    values: dict[str, Value] = {option.value: YES if option.value in ticked else NO for option in asked.options}
    labels = (option.label for option in asked.options if option.value in ticked)
    return AnsweredTogether(values, Text("✓ %(code)s: %(answer)s", code=asked.code, answer=joined("; ", *labels)))


def _ticked(session: FormSession, asked: Question) -> set[str]:
    """The questions that are ticked now, else those with a stored yes."""
    if _has_ticks(session.partial(asked)):
        return _ticked_now(session, asked)
    return {option.value for option in asked.options if session.draft.answers.get(option.value) == YES}


def _ticked_now(session: FormSession, asked: Question) -> set[str]:
    match session.partial(asked):
        case {"ticked": [*names]}:
            return {str(name) for name in names}
    return set()


def _has_ticks(partial: Value) -> bool:
    return isinstance(partial, dict) and _TICKED in partial


def _in_order(asked: Question, ticked: Collection[str]) -> list[Value]:
    return [option.value for option in asked.options if option.value in ticked]


def _so_far(session: FormSession, question: Question) -> Value:
    """Ticks say nothing about one question before the list is ended."""
    if _has_ticks(session.partial(question)):
        return session.value(question)
    return choice.KIND.so_far(session, question)


def _help(session: FormSession, question: Question) -> Text:
    asked = as_list(session, question)
    if asked is None:
        return help_on_question(session, question)
    return lines(
        Text("Bantuan untuk %(question)s", question=label(asked)),
        asked.help,
        Text("Untuk pindah ke butir lain, tulis nomornya."),
    )


KIND = Kind(
    CHOICE,
    ask=_ask,
    take=_take,
    tap=_tap,
    open_part=choice.KIND.open_part,
    so_far=_so_far,
    help=_help,
    acts_in_place=(TickOption, UntickOption),
)
