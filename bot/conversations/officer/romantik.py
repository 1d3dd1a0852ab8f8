"""An accepted case for Romantik: its export, and the number with which it was recorded there."""

from __future__ import annotations

from functools import partial

from bot.actions import Action
from bot.actions.romantik import ExportCase, RecordNumber
from bot.chat import DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, case_screen, inbox
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.state import read, to_json
from bot.service import cases, romantik
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, paragraphs

NAME = "romantik"
_WRITING = Text("Isian untuk Romantik sedang disusun dan segera dikirim ke percakapan ini.")


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, ExportCase | RecordNumber):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    act = partial(_export if isinstance(action, ExportCase) else _ask, state, ctx, action.application_id)
    return case_flow.show_refusal_of(state, ctx, action.application_id, act)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    asked = read(CaseState, state.data)
    if asked is None:
        return inbox.look_up(state, ctx, incoming.text)
    record = partial(_record, state, ctx, asked.application_id, incoming.text)
    return case_flow.show_refusal_of(state, ctx, asked.application_id, record)


def go_back(state: DialogueState, ctx: Context) -> Turn:
    asked = read(CaseState, state.data)
    return case_flow.show_case(asked.application_id if asked is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    asked = read(CaseState, state.data)
    if asked is None:
        return inbox.start(state, ctx, notice)
    ask = partial(_ask, state, ctx, asked.application_id, notice)
    return case_flow.show_refusal_of(state, ctx, asked.application_id, ask)


def _export(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    romantik.order(ctx, cases.open_case(ctx, application_id))
    return case_screen.show(state, ctx, application_id, _WRITING)


def _ask(state: DialogueState, ctx: Context, application_id: int, notice: Text | None = None) -> Turn:
    application = cases.open_case(ctx, application_id)
    romantik.check(ctx, application)
    text = Text("Berapa nomor permohonan %(number)s di Romantik?", number=application.number)
    asked = state.at(NAME, **to_json(CaseState(application_id)))
    return turn(asked, Prompt(paragraphs(notice, text), (case_flow.cancel(application_id),)))


def _record(state: DialogueState, ctx: Context, application_id: int, words: str) -> Turn:
    application = cases.open_case(ctx, application_id)
    romantik.check(ctx, application)
    try:
        romantik.record_number(ctx, application, words)
    except ActionRefused as refused:
        return _ask(state, ctx, application_id, refused.text)
    return case_screen.show(state, ctx, application_id, Text("✓ Nomor di Romantik tersimpan."))
