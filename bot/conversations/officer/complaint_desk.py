"""Complaints as the staff see them: the list, one of them, its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.actions import Action, code
from bot.actions.complaint import ComplaintDeskStep, DeskAct
from bot.actions.officer import AnswerComplaint, ListComplaints, OpenComplaint
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import attachments, menu, text_input
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.complaint_state import NAME, ComplaintState, Step, read_asked
from bot.conversations.complaint_status import STATES, attach, entry_lines, file_choices, listed
from bot.conversations.state import to_json
from bot.conversations.text_input import TextInput
from bot.service import complaint_desk, officers
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Complaint

_NOT_YOURS = Text("Pengaduan itu sudah dijawab, atau bukan untuk Anda jawab.")
_NOT_NOW = Text("Itu tidak dapat dilakukan pada pengaduan ini sekarang.")
_NOT_OPEN = Text("Pengaduan itu tidak dapat Anda buka.")


def find(ctx: Context, number: str) -> int | None:
    """The id of a complaint that the actor may read as one of the staff."""
    return complaint_desk.find(ctx, number)


def reprompt(state: DialogueState, ctx: Context, shown: ComplaintState, notice: Text) -> Turn | None:
    """None when nothing of the staff's is on the screen."""
    match shown:
        case ComplaintState(complaint_id=int(complaint_id)):
            return open_complaint(state, ctx, complaint_id, notice)
        case ComplaintState(page=int(page), place=place):
            return _list(state, ctx, page, place, notice)
    return None


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case OpenComplaint(complaint_id):
            return open_complaint(state, ctx, complaint_id)
        case ListComplaints(page, place):
            return _list(state, ctx, page, place)
        case AnswerComplaint(complaint_id):
            return _ask(state, ctx, "answer", complaint_id)
        case ComplaintDeskStep("interim", complaint_id):
            return _ask(state, ctx, "interim", complaint_id)
        case ComplaintDeskStep(act, complaint_id):
            do, done = _ACTS[act]
            return open_complaint(state, ctx, complaint_id, done if do(ctx, complaint_id) else _NOT_NOW)
    return _list(state, ctx, 0, "")


_ACTS: Mapping[DeskAct, tuple[Callable[[Context, int], bool], Text]] = {
    "take": (complaint_desk.take, Text("✓ Anda yang menangani pengaduan ini.")),
    "release": (complaint_desk.release, Text("✓ Pengaduan ini kembali kepada semua petugas.")),
    "close": (complaint_desk.close, Text("✓ Pengaduan ini dinyatakan selesai.")),
}


def _list(state: DialogueState, ctx: Context, page: int, place: str, notice: Text | None = None) -> Turn:
    """The complaints that wait for an answer."""
    waiting = complaint_desk.list_open(ctx, start_of(page, place, complaint_desk.PAGE))
    if not waiting.rows:
        return menu.show(state, ctx, Text("Tidak ada pengaduan yang menunggu jawaban."))
    rows = [
        Text("• %(number)s · jawab paling lambat %(day)s", number=complaint.number, day=complaint.due_on)
        for complaint in waiting.rows
    ]
    choices = [Choice(code(OpenComplaint(complaint.id)), verbatim(complaint.number)) for complaint in waiting.rows]
    navigation = place_choices(ListComplaints, page, waiting)
    text = paragraphs(notice, Text("Pengaduan yang menunggu jawaban:"), lines(*rows))
    listed = state.at(NAME, **to_json(ComplaintState(page=page, place=place)))
    return turn(listed, Prompt(text, (*choices, *navigation, MENU)))


def open_complaint(state: DialogueState, ctx: Context, complaint_id: int, notice: Text | None = None) -> Turn:
    complaint = complaint_desk.read(ctx, complaint_id)
    if complaint is None:
        return menu.show(state, ctx, _NOT_OPEN)
    entries = complaint_desk.entries(ctx, complaint)
    text = paragraphs(
        notice,
        lines(
            Text("Pengaduan %(number)s", number=complaint.number),
            Text("Status: %(status)s", status=STATES[complaint.state]),
            Text("Masuk: %(day)s", day=complaint.created_at.astimezone(ctx.office.zone).date()),
            Text("Jawab paling lambat: %(day)s", day=complaint.due_on) if complaint.state == "open" else None,
            _complainer(ctx, complaint),
            Text("Tentang: %(who)s", who=complaint.about) if complaint.about else None,
            Text("Ditangani: %(name)s", name=officers.name_of(ctx, complaint.officer_id))
            if complaint.officer_id is not None
            else None,
        ),
        verbatim(complaint.text),
        *(entry_lines(ctx, entry) for entry in entries),
    )
    opened = state.at(NAME, **to_json(ComplaintState(complaint_id=complaint.id)))
    overview = Choice(code(ListComplaints()), Text("Semua pengaduan"), nav=True)
    return turn(opened, Prompt(text, (*_choices(ctx, complaint), *file_choices(entries), overview, MENU)))


def _complainer(ctx: Context, complaint: Complaint) -> Text:
    person = complaint_desk.complainer(ctx, complaint)
    if person is None:
        return Text("Pengadu: tanpa nama")
    known = ", ".join(filter(None, (person.name, person.institution)))
    return Text("Pengadu: %(who)s", who=known) if known else Text("Pengadu: belum mendaftar")


def _choices(ctx: Context, complaint: Complaint) -> tuple[Choice, ...]:
    """What the actor may do now; each act checks again."""
    id = complaint.id
    take = Choice(code(ComplaintDeskStep("take", id)), Text("Ambil"))
    answer = Choice(code(AnswerComplaint(id)), Text("Jawab"))
    interim = Choice(code(ComplaintDeskStep("interim", id)), Text("Jawab sementara"))
    release = Choice(code(ComplaintDeskStep("release", id)), Text("Lepas"))
    close = Choice(code(ComplaintDeskStep("close", id)), Text("Nyatakan selesai"))
    mine = complaint.officer_id == ctx.person_id
    return (
        *((take,) if complaint_desk.can_take(ctx, complaint) else ()),
        *((answer, interim) if complaint_desk.can_answer(ctx, complaint) else ()),
        *((release,) if mine and complaint.state == "open" else ()),
        *((close,) if complaint_desk.can_close(ctx, complaint) else ()),
    )


# Answering ------------------------------------------------------------------------------------------------------------


def _ask(state: DialogueState, ctx: Context, step: Step, complaint_id: int) -> Turn:
    complaint = complaint_desk.peek(ctx, complaint_id)
    if complaint is None or not complaint_desk.can_answer(ctx, complaint):
        return menu.show(state, ctx, _NOT_YOURS)
    waiting = attachments.writing(state, NAME, ComplaintState(step, complaint_id))
    return text_input.show(ANSWERS[step], waiting, ctx)


def _ask_words(state: DialogueState, ctx: Context, notice: Text | None, *, is_final: bool) -> Turn:
    asked = read_asked(state)
    complaint = complaint_desk.peek(ctx, asked.complaint_id or 0)
    text = Text("Tulis jawaban Anda. Jawaban dikirim ke percakapan pengadu.")
    if complaint is not None and complaint.person_id is None:
        text = Text("Tulis jawaban Anda. Pengadu tanpa nama membacanya dengan kode rahasianya.")
    following = None
    if not is_final and complaint is not None:
        following = Text(
            "Ini jawaban sementara: pengaduan tetap terbuka dan diselesaikan paling lambat %(day)s.",
            day=complaint.settle_by,
        )
    takes_file = complaint is not None and complaint.person_id is not None
    files = Text("Anda boleh melampirkan berkas.") if takes_file else None
    shown = paragraphs(notice, attachments.listed(ctx, asked.files), text, files, following)
    return turn(state, Prompt(shown, (MENU,), expects="text", takes_file=takes_file))


def _file(state: DialogueState, ctx: Context, words: str, *, is_final: bool) -> Turn:
    asked = read_asked(state)
    answered = asked.complaint_id is not None and complaint_desk.answer(
        ctx, asked.complaint_id, words, is_final=is_final, file_ids=attachments.ids(asked.files)
    )
    return menu.show(state, ctx, Text("✓ Jawaban sudah dikirim.") if answered else _NOT_YOURS)


def _answer(*, is_final: bool) -> TextInput:
    ask, file = partial(_ask_words, is_final=is_final), partial(_file, is_final=is_final)
    return TextInput(Text("Jawaban Anda:"), ask, file, menu.show, details=listed, attach=_attach)


def _attach(state: DialogueState, ctx: Context, incoming: Incoming) -> tuple[DialogueState, Text]:
    asked = read_asked(state)
    complaint = complaint_desk.peek(ctx, asked.complaint_id or 0)
    if complaint is None or complaint.person_id is None:
        return state, Text("Pengadu tanpa nama tidak dapat menerima berkas, jadi berkas itu tidak kami simpan.")
    return attach(state, ctx, incoming)


ANSWERS: Mapping[Step, TextInput] = {"answer": _answer(is_final=True), "interim": _answer(is_final=False)}
