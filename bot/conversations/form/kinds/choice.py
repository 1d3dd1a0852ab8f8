"""One option of several. An option such as "Lainnya" also asks for its own words."""

from __future__ import annotations

from bot.actions.form import ChooseOption
from bot.actions.form_codes import FormAct
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import Answered, AskAgain, Collected, Decision, Kind, refuse_act
from bot.conversations.form.prompts import (
    OpenPart,
    heading,
    keep_choice,
    navigation,
    present_answer,
    purpose,
)
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.definition import Question, Value, chosen
from domain.form.options import CHOICE, NeedsOther, with_other
from domain.form.reading import Unreadable
from domain.text import Text, paragraphs

#: the part of the question that is the text of "Lainnya"
OTHER = "other"


def option_at(question: Question, number: int) -> str | None:
    """The value of the option with this position, if there is one."""
    return question.options[number - 1].value if 1 <= number <= len(question.options) else None


def asks_for_text(question: Question, value: Value) -> bool:
    """Whether an option such as "Lainnya" is among the chosen."""
    return any(option.asks_text and option.value in chosen(value) for option in question.options)


def open_other(session: FormSession, question: Question) -> OpenPart | None:
    """The text of "Lainnya", while that was asked for."""
    is_open = session.question is question and session.asked_part == OTHER
    if is_open and asks_for_text(question, session.partial(question)):
        return OpenPart(OTHER, Text("Anda memilih “Lainnya”. Silakan sebutkan, dalam satu kalimat pendek."))
    return None


def ask_other(session: FormSession, question: Question, other: OpenPart, notice: Text | None) -> Turn:
    text = paragraphs(notice, heading(session, question), other.heading)
    return session.say(f"{question.id}/{other.id}", text, *navigation(session, question))


def take_other(session: FormSession, question: Question, text: str) -> Decision:
    """The message is the text of "Lainnya"."""
    try:
        return Answered(with_other(question, chosen(session.partial(question)), text))
    except Unreadable as error:
        return AskAgain(error.text)


def complete(question: Question, value: Value) -> Decision:
    """The answer, or first the question for the text of "Lainnya" if that is missing."""
    has_text = isinstance(value, dict) and bool(value.get("other"))
    if asks_for_text(question, value):
        return Answered(value) if has_text else Collected(value, next_part=OTHER)
    return Answered({"values": value["values"]} if isinstance(value, dict) else value)


def picked_so_far(session: FormSession, question: Question) -> Value:
    """What is picked now, else the stored answer."""
    partial = session.partial(question)
    return session.value(question) if partial is None else partial


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    other = open_other(session, question)
    if other:
        return ask_other(session, question, other, notice)
    choices = (
        Choice(session.tap(question, ChooseOption(number)), option.label, option.short)
        for number, option in enumerate(question.options, start=1)
    )
    text = paragraphs(notice, heading(session, question), purpose(question), present_answer(session, question))
    return session.say(question.id, text, *choices, *keep_choice(session, question), *navigation(session, question))


def _take(session: FormSession, question: Question, text: str) -> Decision:
    if open_other(session, question):
        return take_other(session, question, text)
    try:
        return Answered(answers.read(question, text, session.ctx.reading))
    except NeedsOther as needs:
        return Collected({"values": list(needs.values)}, next_part=OTHER)
    except Unreadable as error:
        return AskAgain(error.text)


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    option = option_at(question, act.number) if isinstance(act, ChooseOption) else None
    if option is None:
        return refuse_act(session, question, act)
    if asks_for_text(question, option):
        return Collected({"values": [option]}, next_part=OTHER)
    return Answered(option)


KIND = Kind(CHOICE, ask=_ask, take=_take, tap=_tap, open_part=open_other, so_far=picked_so_far)
