"""The director issues a letter. What the letter lacks is asked first, then who signs it is shown with the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import partial
from typing import Literal

from bot.actions import Action, code
from bot.actions.officer import ConfirmIssue, IssuingStep, LetterPart
from bot.chat import Attachment, Choice, DialogueState, Incoming, Turn, with_notice
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form.session import fingerprint
from bot.conversations.officer import case_flow, case_screen, inbox
from bot.conversations.officer.case_flow import ask_for_choice, ask_for_text, case_text
from bot.conversations.officer.letter_texts import (
    ASK_PLACE,
    ASK_RECIPIENT,
    ASK_SIGNER,
    place_line,
    read_changes,
    signer_line,
)
from bot.conversations.state import read, stored_as
from bot.conversations.text_input import TextInput
from bot.service import cases, decisions, held_acts, letter_facts, transitions
from bot.service.context import Context
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs
from storage.tables import Application

NAME = "issuing"


@frozen
class IssuingState:
    """`step`: the part of the letter that is waited for; empty: none."""

    application_id: int = field(metadata=stored_as("application"))
    step: Literal["", "signer", "place", "to"] = ""


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, IssuingStep):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    ask = partial(_write, state, ctx, action.application_id, action.act)
    return case_flow.show_refusal_of(state, ctx, action.application_id, ask)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return inbox.look_up(state, ctx, incoming.text)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The signer, the place or the recipient."""
    return case_flow.awaited_text(TEXTS, read(IssuingState, state.data))


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(IssuingState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return case_flow.reprompt(read(IssuingState, state.data), state, ctx, notice)


def confirm(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Shows the letter and its signer with the question; asks for what the letter lacks before. Raises
    `ActionRefused`.
    """
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "issue")
    file, letter = cases.open_letter(ctx, application), cases.drawn_letter(ctx, application)
    if missing := letter_facts.missing_parts(ctx, application):
        return _write(state, ctx, application_id, missing[0])
    signer = letter_facts.signer_of(ctx, application)
    text = paragraphs(
        Text(
            "Terbitkan surat untuk %(number)s? Surat itu mendapat nomor, lalu dikirim kepada pemohon.",
            number=application.number,
        ),
        lines(
            signer_line(signer),
            place_line(ctx, application),
            None if signer["nip"] else Text("NIP belum tercatat, jadi tidak tercetak pada surat."),
        ),
    )
    mark = _mark(ctx, application)
    choices = (
        Choice(code(ConfirmIssue(application_id, letter.id, application.round, mark)), Text("Ya, terbitkan")),
        Choice(code(IssuingStep("signer", application_id)), Text("Ubah penanda tangan")),
        Choice(code(IssuingStep("place", application_id)), Text("Ubah tempat surat")),
    )
    shown = Attachment(file.id, file.name)
    return ask_for_choice(state, NAME, IssuingState(application_id), text, *choices, attachment=shown)


def issue(state: DialogueState, ctx: Context, confirmed: ConfirmIssue) -> Turn:
    """Issues the letter that was shown; shows it again when it, or its signer, has changed since."""
    application_id = confirmed.application_id
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "issue")
    seen = (confirmed.letter_id, confirmed.round, confirmed.mark or _mark(ctx, application))
    if (cases.drawn_letter(ctx, application).id, application.round, _mark(ctx, application)) != seen:
        return with_notice(confirm(state, ctx, application_id), cases.LETTER_CHANGED)
    if letter_facts.missing_parts(ctx, application):
        return confirm(state, ctx, application_id)
    is_held = held_acts.do_or_hold(ctx, application, "issue", {"letter_id": confirmed.letter_id})
    return case_screen.show_done(state, ctx, application_id, is_held, held_acts.DONE["issue"])


def _mark(ctx: Context, application: Application) -> str:
    """Names the signer and the place that were shown, in a few characters."""
    return fingerprint([letter_facts.signer_of(ctx, application), letter_facts.place_of(ctx, application)])


def _write(state: DialogueState, ctx: Context, application_id: int, part: LetterPart) -> Turn:
    return case_flow.open_text(TEXTS, NAME, IssuingState(application_id, part), state, ctx)


def _asking(text: Text) -> Callable[[DialogueState, Context, IssuingState], Turn]:
    def ask(state: DialogueState, ctx: Context, dialogue: IssuingState) -> Turn:
        transitions.check(ctx, cases.open_case(ctx, dialogue.application_id), "issue")
        return ask_for_text(state, NAME, dialogue, text)

    return ask


def _take(state: DialogueState, ctx: Context, dialogue: IssuingState, words: str) -> Turn:
    """Then the question goes on where it was."""
    application = cases.open_case(ctx, dialogue.application_id)
    transitions.check(ctx, application, "issue")
    dropped = case_flow.drop_text(state, NAME, dialogue)
    changes = read_changes(dialogue.step, words, letter_facts.signer_of(ctx, application))
    if isinstance(changes, Text):
        return with_notice(case_flow.open_text(TEXTS, NAME, dialogue, dropped, ctx), changes)
    decisions.complete_letter(ctx, application, changes)
    return confirm(dropped, ctx, dialogue.application_id)


def _text(heading: Text, question: Text) -> TextInput:
    return case_text(IssuingState, heading, _asking(question), _take, keeps=True)


TEXTS: Mapping[str, TextInput] = {
    "signer": _text(Text("Penanda tangan surat:"), ASK_SIGNER),
    "place": _text(Text("Tempat surat:"), ASK_PLACE),
    "to": _text(Text("Penerima surat:"), ASK_RECIPIENT),
}
