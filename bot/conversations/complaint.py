"""Complaints in the chat: writing one, and the office's answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.actions import Action, code
from bot.actions.applicant import WriteComplaint
from bot.actions.officer import AnswerComplaint, ListComplaints, OpenComplaint
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu, text_input
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import TextInput
from bot.service import complaints
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Complaint

NAME = "complaint"
_TOO_MANY = Text(
    "Hari ini pengaduan yang masuk sudah terlalu banyak, jadi yang ini belum kami catat. "
    "Silakan kirim lagi besok, atau hubungi kami langsung."
)
_NOT_YOURS = Text("Pengaduan itu sudah dijawab, atau bukan untuk Anda jawab.")


@dataclass(frozen=True, slots=True)
class ComplaintState:
    """`step`: "write" waits for a complaint, "answer" for the answer to the complaint `complaint_id`. Without a step,
    that complaint or that page of the list is on the screen.
    """

    step: Literal["", "write", "answer"] = ""
    complaint_id: int | None = field(default=None, metadata=stored_as("complaint"))
    page: int | None = None
    place: str = ""


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Where to complain, and that it can be done right here."""
    write = Choice(code(WriteComplaint()), Text("Tulis pengaduan di sini"), Text("Tulis pengaduan"))
    return turn(state.at(NAME), Prompt(paragraphs(notice, guide.complaint(ctx)), (write, MENU)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match read(ComplaintState, state.data):
        case ComplaintState(complaint_id=int(complaint_id)):
            return _open(state, ctx, complaint_id, notice)
        case ComplaintState(page=int(page), place=place):
            return _show_list(state, ctx, page, place, notice)
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The complaint itself, or an officer's answer to one."""
    match read(ComplaintState, state.data):
        case ComplaintState(step="write"):
            return _COMPLAINT
        case ComplaintState(step="answer", complaint_id=int()):
            return _ANSWER
    return None


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case WriteComplaint():
            return text_input.show(_COMPLAINT, state.at(NAME, **to_json(ComplaintState("write"))), ctx)
        case OpenComplaint(complaint_id):
            return _open(state, ctx, complaint_id)
        case ListComplaints(page, place):
            return _show_list(state, ctx, page, place)
        case AnswerComplaint(complaint_id):
            if not complaints.can_be_answered(ctx, complaint_id):
                return menu.show(state, ctx, _NOT_YOURS)
            waiting = state.at(NAME, **to_json(ComplaintState("answer", complaint_id)))
            return text_input.show(_ANSWER, waiting, ctx)
    return show(state, ctx)


def _ask_complaint(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    text = Text("Silakan tulis pengaduan Anda: apa yang terjadi, kapan, dan apa yang Anda harapkan.")
    return turn(state, Prompt(paragraphs(notice, text), (MENU,), expects="text"))


def _ask_answer(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    text = Text("Tulis jawaban Anda. Jawaban dikirim ke percakapan pengadu.")
    return turn(state, Prompt(paragraphs(notice, text), (MENU,), expects="text"))


def _file(state: DialogueState, ctx: Context, words: str) -> Turn:
    complaint = complaints.file(ctx, words)
    if complaint is None:
        raise ActionRefused(_TOO_MANY)
    text = Text(
        "Pengaduan Anda kami terima dengan nomor %(number)s. "
        "Jawaban pertama kami kirim di percakapan ini paling lambat %(day)s.",
        number=complaint.number,
        day=complaint.first_answer_by,
    )
    return menu.show(state, ctx, text)


def _file_answer(state: DialogueState, ctx: Context, words: str) -> Turn:
    dialogue = read(ComplaintState, state.data) or ComplaintState()
    answered = dialogue.complaint_id is not None and complaints.answer(ctx, dialogue.complaint_id, words)
    return menu.show(state, ctx, Text("✓ Jawaban sudah dikirim.") if answered else _NOT_YOURS)


_COMPLAINT = TextInput(Text("Pengaduan Anda:"), _ask_complaint, _file, menu.show)
_ANSWER = TextInput(Text("Jawaban Anda:"), _ask_answer, _file_answer, menu.show)


def _show_list(state: DialogueState, ctx: Context, page: int, place: str, notice: Text | None = None) -> Turn:
    """For officers: the complaints that wait for an answer."""
    waiting = complaints.list_open(ctx, start_of(page, place, complaints.PAGE))
    if not waiting.rows:
        return menu.show(state, ctx, Text("Tidak ada pengaduan yang menunggu jawaban."))
    rows = [
        Text("• %(number)s · jawab paling lambat %(day)s", number=complaint.number, day=complaint.first_answer_by)
        for complaint in waiting.rows
    ]
    choices = [_open_choice(complaint) for complaint in waiting.rows]
    navigation = place_choices(ListComplaints, page, waiting)
    text = paragraphs(notice, Text("Pengaduan yang menunggu jawaban:"), lines(*rows))
    listed = state.at(NAME, **to_json(ComplaintState(page=page, place=place)))
    return turn(listed, Prompt(text, (*choices, *navigation, MENU)))


def _open_choice(complaint: Complaint) -> Choice:
    return Choice(code(OpenComplaint(complaint.id)), Text("%(number)s", number=complaint.number))


def _open(state: DialogueState, ctx: Context, complaint_id: int, notice: Text | None = None) -> Turn:
    complaint = complaints.read(ctx, complaint_id)
    if complaint is None:
        return menu.show(state, ctx, Text("Pengaduan itu tidak dapat Anda buka."))
    is_open = complaint.state == "open"
    choices = (Choice(code(AnswerComplaint(complaint.id)), Text("Jawab")),) if is_open else ()
    text = paragraphs(
        notice,
        lines(
            Text("Pengaduan %(number)s", number=complaint.number),
            Text("Masuk: %(day)s", day=complaint.created_at.astimezone(ctx.office.zone).date()),
            Text("Jawab paling lambat: %(day)s", day=complaint.first_answer_by) if is_open else None,
        ),
        verbatim(complaint.text),
        Text("Jawaban: %(words)s", words=complaint.answer) if complaint.answer else None,
    )
    opened = state.at(NAME, **to_json(ComplaintState(complaint_id=complaint.id)))
    return turn(opened, Prompt(text, (*choices, MENU)))
