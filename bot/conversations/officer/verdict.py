"""Deciding and sending back: what is asked before each of them, and the question that confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
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
from bot.chat import Attachment, Choice, DialogueState, Incoming, Turn, with_notice
from bot.conversations import text_input
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form.session import fingerprint
from bot.conversations.officer import case_flow, case_screen, inbox, issuing
from bot.conversations.officer.case_flow import CaseHandler, ask_for_choice, ask_for_text, case_text
from bot.conversations.officer.case_view import open_view
from bot.conversations.officer.letter_texts import (
    chosen_text,
    numbered,
    ready_made_texts,
    split_items,
    text_choices,
)
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import TextInput
from bot.service import cases, examination, held_acts, remarks, transitions
from bot.service.cases import FEASIBLE, REJECTED
from bot.service.context import Context
from domain.frozen import frozen
from domain.letter_check import VERDICTS
from domain.lifecycle import Verdict
from domain.remarks import HEED, Severity, severities
from domain.text import Json, Text, lines, paragraphs, verbatim

NAME = "verdict"


@frozen
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
    return inbox.look_up(state, ctx, incoming.text)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The grounds, the advice, or what the director wants to be changed."""
    return case_flow.awaited_text(TEXTS, read(VerdictState, state.data))


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(VerdictState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    chosen = read(VerdictState, state.data)
    if chosen is None or not chosen.is_complete:
        return case_flow.reprompt(chosen, state, ctx, notice)
    confirm = partial(_confirm_verdict, state, ctx, chosen)
    return with_notice(case_flow.show_refusal_of(state, ctx, chosen.application_id, confirm), notice)


def _handle(action: VerdictAction, state: DialogueState, ctx: Context) -> Turn:
    chosen = _chosen(state, action.application_id)
    match action:
        case VerdictStep(act, application_id):
            return ACTS[act](state, ctx, application_id)
        case ChooseVerdict(application_id, verdict):
            return _write_grounds(state, ctx, VerdictState(application_id, verdict=verdict))
        case PickGround():
            return _pick_ground(state, ctx, action)
        case PickAdvice(application_id):
            return _pick_advice(state, ctx, chosen, action) if chosen else _ask_again(state, ctx, application_id)
        case ConfirmVerdict(application_id, verdict, round, mark):
            if chosen is None or not chosen.is_complete or chosen.verdict != verdict:
                return _ask_again(state, ctx, application_id)
            return _decide(state, ctx, chosen, round, mark)
        case ConfirmIssue():
            return issuing.issue(state, ctx, action)


def _chosen(state: DialogueState, application_id: int) -> VerdictState | None:
    """What was chosen so far for this application; `None` without a verdict and its grounds."""
    chosen = read(VerdictState, state.data)
    if chosen is None or chosen.application_id != application_id or not chosen.verdict or not chosen.grounds:
        return None
    return chosen


def _propose_feasible(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Everything is in order: the verdict with its most usual ground, to be confirmed; or with the grounds that the
    officer began to write.
    """
    view = open_view(ctx, application_id)
    transitions.check(ctx, view.application, "decide")
    examination.check_all_read(ctx, view.application, view.sections)
    written = VerdictState(application_id, "grounds", FEASIBLE)
    if text_input.find(state, NAME, to_json(written)) is not None:
        return _write_grounds(state, ctx, written)
    usual = ready_made_texts(FEASIBLE)[:1]
    return _confirm_verdict(state, ctx, VerdictState(application_id, verdict=FEASIBLE, grounds=tuple(usual)))


def _ask_verdict(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, application_id), "decide")
    verdicts: tuple[Verdict, ...] = (FEASIBLE, REJECTED)
    choices = [Choice(code(ChooseVerdict(application_id, verdict)), VERDICTS[verdict]) for verdict in verdicts]
    return ask_for_choice(state, NAME, VerdictState(application_id), Text("Apa hasil pemeriksaannya?"), *choices)


def _ask_again(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Answers a button whose verdict is no longer on the screen."""
    left = Text("Putusan itu belum tersimpan. Silakan pilih sekali lagi.")
    return with_notice(_ask_verdict(state, ctx, application_id), left)


def _pick_ground(state: DialogueState, ctx: Context, picked: PickGround) -> Turn:
    """Takes a ready-made ground. Asks first when it takes the place of words that the officer wrote."""
    dialogue = VerdictState(picked.application_id, "grounds", picked.verdict)
    grounds = chosen_text(picked.verdict, picked.choice)
    if not grounds:
        return _write_grounds(state, ctx, dialogue)
    asked = case_flow.ask_before_replacing(state, NAME, dialogue, verbatim(grounds[0]), picked)
    dropped = case_flow.drop_text(state, NAME, dialogue)
    return asked or _write_advice(dropped, ctx, replace(dialogue, grounds=grounds))


def _pick_advice(state: DialogueState, ctx: Context, chosen: VerdictState, picked: PickAdvice) -> Turn:
    dialogue = replace(chosen, step="heed", advice=(), is_complete=False)
    advice = chosen_text(HEED, picked.choice)
    shown = verbatim(advice[0]) if advice else Text("Tidak ada")
    asked = case_flow.ask_before_replacing(state, NAME, dialogue, shown, picked)
    dropped = case_flow.drop_text(state, NAME, dialogue)
    return asked or _confirm_verdict(dropped, ctx, replace(dialogue, advice=advice))


def _write_grounds(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    if not chosen.verdict:
        return _ask_verdict(state, ctx, chosen.application_id)
    _check_decidable(ctx, chosen)
    dialogue = VerdictState(chosen.application_id, "grounds", chosen.verdict)
    return case_flow.open_text(TEXTS, NAME, dialogue, state, ctx)


def _ask_grounds(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    if not chosen.verdict:
        return _ask_verdict(state, ctx, chosen.application_id)
    _check_decidable(ctx, chosen)
    pick = partial(PickGround, chosen.application_id, chosen.verdict)
    listed, choices = text_choices(chosen.verdict, pick)
    weights = _severities() if chosen.verdict == REJECTED else None
    text = paragraphs(Text("Tulis alasannya, satu alasan satu baris, atau pilih salah satu."), listed, weights)
    dialogue = VerdictState(chosen.application_id, "grounds", chosen.verdict)
    return ask_for_text(state, NAME, dialogue, text, *choices)


def _severities() -> Text:
    """Which of the ready-made grounds the applicant could mend."""
    named: Mapping[Severity, Text] = {
        "fatal": Text("Fatal, tidak dapat diperbaiki pemohon:"),
        "mendable": Text("Dapat diperbaiki pemohon:"),
    }
    return paragraphs(
        *(
            lines(heading, *(verbatim(f"• {text}") for text, weight in severities().items() if weight == severity))
            for severity, heading in named.items()
        )
    )


def _write_advice(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    if not chosen.grounds:
        return _write_grounds(state, ctx, chosen)
    _check_decidable(ctx, chosen)
    dialogue = VerdictState(chosen.application_id, "heed", chosen.verdict, chosen.grounds)
    return case_flow.open_text(TEXTS, NAME, dialogue, state, ctx)


def _ask_advice(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    _check_decidable(ctx, chosen)
    listed, choices = text_choices(HEED, partial(PickAdvice, chosen.application_id))
    choices.append(Choice(code(PickAdvice(chosen.application_id, 0)), Text("Tidak ada")))
    question = Text("Apa yang perlu diperhatikan pemohon? Tulis satu hal satu baris, atau pilih salah satu.")
    dialogue = VerdictState(chosen.application_id, "heed", chosen.verdict, chosen.grounds)
    return ask_for_text(state, NAME, dialogue, paragraphs(question, listed), *choices)


def _confirm_verdict(state: DialogueState, ctx: Context, chosen: VerdictState) -> Turn:
    """Shows the whole verdict once more before anybody is notified."""
    if not chosen.verdict or not chosen.grounds:
        return _write_grounds(state, ctx, chosen)
    _check_decidable(ctx, chosen)
    application_id, verdict = chosen.application_id, chosen.verdict
    round = cases.open_case(ctx, application_id).round
    text = paragraphs(
        Text("Putusan: %(verdict)s", verdict=VERDICTS[verdict]),
        numbered(Text("Alasan:"), chosen.grounds),
        numbered(Text("Perlu diperhatikan:"), chosen.advice),
        _reminders(ctx, application_id) if verdict == FEASIBLE else _mendable(ctx, chosen),
        Text("Pemohon lalu diberi tahu hasilnya. Putuskan sekarang?"),
    )
    choices = (
        Choice(code(ConfirmVerdict(application_id, verdict, round, _mark(chosen))), Text("Ya, putuskan")),
        Choice(code(ChooseVerdict(application_id, verdict)), Text("Ubah isinya")),
    )
    return ask_for_choice(state, NAME, replace(chosen, step="", is_complete=True), text, *choices)


def _reminders(ctx: Context, application_id: int) -> Text | None:
    """What the actor has not opened, and what the examiner's rules found, before the application is called feasible."""
    view = open_view(ctx, application_id)
    count = len(view.findings)
    found = Text("Pemeriksaan otomatis menemukan %(count)s hal; lihat pada bloknya.", count=count) if count else None
    return lines(case_screen.unread_of(view), found) if view.unread or found else None


def _mendable(ctx: Context, chosen: VerdictState) -> Text | None:
    """Reminds that the applicant could mend it, before an application is rejected that nobody asked to be mended."""
    application = cases.open_case(ctx, chosen.application_id)
    has_fatal_ground = any(severities().get(ground) == "fatal" for ground in chosen.grounds)
    if application.returned_at is not None or has_fatal_ground or remarks.has_fatal(ctx, application):
        return None
    return Text("Belum ada catatan fatal, dan pemohon belum pernah diminta memperbaiki. Minta perbaikan dahulu?")


def _mark(chosen: VerdictState) -> str:
    """Names the texts that were shown, in a few characters."""
    return fingerprint([[*chosen.grounds], [*chosen.advice]])


def _decide(state: DialogueState, ctx: Context, chosen: VerdictState, round: int, mark: str) -> Turn:
    application = cases.open_case(ctx, chosen.application_id)
    if (application.round, _mark(chosen)) != (round, mark):
        changed = Text("Putusannya sudah berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
        return with_notice(_confirm_verdict(state, ctx, chosen), changed)
    known: dict[str, Json] = {
        "round": round,
        "verdict": chosen.verdict,
        "grounds": [*chosen.grounds],
        "advice": [*chosen.advice],
    }
    is_held = held_acts.do_or_hold(ctx, application, "decide", known)
    decided = _without_texts(state, chosen.application_id)
    return case_screen.show_done(decided, ctx, chosen.application_id, is_held, held_acts.DONE["decide"])


def _without_texts(state: DialogueState, application_id: int) -> DialogueState:
    """Forgets what was written for the verdict: it stands in the letter now."""
    written = (text for text in state.unsent if text.conversation == NAME)
    return text_input.drop(state, *(text for text in written if text.data.get("application") == application_id))


def _check_decidable(ctx: Context, chosen: VerdictState) -> None:
    """Raises `ActionRefused` now, so that nobody types texts for a verdict that would be refused afterwards."""
    application = cases.open_case(ctx, chosen.application_id)
    transitions.check(ctx, application, "decide")
    if chosen.verdict == FEASIBLE:
        remarks.check_none_open(ctx, application)


def _write_why_back(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Shows the letter that would be returned."""
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "send_back")
    file, letter = cases.open_letter(ctx, application), cases.drawn_letter(ctx, application)
    dialogue = VerdictState(application_id, "back", letter_id=letter.id)
    shown = case_flow.open_text(TEXTS, NAME, dialogue, state, ctx)
    return replace(shown, prompts=(replace(shown.prompts[0], attachment=Attachment(file.id, file.name)),))


def _ask_why_back(state: DialogueState, ctx: Context, dialogue: VerdictState) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, dialogue.application_id), "send_back")
    text = Text("Apa yang perlu diubah? Catatan ini dikirim kepada petugas.")
    return ask_for_text(state, NAME, dialogue, text)


def _send_back(state: DialogueState, ctx: Context, dialogue: VerdictState, words: str) -> Turn:
    application = cases.open_case(ctx, dialogue.application_id)
    transitions.check(ctx, application, "send_back")
    if cases.drawn_letter(ctx, application).id != dialogue.letter_id:
        return with_notice(_write_why_back(state, ctx, dialogue.application_id), cases.LETTER_CHANGED)
    known: dict[str, Json] = {"letter_id": dialogue.letter_id, "words": words}
    is_held = held_acts.do_or_hold(ctx, application, "send_back", known)
    filed = case_flow.drop_text(state, NAME, dialogue)
    return case_screen.show_done(filed, ctx, dialogue.application_id, is_held, held_acts.DONE["send_back"])


ACTS: Mapping[VerdictAct, CaseHandler] = {
    "fine": _propose_feasible,
    "decide": _ask_verdict,
    "back": _write_why_back,
    "issue": issuing.confirm,
    "sure": issuing.confirm,  # version 0.1 sent it as the last button
}
TEXTS: Mapping[str, TextInput] = {
    "grounds": case_text(
        VerdictState,
        Text("Alasan:"),
        _ask_grounds,
        lambda state, ctx, chosen, words: _write_advice(state, ctx, replace(chosen, grounds=split_items(words))),
        "continue",
        keeps=True,
    ),
    "heed": case_text(
        VerdictState,
        Text("Perlu diperhatikan:"),
        _ask_advice,
        lambda state, ctx, chosen, words: _confirm_verdict(state, ctx, replace(chosen, advice=split_items(words))),
        "continue",
        keeps=True,
    ),
    "back": case_text(VerdictState, Text("Catatan Anda untuk petugas:"), _ask_why_back, _send_back, "send", keeps=True),
}
