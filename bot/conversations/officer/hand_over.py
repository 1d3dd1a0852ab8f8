"""Hands one application over to a named colleague, with a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import partial

from bot.actions import Action, code
from bot.actions.staff import HandOver, HandOverSilently, PickColleague
from bot.chat import Choice, DialogueState, Turn
from bot.conversations.officer import case_flow, case_screen
from bot.conversations.officer.case_flow import ask_for_choice, ask_for_text, case_text
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.state import stored_as
from bot.conversations.text_input import TextInput
from bot.service import assignments, cases
from bot.service.context import Context
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs
from storage.tables import Officer

NAME = "staff"


@frozen
class HandOverState:
    """The application, and the colleague who gets it."""

    application_id: int = field(metadata=stored_as("application"))
    step: str = ""
    to_id: int = 0


HandOverAction = PickColleague | HandOver | HandOverSilently


def on_button(action: HandOverAction, state: DialogueState, ctx: Context) -> Turn:
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def _handle(action: HandOverAction, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case PickColleague(application_id):
            return _ask_to_whom(state, ctx, application_id)
        case HandOver(application_id, person_id):
            return case_flow.open_text(TEXTS, NAME, HandOverState(application_id, "message", person_id), state, ctx)
        case HandOverSilently(application_id, person_id):
            return _give(state, ctx, HandOverState(application_id, to_id=person_id), "")


def _ask_to_whom(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    found = assignments.candidates(ctx, application)
    text = paragraphs(
        Text("Serahkan permohonan %(number)s kepada siapa?", number=application.number),
        named(found) if found else Text("Belum ada rekan lain yang dapat menerimanya."),
    )
    choices = colleague_choices(found, lambda person_id: HandOver(application_id, person_id))
    return ask_for_choice(state, case_screen.NAME, CaseState(application_id), text, *choices)


def named(found: Sequence[Officer]) -> Text:
    """The colleagues with their numbers, because a button may be too short for a name."""
    return lines(*(Text("%(n)s. %(name)s", n=n, name=each.name) for n, each in enumerate(found, start=1)))


def colleague_choices(found: Sequence[Officer], action_of: Callable[[int], Action]) -> tuple[Choice, ...]:
    return tuple(
        Choice(code(action_of(each.person_id)), Text("%(name)s", name=each.name), Text("Rekan %(n)s", n=n))
        for n, each in enumerate(found, start=1)
    )


def _ask_message(state: DialogueState, ctx: Context, dialogue: HandOverState) -> Turn:
    application = cases.open_case(ctx, dialogue.application_id)
    text = Text(
        "Tulis pesan untuk %(name)s, misalnya sampai mana pemeriksaannya. Pesan itu tersimpan sebagai catatan "
        "internal.",
        name=assignments.receiver(ctx, application, dialogue.to_id).name,
    )
    without = Choice(code(HandOverSilently(application.id, dialogue.to_id)), Text("Tanpa pesan"))
    return ask_for_text(state, NAME, dialogue, text, without)


def _give(state: DialogueState, ctx: Context, dialogue: HandOverState, words: str) -> Turn:
    application = cases.open_case(ctx, dialogue.application_id)
    name = assignments.hand_over(ctx, application, dialogue.to_id, words)
    done = Text("✓ Permohonan diserahkan kepada %(name)s.", name=name)
    return case_screen.show(state, ctx, application.id, done)


TEXTS: Mapping[str, TextInput] = {
    "message": case_text(HandOverState, Text("Pesan Anda untuk rekan:"), _ask_message, _give, "send")
}
