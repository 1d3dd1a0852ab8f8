"""Choosing the language. Nothing else changes: the open question comes back in the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from bot.conversations import form, menu
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import people
from bot.service.desk import Desk
from desk.text import Json, Text, paragraphs, verbatim

NAME = "language"
NAMES = {"id": "Bahasa Indonesia", "en": "English"}


def start(state: DialogueState, desk: Desk, notice: Text | None = None) -> Turn:
    """Remembers where the person was."""
    before: dict[str, Json] = {"was": state.conversation, "was_data": dict(state.data), "was_asked": state.asked}
    kept = dict(state.data) if state.conversation == NAME else before
    choices = tuple(Choice(f"{NAME}:{code}", verbatim(name)) for code, name in NAMES.items())
    text = paragraphs(notice, Text("Pilih bahasa Anda. / Choose your language."))
    return turn(state.at(NAME, **kept), Prompt(text, choices))


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return start(state, desk, notice)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    return start(state, desk)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    match args:
        case [code] if code in NAMES:
            people.choose_language(desk, code)
            return _back_to(state, desk, Text("Mulai sekarang kami menulis dalam bahasa Indonesia."))
    return start(state, desk)


def _back_to(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    before = state
    if state.conversation == NAME:
        data, asked = cast("dict[str, Json]", state.data["was_data"]), cast("str | None", state.data["was_asked"])
        before = replace(state, conversation=str(state.data["was"]), data=data, asked=asked, choices=())
    place = form.places.of_state(before, desk) if before.conversation == form.NAME else None
    return form.again(place, notice) if place else menu.show(before, desk, notice)
