"""An accepted case for Romantik: its export, and the number with which it was recorded there."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.actions import Action
from bot.actions.romantik import ExportCase, RecordNumber
from bot.chat import DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.officer import case_screen, inbox
from bot.conversations.state import read, stored_as, to_json
from bot.service import buttons, cases, romantik
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, paragraphs

NAME = "romantik"
_WRITING = Text("Isian untuk Romantik sedang disusun dan segera dikirim ke percakapan ini.")


@dataclass(frozen=True, slots=True)
class RomantikState:
    """The case whose number is awaited."""

    application_id: int = field(metadata=stored_as("application"))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        match action:
            case ExportCase(application_id):
                romantik.order(ctx, cases.open_case(ctx, application_id))
                return case_screen.show(state, ctx, application_id, _WRITING)
            case RecordNumber(application_id):
                return _ask(state, ctx, application_id)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    asked = read(RomantikState, state.data)
    if asked is None:
        return inbox.look_up(state, ctx, incoming.text)
    try:
        application = cases.open_case(ctx, asked.application_id)
        romantik.check_recording(ctx, application)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    try:
        romantik.record_number(ctx, application, incoming.text)
    except ActionRefused as refused:
        return _ask(state, ctx, asked.application_id, refused.text)
    return case_screen.show(state, ctx, asked.application_id, Text("✓ Nomor di Romantik tersimpan."))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    asked = read(RomantikState, state.data)
    try:
        return _ask(state, ctx, asked.application_id, notice) if asked is not None else menu.show(state, ctx, notice)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)


def _ask(state: DialogueState, ctx: Context, application_id: int, notice: Text | None = None) -> Turn:
    application = cases.open_case(ctx, application_id)
    romantik.check_recording(ctx, application)
    text = Text("Berapa nomor permohonan %(number)s di Romantik?", number=application.number)
    asked = state.at(NAME, **to_json(RomantikState(application_id)))
    return turn(asked, Prompt(paragraphs(notice, text), (buttons.open_case(application), MENU)))
