"""The director corrects, replaces or revokes a letter that was issued. Each is confirmed with what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import partial

from bot.actions import Action, code
from bot.actions.officer import ConfirmCorrection, CorrectionAct, CorrectionAction, CorrectionStep
from bot.chat import Choice, DialogueState, Incoming, Turn, with_notice
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form.session import fingerprint
from bot.conversations.officer import case_flow, case_screen, inbox
from bot.conversations.officer.case_flow import ask_for_choice, ask_for_text, case_text
from bot.conversations.officer.letter_texts import (
    ASK_COPIES,
    ASK_PLACE,
    ASK_RECIPIENT,
    ASK_SIGNER,
    numbered,
    place_line,
    read_changes,
    recipient_of,
    signer_line,
)
from bot.conversations.state import read, stored_as
from bot.conversations.text_input import TextInput
from bot.service import cases, corrections, letter_facts
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from domain.frozen import frozen
from domain.permissions import Act
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Application

NAME = "correction"


@frozen
class CorrectionState:
    """`step`: the text that is waited for; empty: none. `part` and `words`: what is shown to be confirmed."""

    application_id: int = field(metadata=stored_as("application"))
    step: str = ""
    part: str = ""
    words: str = ""


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, CorrectionAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return inbox.look_up(state, ctx, incoming.text)


def awaited_text(state: DialogueState) -> TextInput | None:
    """A part of the letter, or why it is replaced or revoked."""
    return case_flow.awaited_text(TEXTS, read(CorrectionState, state.data))


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(CorrectionState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    shown = read(CorrectionState, state.data)
    if shown is None or not shown.part:
        return case_flow.reprompt(shown, state, ctx, notice)
    confirm = partial(_confirm, state, ctx, shown)
    return with_notice(case_flow.show_refusal_of(state, ctx, shown.application_id, confirm), notice)


def _handle(action: CorrectionAction, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case CorrectionStep("amend", application_id):
            return _ask_part(state, ctx, application_id)
        case CorrectionStep("uncopied", application_id):
            return _confirm(state, ctx, CorrectionState(application_id, part="copies"))
        case CorrectionStep(step, application_id):
            return case_flow.open_text(TEXTS, NAME, CorrectionState(application_id, step), state, ctx)
        case ConfirmCorrection(application_id, letter_id, mark):
            return _correct(state, ctx, application_id, letter_id, mark)


def _act_of(part: str) -> Act:
    return ACTS_OF_PARTS.get(part, "amend_letter")


def _ask_part(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    corrections.check(ctx, application, "amend_letter")
    text = paragraphs(
        numbered(Text("Alasan:"), application.grounds),
        numbered(Text("Perlu diperhatikan:"), application.advice),
        recipient_of(ctx, application),
        lines(
            signer_line(letter_facts.signer_of(ctx, application)),
            place_line(ctx, application),
        ),
        Text("Bagian mana yang ingin Anda perbaiki? Nomor suratnya tetap."),
    )
    labels: Mapping[CorrectionAct, Text] = {
        "grounds": Text("Ubah alasan"),
        "heed": Text("Ubah hal penting"),
        "to": Text("Ubah penerima"),
        "copies": Text("Ubah tembusan"),
        "signer": Text("Ubah penanda tangan"),
        "place": Text("Ubah tempat surat"),
    }
    choices = [Choice(code(CorrectionStep(act, application_id)), label) for act, label in labels.items()]
    return ask_for_choice(state, NAME, CorrectionState(application_id), text, *choices)


def _asking(text: Text) -> Callable[[DialogueState, Context, CorrectionState], Turn]:
    def ask(state: DialogueState, ctx: Context, dialogue: CorrectionState) -> Turn:
        corrections.check(ctx, cases.open_case(ctx, dialogue.application_id), _act_of(dialogue.step))
        none = Choice(code(CorrectionStep("uncopied", dialogue.application_id)), Text("Tidak ada"))
        return ask_for_text(state, NAME, dialogue, text, *((none,) if dialogue.step == "copies" else ()))

    return ask


def _take(state: DialogueState, ctx: Context, dialogue: CorrectionState, words: str) -> Turn:
    if dialogue.step in PARTS:
        changes = _changes(ctx, cases.open_case(ctx, dialogue.application_id), dialogue.step, words)
        if isinstance(changes, Text):
            dropped = case_flow.drop_text(state, NAME, dialogue)
            return with_notice(case_flow.open_text(TEXTS, NAME, dialogue, dropped, ctx), changes)
    return _confirm(state, ctx, replace(dialogue, step="", part=dialogue.step, words=words))


def _changes(ctx: Context, application: Application, part: str, words: str) -> LetterChanges | Text:
    return read_changes(part, words, letter_facts.signer_of(ctx, application))


def _confirm(state: DialogueState, ctx: Context, shown: CorrectionState) -> Turn:
    """Says what becomes of the letter before anybody is told."""
    application = cases.open_case(ctx, shown.application_id)
    entry = corrections.check(ctx, application, _act_of(shown.part))
    written = verbatim(shown.words) if shown.words else Text("Tidak ada")
    text = paragraphs(written, QUESTIONS[_act_of(shown.part)](entry.number))
    confirm = ConfirmCorrection(shown.application_id, entry.letter_id, _mark(shown))
    return ask_for_choice(state, NAME, shown, text, Choice(code(confirm), LABELS[_act_of(shown.part)]))


def _mark(shown: CorrectionState) -> str:
    """Names the words that were shown, in a few characters."""
    return fingerprint([shown.part, shown.words])


def _correct(state: DialogueState, ctx: Context, application_id: int, letter_id: int, mark: str) -> Turn:
    shown, application = read(CorrectionState, state.data), cases.open_case(ctx, application_id)
    if shown is None or shown.application_id != application_id or _mark(shown) != mark:
        return case_screen.show(state, ctx, application_id, Text("Surat belum diubah. Silakan mulai sekali lagi."))
    act = _act_of(shown.part)
    if act == "replace_letter":
        corrections.replace_letter(ctx, application, letter_id, shown.words)
    elif act == "revoke_letter":
        corrections.revoke_letter(ctx, application, letter_id, shown.words)
    else:
        changes = _changes(ctx, application, shown.part, shown.words)
        if isinstance(changes, Text):
            raise ActionRefused(changes)
        corrections.amend_letter(ctx, application, letter_id, changes)
    filed = case_flow.drop_text(state, NAME, CorrectionState(application_id, shown.part))
    return case_screen.show(filed, ctx, application_id, DONE[act])


#: parts of a letter whose words are checked before the question
PARTS = {"signer", "place"}
#: what is asked for → the act that it leads to; the parts of a letter lead to its correction
ACTS_OF_PARTS: Mapping[str, Act] = {"replace": "replace_letter", "revoke": "revoke_letter"}
LABELS: Mapping[Act, Text] = {
    "amend_letter": Text("Ya, perbaiki"),
    "replace_letter": Text("Ya, ganti surat"),
    "revoke_letter": Text("Ya, cabut surat"),
}
DONE: Mapping[Act, Text] = {
    "amend_letter": Text("✓ Surat diperbaiki. Dokumennya sedang dibuat, lalu dikirim kepada pemohon."),
    "replace_letter": Text("✓ Surat diganti. Yang baru sedang dibuat, lalu dikirim kepada pemohon."),
    "revoke_letter": Text("✓ Surat dicabut. Pemohon diberi tahu."),
}
#: act → what is asked before it, about the letter with a number
QUESTIONS: Mapping[Act, Callable[[str], Text]] = {
    "amend_letter": lambda number: Text(
        "Surat %(number)s diperbaiki dengan nomor yang sama. Yang baru dikirim kepada pemohon dan menggantikan yang "
        "lama. Perbaiki sekarang?",
        number=number,
    ),
    "replace_letter": lambda number: Text(
        "Surat %(number)s tidak berlaku lagi dan diganti dengan surat bernomor baru. Pemohon langsung diberi tahu "
        "alasannya. Ganti sekarang?",
        number=number,
    ),
    "revoke_letter": lambda number: Text(
        "Surat %(number)s dicabut dan tidak berlaku lagi. Pemohon langsung diberi tahu alasannya. Cabut sekarang?",
        number=number,
    ),
}
_WHY = Text("Apa alasannya? Pemohon membacanya.")


def _text(heading: Text, question: Text) -> TextInput:
    return case_text(CorrectionState, heading, _asking(question), _take, "continue", keeps=True)


TEXTS: Mapping[str, TextInput] = {
    "grounds": _text(Text("Alasan yang baru:"), Text("Tulis seluruh alasan yang baru, satu alasan satu baris.")),
    "heed": _text(Text("Perlu diperhatikan:"), Text("Tulis seluruh hal yang perlu diperhatikan, satu hal satu baris.")),
    "to": _text(Text("Penerima yang baru:"), ASK_RECIPIENT),
    "copies": _text(Text("Tembusan yang baru:"), ASK_COPIES),
    "signer": _text(Text("Penanda tangan yang baru:"), ASK_SIGNER),
    "place": _text(Text("Tempat surat yang baru:"), ASK_PLACE),
    "replace": _text(Text("Alasan penggantian:"), _WHY),
    "revoke": _text(Text("Alasan pencabutan:"), _WHY),
}
