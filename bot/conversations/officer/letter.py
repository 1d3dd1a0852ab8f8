"""Before a drafted letter goes to the director: changing its texts, or examining the application once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from bot.actions import Action, code
from bot.actions.officer import (
    ConfirmReopening,
    LetterAct,
    LetterAction,
    LetterStep,
    ReplaceAdvice,
    ReplaceGrounds,
)
from bot.chat import Choice, DialogueState, Incoming, Turn, with_notice
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, case_screen, inbox
from bot.conversations.officer.case_flow import CaseHandler, ask_for_choice, ask_for_text, case_text
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.officer.letter_texts import (
    ASK_COPIES,
    ASK_RECIPIENT,
    changes_of,
    chosen_text,
    numbered,
    ready_made_texts,
    recipient_of,
    text_choices,
)
from bot.conversations.state import read
from bot.conversations.text_input import TextInput
from bot.service import cases, decisions, transitions
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from domain.remarks import HEED
from domain.text import Text, paragraphs, verbatim

NAME = "letter"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, LetterAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return inbox.look_up(state, ctx, incoming.text)


def awaited_text(state: DialogueState) -> TextInput | None:
    """New grounds, or new advice."""
    return case_flow.awaited_text(TEXTS, read(CaseState, state.data))


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(CaseState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return case_flow.reprompt(read(CaseState, state.data), state, ctx, notice)


def _handle(action: LetterAction, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case LetterStep(act, application_id):
            return ACTS[act](state, ctx, application_id)
        case ConfirmReopening(application_id, letter_id):
            return _reopen(state, ctx, application_id, letter_id)
        case ReplaceGrounds() | ReplaceAdvice():
            return _pick(state, ctx, action)


def _ask_part(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "edit_letter")
    text = paragraphs(
        numbered(Text("Alasan:"), application.grounds),
        numbered(Text("Perlu diperhatikan:"), application.advice),
        recipient_of(ctx, application),
        Text("Bagian mana yang ingin Anda ubah?"),
    )
    advice = code(LetterStep("heed", application_id))
    choices = (
        Choice(code(LetterStep("grounds", application_id)), Text("Ubah alasan")),
        Choice(advice, Text("Ubah yang perlu diperhatikan"), Text("Ubah hal penting")),
        Choice(code(LetterStep("to", application_id)), Text("Ubah penerima")),
        Choice(code(LetterStep("copies", application_id)), Text("Ubah tembusan")),
    )
    return ask_for_choice(state, NAME, CaseState(application_id), text, *choices)


def _write(step: Literal["grounds", "heed", "to", "copies"]) -> CaseHandler:
    return lambda state, ctx, application_id: case_flow.open_text(
        TEXTS, NAME, CaseState(application_id, step), state, ctx
    )


def _ask_grounds(state: DialogueState, ctx: Context, dialogue: CaseState) -> Turn:
    application = cases.open_case(ctx, dialogue.application_id)
    transitions.check(ctx, application, "edit_letter")
    listed, choices = text_choices(application.verdict, partial(ReplaceGrounds, dialogue.application_id))
    text = Text("Tulis seluruh alasan yang baru, satu alasan satu baris, atau pilih salah satu.")
    return ask_for_text(state, NAME, dialogue, paragraphs(text, listed), *choices)


def _ask_advice(state: DialogueState, ctx: Context, dialogue: CaseState) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, dialogue.application_id), "edit_letter")
    listed, choices = text_choices(HEED, partial(ReplaceAdvice, dialogue.application_id))
    choices.append(Choice(code(ReplaceAdvice(dialogue.application_id, 0)), Text("Tidak ada")))
    text = Text("Tulis seluruh hal yang perlu diperhatikan, satu hal satu baris, atau pilih salah satu.")
    return ask_for_text(state, NAME, dialogue, paragraphs(text, listed), *choices)


def _ask_recipient(state: DialogueState, ctx: Context, dialogue: CaseState) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, dialogue.application_id), "edit_letter")
    return ask_for_text(state, NAME, dialogue, ASK_RECIPIENT)


def _ask_copies(state: DialogueState, ctx: Context, dialogue: CaseState) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, dialogue.application_id), "edit_letter")
    none = Choice(code(LetterStep("uncopied", dialogue.application_id)), Text("Tidak ada"))
    return ask_for_text(state, NAME, dialogue, ASK_COPIES, none)


def _without_copies(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    dropped = case_flow.drop_text(state, NAME, CaseState(application_id, "copies"))
    return _change(dropped, ctx, application_id, LetterChanges(copies=()))


def _pick(state: DialogueState, ctx: Context, picked: ReplaceGrounds | ReplaceAdvice) -> Turn:
    """Puts a ready-made text into the letter. Asks first when it takes the place of words that somebody wrote."""
    application = cases.open_case(ctx, picked.application_id)
    transitions.check(ctx, application, "edit_letter")
    is_grounds = isinstance(picked, ReplaceGrounds)
    purpose, present = (application.verdict, application.grounds) if is_grounds else (HEED, application.advice)
    chosen = chosen_text(purpose, picked.choice)
    dialogue = CaseState(picked.application_id, "grounds" if is_grounds else "heed")
    is_written = not set(map(str, present)) <= set(ready_made_texts(purpose))
    filed = "\n".join(map(str, present)) if is_written else ""
    asked = case_flow.ask_before_replacing(
        state, NAME, dialogue, verbatim(chosen[0]) if chosen else Text("Tidak ada"), picked, filed
    )
    if asked is not None:
        return asked
    dropped = case_flow.drop_text(state, NAME, dialogue)
    if is_grounds:
        return _change(dropped, ctx, picked.application_id, LetterChanges(grounds=chosen))
    return _change(dropped, ctx, picked.application_id, LetterChanges(advice=chosen))


def _change(state: DialogueState, ctx: Context, application_id: int, changes: LetterChanges) -> Turn:
    decisions.edit_letter(ctx, cases.open_case(ctx, application_id), changes)
    done = Text("✓ Isi surat diubah. Konsep yang baru sedang disusun.")
    return case_screen.show(state, ctx, application_id, done)


def _confirm_reopening(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "reopen")
    text = Text(
        "Periksa permohonan ini sekali lagi? Putusan dan konsep suratnya tidak berlaku lagi, dan pemohon diberi tahu."
    )
    newest = cases.newest_letter(ctx, application)
    voids = ConfirmReopening(application_id, newest.id if newest else 0)
    confirm = Choice(code(voids), Text("Ya, periksa lagi"))
    return ask_for_choice(state, NAME, CaseState(application_id), text, confirm)


def _reopen(state: DialogueState, ctx: Context, application_id: int, letter_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "reopen")
    newest = cases.newest_letter(ctx, application)
    if newest is not None and newest.id != letter_id:
        return with_notice(_confirm_reopening(state, ctx, application_id), cases.LETTER_CHANGED)
    decisions.reopen(ctx, application, letter_id)
    return case_screen.show(state, ctx, application_id, Text("✓ Permohonan dibuka lagi untuk diperiksa."))


ACTS: Mapping[LetterAct, CaseHandler] = {
    "edit": _ask_part,
    "grounds": _write("grounds"),
    "heed": _write("heed"),
    "to": _write("to"),
    "copies": _write("copies"),
    "uncopied": _without_copies,
    "reopen": _confirm_reopening,
    "reopened": _confirm_reopening,  # version 0.1 sent it as the last button
}


def _recorder(step: str) -> Callable[[DialogueState, Context, CaseState, str], Turn]:
    return lambda state, ctx, dialogue, words: _change(state, ctx, dialogue.application_id, changes_of(step, words))


TEXTS: Mapping[str, TextInput] = {
    "grounds": case_text(CaseState, Text("Alasan yang baru:"), _ask_grounds, _recorder("grounds")),
    "heed": case_text(CaseState, Text("Perlu diperhatikan:"), _ask_advice, _recorder("heed")),
    "to": case_text(CaseState, Text("Penerima yang baru:"), _ask_recipient, _recorder("to")),
    "copies": case_text(CaseState, Text("Tembusan yang baru:"), _ask_copies, _recorder("copies")),
}
