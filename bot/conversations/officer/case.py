"""One application on an officer's phone: claim it, leave notes, request a revision, send its letter to the director."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.actions import Action, code
from bot.actions.examination import ConfirmRevision, ConfirmTakeBack, UndoHeldAct
from bot.actions.officer import CaseAct, CaseAction, CaseStep, ConfirmExpiry, ConfirmSending, OpenCase
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn, with_notice
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, case_screen, examine, inbox, revision
from bot.conversations.officer.case_flow import CaseHandler, ask_for_choice, ask_for_text, case_text
from bot.conversations.officer.case_screen import WITH_DRAFT_LETTER, CaseState
from bot.conversations.similar_activities import listing
from bot.conversations.state import read, to_json
from bot.conversations.text_input import TextInput
from bot.service import access, cases, decisions, held_acts, papers, remarks, revisions, similar_activities, transitions
from bot.service.context import Context
from bot.service.papers import PaperKind
from domain.text import Text, paragraphs
from storage.tables import Application

NAME = case_screen.NAME


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, CaseAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """The code of a question such as "3.2", else words to look up."""
    dialogue = read(CaseState, state.data)
    answer = examine.find_answer(incoming, dialogue, state, ctx)
    return answer or inbox.look_up(state, ctx, incoming.text)


def awaited_text(state: DialogueState) -> TextInput | None:
    """A note for colleagues."""
    return case_flow.awaited_text(TEXTS, read(CaseState, state.data))


def go_back(state: DialogueState, ctx: Context) -> Turn:
    """From the note to the application, from the application to the list."""
    opened = read(CaseState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None and opened.step else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return case_flow.reprompt(read(CaseState, state.data), state, ctx, notice)


def _handle(action: CaseAction, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case OpenCase(application_id, read_section):
            return case_screen.show(state, ctx, application_id, read_section=read_section)
        case CaseStep(act, application_id):
            return ACTS[act](state, ctx, application_id)
        case ConfirmExpiry(application_id, round):
            return _expire(state, ctx, application_id, round)
        case ConfirmRevision(application_id, round, mark):
            return revision.request(state, ctx, application_id, round, mark)
        case ConfirmTakeBack(application_id, round):
            return revision.take_back(state, ctx, application_id, round)
        case UndoHeldAct(application_id, held_id):
            return _undo(state, ctx, application_id, held_id)
        case ConfirmSending(application_id, letter_id, round):
            return _send(state, ctx, application_id, letter_id, round)


def _do(act: Callable[[Context, Application], None], done: Text) -> CaseHandler:
    def do(state: DialogueState, ctx: Context, application_id: int) -> Turn:
        act(ctx, cases.open_case(ctx, application_id))
        return case_screen.show(state, ctx, application_id, done)

    return do


def _confirm_sending(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Shows the letter that goes to the director."""
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "send_to_director")
    file, letter = cases.open_letter(ctx, application), cases.drawn_letter(ctx, application)
    text = Text("Kirim konsep surat untuk %(number)s kepada direktur?", number=application.number)
    sends = ConfirmSending(application_id, letter.id, application.round)
    confirm = Choice(code(sends), Text("Ya, kirim ke direktur"), Text("Ya, kirim"))
    shown = Attachment(file.id, file.name)
    return ask_for_choice(state, NAME, CaseState(application_id), text, confirm, attachment=shown)


def _send(state: DialogueState, ctx: Context, application_id: int, letter_id: int, round: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "send_to_director")
    if (cases.drawn_letter(ctx, application).id, application.round) != (letter_id, round):
        return with_notice(_confirm_sending(state, ctx, application_id), cases.LETTER_CHANGED)
    if decisions.send_to_director(ctx, application, letter_id):
        return case_screen.show(state, ctx, application_id, Text("✓ Surat sudah dikirim kepada direktur."))
    text = Text(
        "✓ Surat menunggu terbit. Belum ada direktur di percakapan ini: sampaikan suratnya kepada direktur, "
        "lalu pilih Catat surat terbit."
    )
    return case_screen.show(state, ctx, application_id, text)


def _show_letter(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    file = cases.open_letter(ctx, application)
    if application.status in WITH_DRAFT_LETTER:
        text = Text("Konsep surat untuk %(number)s", number=application.number)
    else:
        text = Text("Surat untuk %(number)s", number=application.number)
    back = Choice(code(OpenCase(application_id)), Text("Kembali"), nav=True)
    choices = (*case_screen.letter_choices(ctx, application), back)
    return turn(
        state.at(NAME, **to_json(CaseState(application_id))), Prompt(text, choices, Attachment(file.id, file.name))
    )


def _order(kind: PaperKind) -> CaseHandler:
    def order(state: DialogueState, ctx: Context, application_id: int) -> Turn:
        papers.order(ctx, kind, cases.open_case(ctx, application_id).id)
        return case_screen.show(state, ctx, application_id, papers.IN_WORK)

    return order


def _undo(state: DialogueState, ctx: Context, application_id: int, held_id: int) -> Turn:
    undone = held_acts.undo(ctx, cases.open_case(ctx, application_id), held_id)
    told = (
        Text("✓ Dibatalkan. Tidak ada yang diberi tahu.") if undone else Text("Itu sudah dijalankan atau dibatalkan.")
    )
    return case_screen.show(state, ctx, application_id, told)


def _write_note(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    return case_flow.open_text(TEXTS, NAME, CaseState(application_id, "note"), state, ctx)


def _ask_note(state: DialogueState, ctx: Context, dialogue: CaseState) -> Turn:
    access.require(ctx, cases.open_case(ctx, dialogue.application_id), "note")
    text = Text("Tulis catatan untuk rekan petugas. Pemohon tidak melihatnya.")
    return ask_for_text(state, NAME, dialogue, text)


def _record_note(state: DialogueState, ctx: Context, dialogue: CaseState, words: str) -> Turn:
    remarks.add_note(ctx, cases.open_case(ctx, dialogue.application_id), words)
    return case_screen.show(state, ctx, dialogue.application_id, Text("✓ Catatan internal tersimpan."))


def _confirm_expiry(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    revisions.check_overdue(ctx, application)
    text = Text(
        "Pemohon belum menjawab catatan sejak %(day)s. Nyatakan permohonan %(number)s kedaluwarsa? "
        "Pemohon langsung diberi tahu, dan permohonan tidak dapat dibuka lagi.",
        day=revisions.returned_on(ctx, application),
        number=application.number,
    )
    confirm = Choice(code(ConfirmExpiry(application_id, application.round)), Text("Ya, kedaluwarsa"))
    return ask_for_choice(state, NAME, CaseState(application_id), text, confirm)


def _expire(state: DialogueState, ctx: Context, application_id: int, round: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    revisions.check_overdue(ctx, application)
    if application.round != round:
        return _confirm_expiry(state, ctx, application_id)
    revisions.expire(ctx, application, round)
    done = Text("✓ Permohonan dinyatakan kedaluwarsa. Pemohon diberi tahu.")
    return case_screen.show(state, ctx, application_id, done)


def _show_similar(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    found = similar_activities.of_application(ctx, application)
    text = paragraphs(
        Text("Kegiatan yang mirip dengan “%(title)s”:", title=application.title),
        listing(found) if found else Text("Tidak ada kegiatan mirip di katalog."),
    )
    back = Choice(code(OpenCase(application_id)), Text("Kembali"), nav=True)
    return turn(state.at(NAME, **to_json(CaseState(application_id))), Prompt(text, (back,)))


ACTS: Mapping[CaseAct, CaseHandler] = {
    "letter": _show_letter,
    "claim": _do(cases.claim, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "release": _do(cases.release, Text("✓ Permohonan dilepaskan.")),
    "over": _do(cases.take_over, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "note": _write_note,
    "revision": revision.confirm_request,
    "retract": revision.confirm_take_back,
    "silent": _confirm_expiry,
    "expire": _confirm_expiry,  # version 0.1 sent it as the last button
    "send": _confirm_sending,
    "similar": _show_similar,
    "english": _order("translation"),
    "remarks": _order("remarks"),
}
TEXTS: Mapping[str, TextInput] = {
    "note": case_text(CaseState, Text("Catatan internal Anda:"), _ask_note, _record_note),
}
