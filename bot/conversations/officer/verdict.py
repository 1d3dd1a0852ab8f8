"""Deciding, sending back, issuing: what is asked before each of them, and the question that confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from bot.actions import Action, code
from bot.actions.officer import (
    ChooseVerdict,
    ConfirmIssue,
    ConfirmVerdict,
    PickAdvice,
    PickGround,
    VerdictAct,
    VerdictAction,
    VerdictStep,
)
from bot.chat import Attachment, Choice, DialogueState, Incoming, Turn
from bot.conversations.form.session import fingerprint
from bot.conversations.officer import case_flow, case_screen, inbox
from bot.conversations.officer.case_flow import UNKNOWN_BUTTON, CaseHandler, TextInput, ask_for_choice, ask_for_text
from bot.conversations.officer.case_view import open_view
from bot.conversations.officer.letter_texts import (
    chosen_text,
    numbered,
    ready_made_texts,
    split_items,
    text_choices,
)
from bot.conversations.state import read, stored_as
from bot.service import cases, decisions, remarks, transitions
from bot.service.cases import FEASIBLE, REJECTED, VERDICTS
from bot.service.context import Context
from domain.lifecycle import Verdict
from domain.remarks import HEED
from domain.text import Text, paragraphs

NAME = "verdict"


@dataclass(frozen=True, slots=True)
class VerdictState:
    """What was chosen and typed so far. `step`: the text that is waited for; empty: none."""

    application_id: int = field(metadata=stored_as("application"))
    step: Literal["", "grounds", "heed", "back"] = ""
    verdict: Verdict | Literal[""] = ""
    grounds: tuple[str, ...] = ()
    advice: tuple[str, ...] = field(default=(), metadata=stored_as("heed"))
    is_complete: bool = field(default=False, metadata=stored_as("ready"))  #: the whole verdict is on the screen
    letter_id: int = 0  #: the letter that was shown with the question of the step "back"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, VerdictAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return case_flow.on_message(INPUTS, read(VerdictState, state.data), incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    chosen = read(VerdictState, state.data)
    if chosen is None or not chosen.is_complete:
        return case_flow.reprompt(INPUTS, chosen, state, ctx, notice)
    confirm = partial(_confirm_verdict, state, ctx, chosen)
    return case_flow.with_notice(notice, case_flow.show_refusal_of(state, ctx, chosen.application_id, confirm))


def _handle(action: VerdictAction, state: DialogueState, ctx: Context) -> Turn:
    chosen = _chosen(state, action.application_id)
    match action:
        case VerdictStep(act, application_id):
            return ACTS[act](state, ctx, application_id)
        case ChooseVerdict(application_id, verdict):
            return _ask_grounds(state, ctx, VerdictState(application_id, verdict=verdict))
        case PickGround(application_id, verdict, choice):
            grounds = chosen_text(verdict, choice)
            return _ask_advice(state, ctx, VerdictState(application_id, verdict=verdict, grounds=grounds))
        case PickAdvice(application_id, choice):
            if chosen is None:
                return _ask_verdict(state, ctx, application_id)
            return _confirm_verdict(state, ctx, replace(chosen, advice=chosen_text(HEED, choice)))
        case ConfirmVerdict(application_id, verdict, round, mark):
            if chosen is None or not chosen.is_complete or chosen.verdict != verdict:
                return _ask_verdict(state, ctx, application_id)
            return _decide(state, ctx, chosen, round, mark)
        case ConfirmIssue(application_id, letter_id, round):
            return _issue(state, ctx, application_id, letter_id, round)


def _chosen(state: DialogueState, application_id: int) -> VerdictState | None:
    """What was chosen so far for this application; `None` without a verdict and its grounds."""
    chosen = read(VerdictState, state.data)
    if chosen is None or chosen.application_id != application_id or not chosen.verdict or not chosen.grounds:
        return None
    return chosen


def _propose_feasible(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Everything is in order: the verdict with its most usual ground, to be confirmed."""
    usual = ready_made_texts(FEASIBLE)[:1]
    return _confirm_verdict(state, ctx, VerdictState(application_id, verdict=FEASIBLE, grounds=tuple(usual)))


def _ask_verdict(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, application_id), "decide")
    verdicts: tuple[Verdict, ...] = (FEASIBLE, REJECTED)
    choices = [Choice(code(ChooseVerdict(application_id, verdict)), VERDICTS[verdict]) for verdict in verdicts]
    return ask_for_choice(state, NAME, VerdictState(application_id), Text("Apa hasil pemeriksaannya?"), *choices)


def _ask_grounds(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    if not chosen.verdict:
        return _ask_verdict(state, ctx, chosen.application_id)
    _check_decidable(ctx, chosen)
    pick = partial(PickGround, chosen.application_id, chosen.verdict)
    listed, choices = text_choices(chosen.verdict, pick)
    text = paragraphs(Text("Tulis alasannya, satu alasan satu baris, atau pilih salah satu."), listed)
    dialogue = VerdictState(chosen.application_id, "grounds", chosen.verdict)
    return ask_for_text(state, NAME, dialogue, text, *choices)


def _ask_advice(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    if not chosen.grounds:
        return _ask_grounds(state, ctx, chosen)
    _check_decidable(ctx, chosen)
    listed, choices = text_choices(HEED, partial(PickAdvice, chosen.application_id))
    choices.append(Choice(code(PickAdvice(chosen.application_id, 0)), Text("Tidak ada")))
    question = Text("Apa yang perlu diperhatikan pemohon? Tulis satu hal satu baris, atau pilih salah satu.")
    dialogue = VerdictState(chosen.application_id, "heed", chosen.verdict, chosen.grounds)
    return ask_for_text(state, NAME, dialogue, paragraphs(question, listed), *choices)


def _confirm_verdict(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    """Shows the whole verdict once more before anybody is notified."""
    if not chosen.verdict or not chosen.grounds:
        return _ask_grounds(state, ctx, chosen)
    _check_decidable(ctx, chosen)
    application_id, verdict = chosen.application_id, chosen.verdict
    round = cases.open_case(ctx, application_id).round
    text = paragraphs(
        Text("Putusan: %(verdict)s", verdict=VERDICTS[verdict]),
        numbered(Text("Alasan:"), chosen.grounds),
        numbered(Text("Perlu diperhatikan:"), chosen.advice),
        _findings(ctx, application_id) if verdict == FEASIBLE else None,
        Text("Pemohon langsung diberi tahu hasilnya. Putuskan sekarang?"),
    )
    choices = (
        Choice(code(ConfirmVerdict(application_id, verdict, round, _mark(chosen))), Text("Ya, putuskan")),
        Choice(code(ChooseVerdict(application_id, verdict)), Text("Ubah isinya")),
    )
    return ask_for_choice(state, NAME, replace(chosen, step="", is_complete=True), text, *choices)


def _findings(ctx: Context, application_id: int) -> Text | None:
    """Reminds of what the examiner's rules found, before the application is called feasible."""
    count = len(open_view(ctx, application_id).findings)
    return Text("Pemeriksaan otomatis menemukan %(count)s hal; lihat pada bloknya.", count=count) if count else None


def _mark(chosen: VerdictState) -> str:
    """Names the texts that were shown, in a few characters."""
    return fingerprint([[*chosen.grounds], [*chosen.advice]])


def _decide(state: DialogueState, ctx: Context, chosen: VerdictState, round: int, mark: str) -> Turn:
    application = cases.open_case(ctx, chosen.application_id)
    if (application.round, _mark(chosen)) != (round, mark):
        changed = Text("Putusannya sudah berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
        return case_flow.with_notice(changed, _confirm_verdict(state, ctx, chosen))
    decisions.decide(ctx, application, round, chosen.verdict, list(chosen.grounds), list(chosen.advice))
    done = Text("✓ Putusan tersimpan. Konsep suratnya sedang disusun.")
    return case_screen.show(state, ctx, chosen.application_id, done)


def _check_decidable(ctx: Context, chosen: VerdictState) -> None:
    """Raises `ActionRefused` now, so that nobody types texts for a verdict that would be refused afterwards."""
    application = cases.open_case(ctx, chosen.application_id)
    transitions.check(ctx, application, "decide")
    if chosen.verdict == FEASIBLE:
        remarks.check_none_open(ctx, application)


def _ask_why_back(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Shows the letter that would be returned."""
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "send_back")
    file, letter = cases.open_letter(ctx, application), cases.drawn_letter(ctx, application)
    text = Text("Apa yang perlu diubah? Catatan ini dikirim kepada petugas.")
    dialogue = VerdictState(application_id, "back", letter_id=letter.id)
    return ask_for_text(state, NAME, dialogue, text, attachment=Attachment(file.id, file.name))


def _send_back(state: DialogueState, ctx: Context, dialogue: VerdictState, words: str) -> Turn:
    application = cases.open_case(ctx, dialogue.application_id)
    transitions.check(ctx, application, "send_back")
    if cases.drawn_letter(ctx, application).id != dialogue.letter_id:
        return case_flow.with_notice(cases.LETTER_CHANGED, _ask_why_back(state, ctx, dialogue.application_id))
    decisions.send_back(ctx, application, dialogue.letter_id, words)
    return case_screen.show(state, ctx, dialogue.application_id, Text("✓ Surat dikembalikan kepada petugas."))


def _confirm_issue(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    decisions.check_issue(ctx, application)
    file, letter = cases.open_letter(ctx, application), cases.drawn_letter(ctx, application)
    text = Text(
        "Terbitkan surat untuk %(number)s? Nomor surat diberikan sekarang, dan surat dikirim kepada pemohon.",
        number=application.number,
    )
    confirm = Choice(code(ConfirmIssue(application_id, letter.id, application.round)), Text("Ya, terbitkan"))
    shown = Attachment(file.id, file.name)
    return ask_for_choice(state, NAME, VerdictState(application_id), text, confirm, attachment=shown)


def _issue(state: DialogueState, ctx: Context, application_id: int, letter_id: int, round: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "issue")
    if (cases.drawn_letter(ctx, application).id, application.round) != (letter_id, round):
        return case_flow.with_notice(cases.LETTER_CHANGED, _confirm_issue(state, ctx, application_id))
    decisions.issue(ctx, application, letter_id)
    done = Text("✓ Surat terbit. Dokumennya sedang dibuat, lalu dikirim kepada pemohon.")
    return case_screen.show(state, ctx, application_id, done)


ACTS: Mapping[VerdictAct, CaseHandler] = {
    "fine": _propose_feasible,
    "decide": _ask_verdict,
    "back": _ask_why_back,
    "issue": _confirm_issue,
    "sure": _confirm_issue,  # version 0.1 sent it as the last button
}
INPUTS: Mapping[str, TextInput[VerdictState]] = {
    "grounds": TextInput(
        _ask_grounds,
        lambda state, ctx, chosen, words: _ask_advice(state, ctx, replace(chosen, grounds=split_items(words))),
    ),
    "heed": TextInput(
        _ask_advice,
        lambda state, ctx, chosen, words: _confirm_verdict(state, ctx, replace(chosen, advice=split_items(words))),
    ),
    "back": TextInput(lambda state, ctx, dialogue: _ask_why_back(state, ctx, dialogue.application_id), _send_back),
}
