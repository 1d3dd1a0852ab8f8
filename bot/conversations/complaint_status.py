"""What complainers read of their complaints, and what they say about an answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import Action, code
from bot.actions.applicant import ShowComplaints
from bot.actions.complaint import ComplainerStep, ListOwnComplaints, OpenComplaintFile
from bot.actions.officer import OpenComplaint
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import attachments, menu, text_input
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.complaint_state import NAME, ComplaintState, Step, read_asked
from bot.conversations.state import to_json
from bot.conversations.text_input import TextInput
from bot.service import complaint_desk, complaint_receipts, complaints, papers
from bot.service.access import ActionRefused
from bot.service.complaints import FiledComplaint, OwnComplaint
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Complaint, ComplaintEntry

STATES = {
    "open": Text("Menunggu jawaban"),
    "answered": Text("Sudah dijawab"),
    "closed": Text("Selesai"),
}
_WITH_CODE = Text("Untuk pengaduan tanpa nama, tulis nomor dan kode rahasianya, misalnya ADU-2026-0001 ABCDE23456.")
_NOT_OPEN = Text("Pengaduan itu tidak dapat Anda buka.")
_TOO_LATE = Text("Pengaduan itu tidak dapat dibuka lagi.")
_WRONG = Text("Nomor dan kode itu tidak cocok.")
_WAIT = Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian.")


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ComplainerStep("settled", complaint_id, secret):
            return _settle(state, ctx, complaint_id, secret)
        case ComplainerStep("unsettled", complaint_id, secret):
            return _ask_reopening(state, ctx, complaint_id, secret)
        case ComplainerStep("receipt", complaint_id, secret):
            return _order_receipt(state, ctx, complaint_id, secret)
        case OpenComplaintFile(complaint_id, file_id):
            return _send_file(state, ctx, complaint_id, file_id)
        case ComplainerStep(_, complaint_id, secret):
            return _show(state, ctx, complaint_id, secret)
        case ListOwnComplaints(page, place):
            return _list(state, ctx, page, place)
    return _list(state, ctx)


def on_number(state: DialogueState, ctx: Context, number: str, secret: str) -> Turn:
    """Says the same of a number that does not exist and of one of somebody else."""
    if not secret:
        complaint_id = complaints.find_own(ctx, number)
        unknown = Text("Tidak ada pengaduan atas nama Anda dengan nomor %(number)s.", number=number)
        return _list(state, ctx, notice=unknown) if complaint_id is None else _show(state, ctx, complaint_id, "")
    if complaints.must_wait(ctx):
        return _list(state, ctx, notice=_WAIT)
    complaint_id = complaints.find_with_secret(ctx, number, secret)
    return _list(state, ctx, notice=_WRONG) if complaint_id is None else _show(state, ctx, complaint_id, secret)


def in_brief(ctx: Context, number: str) -> Text:
    """For a form that goes on afterwards."""
    complaint_id = complaints.find_own(ctx, number)
    own = complaints.read_own(ctx, complaint_id) if complaint_id is not None else None
    if own is None:
        return Text("Tidak ada pengaduan atas nama Anda dengan nomor %(number)s.", number=number)
    return Text("%(number)s: %(status)s.", number=number, status=STATES[own.complaint.state])


def reprompt(state: DialogueState, ctx: Context, shown: ComplaintState, notice: Text) -> Turn:
    if shown.complaint_id is not None:
        return _show(state, ctx, shown.complaint_id, shown.secret, notice)
    return _list(state, ctx, shown.page or 0, shown.place, notice)


def entry_lines(ctx: Context, entry: ComplaintEntry) -> Text:
    """What was said after the complaint was filed."""
    day = entry.at.astimezone(ctx.office.zone).date()
    heading = Text("%(what)s, %(day)s:", what=complaints.entry_name(entry), day=day)
    return lines(heading, verbatim(entry.text))


def _list(state: DialogueState, ctx: Context, page: int = 0, place: str = "", notice: Text | None = None) -> Turn:
    own = complaints.list_own(ctx, start_of(page, place, complaints.PAGE))
    rows = [
        Text("• %(number)s: %(status)s", number=complaint.number, status=STATES[complaint.state])
        for complaint in own.rows
    ]
    choices = [
        Choice(code(ComplainerStep("status", complaint.id)), verbatim(complaint.number)) for complaint in own.rows
    ]
    heading = Text("Pengaduan Anda:") if rows else Text("Belum ada pengaduan atas nama Anda di sini.")
    text = paragraphs(notice, lines(heading, *rows), _WITH_CODE)
    back = Choice(code(ShowComplaints()), Text("Pengaduan"), nav=True)
    listed = state.at(NAME, **to_json(ComplaintState("own", page=page, place=place)))
    return turn(listed, Prompt(text, (*choices, *place_choices(ListOwnComplaints, page, own), back, MENU)))


def _show(state: DialogueState, ctx: Context, complaint_id: int, secret: str, notice: Text | None = None) -> Turn:
    own = complaints.read_own(ctx, complaint_id, secret)
    if own is None:
        return _list(state, ctx, notice=_NOT_OPEN)
    complaint = own.complaint
    text = paragraphs(
        notice,
        lines(
            Text("Pengaduan %(number)s", number=complaint.number),
            Text("Status: %(status)s", status=STATES[complaint.state]),
            Text("Masuk: %(day)s", day=complaint.created_at.astimezone(ctx.office.zone).date()),
            _promise(ctx, complaint),
        ),
        verbatim(complaint.text),
        *(entry_lines(ctx, entry) for entry in own.entries),
        Text("Bila belum selesai, Anda dapat membukanya lagi satu kali, paling lambat %(day)s.", day=own.reopen_by)
        if own.can_reopen
        else None,
    )
    every = Choice(code(ListOwnComplaints()), Text("Semua pengaduan"), nav=True)
    shown = state.at(NAME, **to_json(ComplaintState("own", complaint.id, secret)))
    return turn(shown, Prompt(text, (*_choices(own), *file_choices(own.entries), every, MENU)))


def _promise(ctx: Context, complaint: Complaint) -> Text | None:
    """Of a late one no day is promised again."""
    if complaint.state != "open":
        return None
    if complaint.due_on < ctx.today:
        return Text("Maaf, jawaban kami terlambat. Kami menjanjikannya paling lambat %(day)s.", day=complaint.due_on)
    if complaint.answered_at is not None and complaint.round == 1:
        return Text("Selesai paling lambat: %(day)s", day=complaint.due_on)
    return Text("Dijawab paling lambat: %(day)s", day=complaint.due_on)


def _choices(own: OwnComplaint) -> tuple[Choice, ...]:
    id, secret = own.complaint.id, own.secret
    settled = Choice(code(ComplainerStep("settled", id, secret)), Text("Sudah selesai"))
    unsettled = Choice(code(ComplainerStep("unsettled", id, secret)), Text("Belum selesai"))
    receipt = receipt_choice(id, secret)
    return (*((settled,) if own.can_settle else ()), *((unsettled,) if own.can_reopen else ()), receipt)


def file_choices(entries: Sequence[ComplaintEntry]) -> tuple[Choice, ...]:
    """Each opens a file that came with the complaint, for its writer and for the staff."""
    there = [entry for entry in entries if entry.file_id is not None]
    return tuple(
        Choice(
            code(OpenComplaintFile(entry.complaint_id, entry.file_id or 0)),
            Text("Buka %(name)s", name=entry.text[:40]),
            Text("Buka berkas %(number)s", number=number),
        )
        for number, entry in enumerate(there, start=1)
    )


def _send_file(state: DialogueState, ctx: Context, complaint_id: int, file_id: int) -> Turn:
    """To its writer, or to a member of the staff who may read the complaint, as a copy of theirs."""
    file = complaints.file_of_own(ctx, complaint_id, file_id)
    back: Action = ComplainerStep("status", complaint_id)
    step: Step = "own"
    if file is None:
        file, back, step = complaint_desk.open_file(ctx, complaint_id, file_id), OpenComplaint(complaint_id), ""
    if file is None:
        return menu.show(state, ctx, _NOT_OPEN)
    shown = state.at(NAME, **to_json(ComplaintState(step, complaint_id)))
    choices = (Choice(code(back), Text("Kembali"), nav=True), MENU)
    return turn(shown, Prompt(verbatim(file.name), choices, Attachment(file.id, file.name)))


def receipt_choice(complaint_id: int, secret: str = "") -> Choice:
    """Asks for the receipt as a PDF."""
    asking = code(ComplainerStep("receipt", complaint_id, secret))
    return Choice(asking, Text("Tanda terima pengaduan"), Text("Tanda terima"))


def _order_receipt(state: DialogueState, ctx: Context, complaint_id: int, secret: str) -> Turn:
    try:
        is_ordered = complaint_receipts.order(ctx, complaint_id, secret)
    except ActionRefused as refused:
        return _show(state, ctx, complaint_id, secret, refused.text)
    if not is_ordered:
        return _list(state, ctx, notice=_NOT_OPEN)
    return _show(state, ctx, complaint_id, secret, papers.IN_WORK)


def _settle(state: DialogueState, ctx: Context, complaint_id: int, secret: str) -> Turn:
    if not complaints.settle(ctx, complaint_id, secret):
        return _show(state, ctx, complaint_id, secret)
    return _show(state, ctx, complaint_id, secret, Text("Terima kasih. Pengaduan ini kami nyatakan selesai."))


def _ask_reopening(state: DialogueState, ctx: Context, complaint_id: int, secret: str) -> Turn:
    own = complaints.read_own(ctx, complaint_id, secret)
    if own is None or not own.can_reopen:
        return _show(state, ctx, complaint_id, secret, _TOO_LATE if own is not None else None)
    waiting = attachments.writing(state, NAME, ComplaintState("reopen", complaint_id, secret))
    return text_input.show(REOPENING, waiting, ctx)


def _ask_words(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    text = Text("Apa yang belum selesai? Silakan tulis.")
    asked = read_asked(state)
    takes_file = not asked.secret
    files = Text("Anda boleh melampirkan berkas, misalnya foto.") if takes_file else None
    shown = paragraphs(notice, attachments.listed(ctx, asked.files), text, files)
    return turn(state, Prompt(shown, (MENU,), expects="text", takes_file=takes_file))


def _reopen(state: DialogueState, ctx: Context, words: str) -> Turn:
    asked = read_asked(state)
    complaint_id = asked.complaint_id or 0
    reopened = complaints.reopen(ctx, complaint_id, asked.secret, words, attachments.ids(asked.files))
    if reopened is None:
        return _show(state, ctx, complaint_id, asked.secret, _TOO_LATE)
    text = Text("Pengaduan ini kami buka lagi. Jawabannya paling lambat %(day)s.", day=reopened.complaint.due_on)
    return _show(state, ctx, complaint_id, asked.secret, paragraphs(text, without_reader(ctx, reopened)))


def without_reader(ctx: Context, filed: FiledComplaint) -> Text | None:
    """What is said where nobody of the staff was told of it."""
    if filed.has_reader:
        return None
    return Text(
        "Saat ini belum ada petugas yang dapat membacanya. Silakan sampaikan juga melalui %(national)s, %(website)s.",
        national=ctx.office.complaints.national,
        website=ctx.office.complaints.national_website,
    )


def attach(state: DialogueState, ctx: Context, incoming: Incoming) -> tuple[DialogueState, Text]:
    """To a reopening, or to an officer's answer."""
    asked = read_asked(state)
    if asked.secret:
        return state, Text("Tanpa nama, berkas tidak ikut dikirim, karena dapat menunjukkan siapa Anda.")
    return attachments.attach(asked, state, ctx, incoming)


def listed(state: DialogueState, ctx: Context) -> tuple[Text | None, tuple[Choice, ...]]:
    """The files that go with it."""
    return attachments.listed(ctx, read_asked(state).files), ()


REOPENING = TextInput(Text("Yang belum selesai:"), _ask_words, _reopen, menu.show, details=listed, attach=attach)
