"""Choosing the language. Nothing else changes: the open question comes back in the new one."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.form import flow
from bot.conversations.form.session import NAME as FORM
from bot.conversations.form.session import session_of_state
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import people
from bot.service.context import Context
from domain.text import Json, Text, paragraphs, verbatim

NAME = "language"
NAMES = {"id": "Bahasa Indonesia", "en": "English"}


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Remembers where the person was."""
    before: dict[str, Json] = {"was": state.conversation, "was_data": dict(state.data), "was_asked": state.asked}
    kept = dict(state.data) if state.conversation == NAME else before
    choices = tuple(Choice(f"{NAME}:{code}", verbatim(name)) for code, name in NAMES.items())
    text = paragraphs(notice, Text("Pilih bahasa Anda. / Choose your language."))
    return turn(state.at(NAME, **kept), Prompt(text, choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return start(state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case [code] if code in NAMES:
            people.choose_language(ctx, code)
            return _back_to(state, ctx, Text("Mulai sekarang kami menulis dalam bahasa Indonesia."))
    return start(state, ctx)


def _back_to(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    before = state
    if state.conversation == NAME:
        data, asked = cast("dict[str, Json]", state.data["was_data"]), cast("str | None", state.data["was_asked"])
        before = replace(state, conversation=str(state.data["was"]), data=data, asked=asked, choices=())
    session = session_of_state(before, ctx) if before.conversation == FORM else None
    return flow.reprompt(session, notice) if session else menu.show(before, ctx, notice)


COMMANDS: CommandHandlers = {"language": without_argument(start)}
