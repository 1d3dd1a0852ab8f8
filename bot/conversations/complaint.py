"""Complaints in the chat: writing one, with or without a name, and reading its status and its answer."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, code
from bot.actions.applicant import WriteComplaint
from bot.actions.complaint import (
    AskSubject,
    ComplainerStep,
    ComplaintDeskStep,
    ListOwnComplaints,
    NameCase,
    NameNobody,
    OpenComplaintFile,
    ShowName,
    UseWords,
)
from bot.actions.officer import AnswerComplaint, ListComplaints, OpenComplaint
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn, with_choice
from bot.conversations import attachments, complaint_status, guide, menu, text_input
from bot.conversations.buttons import MENU
from bot.conversations.complaint_state import NAME as STORED_NAME
from bot.conversations.complaint_state import ComplaintState
from bot.conversations.officer import complaint_desk
from bot.conversations.state import read, to_json
from bot.conversations.text_input import TextInput
from bot.service import access, applications, complaints
from bot.service.access import ActionRefused
from bot.service.complaint_subjects import Subject, who_is_meant
from bot.service.complaints import FiledComplaint
from bot.service.context import Context
from domain.numbers import whole_application_number
from domain.text import Text, excerpt, has_words, lines, paragraphs, verbatim

NAME = STORED_NAME
#: applications that are offered as what a complaint is about
MOST_CASES = 5
#: characters of what was written before that the screen shows
QUOTED = 120
_TOO_MANY = Text(
    "Hari ini pengaduan yang masuk sudah terlalu banyak, jadi yang ini belum kami catat. "
    "Silakan kirim lagi besok, atau hubungi kami langsung."
)
WRITE = Choice(code(WriteComplaint()), Text("Tulis pengaduan di sini"), Text("Tulis pengaduan"))
_USE = Choice(code(UseWords()), Text("Pakai tulisan tadi"))
#: from how many words on a message may tell what happened; "mau mengadu" tells nothing
FEWEST_WORDS = 3
_STATUS = Choice(code(ListOwnComplaints()), Text("Status pengaduan"))
_TO_ANSWER = Choice(code(ListComplaints()), Text("Pengaduan yang menunggu jawaban"), Text("Jawab pengaduan"))


def show(state: DialogueState, ctx: Context, notice: Text | None = None, words: str = "") -> Turn:
    """Where to complain, that it can be done right here, and how the office has answered so far this year.

    `words`: what was written to come here, offered as the beginning of the complaint.
    """
    kept = words if len(words.split()) >= FEWEST_WORDS and len(words) <= text_input.MAX_LENGTH else ""
    offer = Text("Tulisan Anda tadi dapat menjadi awal pengaduan: “%(words)s”", words=excerpt(kept, QUOTED))
    text = paragraphs(notice, guide.complaint(ctx), _figures(ctx), offer if kept else None)
    to_answer = (_TO_ANSWER,) if access.may_do(ctx, "answer_complaint") else ()
    choices = (*to_answer, *((_USE,) if kept else ()), WRITE, _STATUS, MENU)
    return turn(state.at(NAME, **to_json(ComplaintState(words=kept))), Prompt(text, choices))


def _figures(ctx: Context) -> Text | None:
    figures = complaints.figures_of_year(ctx)
    if not figures.filed:
        return None
    return Text(
        "Tahun ini: %(filed)s pengaduan masuk, %(in_time)s dijawab tepat waktu, %(late)s terlambat.",
        filed=figures.filed,
        in_time=figures.in_time,
        late=figures.late,
    )


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    shown = read(ComplaintState, state.data)
    if shown is None:
        return show(state, ctx, notice)
    if shown.step == "subject":
        return _ask_subject(state, ctx, notice)
    if shown.step == "own":
        return complaint_status.reprompt(state, ctx, shown, notice)
    return complaint_desk.reprompt(state, ctx, shown, notice) or show(state, ctx, notice, shown.words)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    if not awaits_subject(state):
        return menu.on_message(incoming, state, ctx)
    if not has_words(incoming.text):
        return _ask_subject(state, ctx, Text("Silakan tulis dengan kata-kata."))
    mine = applications.find_mine(ctx, _number(incoming.text, ctx))
    if mine is not None:
        return _change(state, ctx, subject="", subject_case=mine.id)
    return _change(state, ctx, subject=incoming.text, subject_case=None)


def _number(words: str, ctx: Context) -> str:
    """The number of an application that was typed; empty for other words."""
    return whole_application_number(words, ctx.office.numbers.application_number) or ""


def awaits_subject(state: DialogueState) -> bool:
    """Whether it waits for the name of somebody, or for the number of a case."""
    shown = read(ComplaintState, state.data) if state.conversation == NAME else None
    return shown is not None and shown.step == "subject"


def on_number(state: DialogueState, ctx: Context, number: str, secret: str) -> Turn:
    """Somebody typed the number of a complaint, perhaps with a secret code."""
    desk_id = None if secret else complaint_desk.find(ctx, number)
    if desk_id is not None:
        return complaint_desk.open_complaint(state, ctx, desk_id)
    return complaint_status.on_number(state, ctx, number, secret)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The complaint itself, why it is not settled, or an officer's answer to one."""
    match read(ComplaintState, state.data):
        case ComplaintState(step="write"):
            return _COMPLAINT
        case ComplaintState(step="reopen", complaint_id=int()):
            return complaint_status.REOPENING
        case ComplaintState(step="answer" | "interim" as step, complaint_id=int()):
            return complaint_desk.ANSWERS[step]
    return None


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case WriteComplaint():
            return text_input.show(_COMPLAINT, _writing(state), ctx)
        case UseWords():
            return _use_words(state, ctx)
        case ShowName(is_shown):
            return _change(state, ctx, unnamed=is_shown == "no")
        case AskSubject():
            return _ask_subject(state, ctx)
        case NameCase(application_id):
            return _change(state, ctx, subject="", subject_case=application_id)
        case NameNobody():
            return _change(state, ctx, subject="", subject_case=None)
        case ListOwnComplaints() | ComplainerStep() | OpenComplaintFile():
            return complaint_status.on_button(action, state, ctx)
        case OpenComplaint() | ListComplaints() | AnswerComplaint() | ComplaintDeskStep():
            return complaint_desk.on_button(action, state, ctx)
    return show(state, ctx)


# Writing --------------------------------------------------------------------------------------------------------------


def _written(state: DialogueState) -> ComplaintState:
    """What is known of the complaint that is written, wherever the person is now."""
    begun = text_input.find(state, NAME, to_json(ComplaintState("write")))
    here = read(ComplaintState, state.data) if state.conversation == NAME else None
    if here is not None and here.step in {"write", "subject"}:
        return replace(here, step="write")
    return (read(ComplaintState, begun.data) if begun is not None else None) or ComplaintState("write")


def _writing(state: DialogueState) -> DialogueState:
    return state.at(NAME, **to_json(_written(state)))


def _use_words(state: DialogueState, ctx: Context) -> Turn:
    """Adds the words with which the writer came here, and shows the whole. A second tap adds nothing."""
    here = read(ComplaintState, state.data) if state.conversation == NAME else None
    writing = _writing(state)
    if here is None or not here.words:
        return text_input.show(_COMPLAINT, writing, ctx)
    return text_input.add(_COMPLAINT, writing, ctx, here.words)


def _change(state: DialogueState, ctx: Context, **changes: str | int | bool | None) -> Turn:
    """Changes what is filed with the complaint, and shows the whole."""
    changed = to_json(replace(_written(state), **changes))  # type: ignore[arg-type]
    return text_input.show(_COMPLAINT, state.at(NAME, **changed), ctx)


def _ask_complaint(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    text = Text("Silakan tulis pengaduan Anda: apa yang terjadi, kapan, dan apa yang Anda harapkan.")
    name = Text("Sebelum mengirim, Anda dapat memilih untuk tidak mencantumkan nama.")
    files = Text("Anda boleh melampirkan berkas, misalnya foto.")
    listing = attachments.listed(ctx, _written(state).files)
    shown = paragraphs(notice, listing, text, files, name)
    return turn(state, Prompt(shown, (MENU,), expects="text", takes_file=True))


def _attach(state: DialogueState, ctx: Context, incoming: Incoming) -> tuple[DialogueState, Text]:
    return attachments.attach(_written(state), state, ctx, incoming)


def _details(state: DialogueState, ctx: Context) -> tuple[Text, tuple[Choice, ...]]:
    written = _written(state)
    name = ShowName("yes") if written.unnamed else ShowName("no")
    choices = (
        Choice(code(name), Text("Dengan nama") if written.unnamed else Text("Tanpa nama")),
        Choice(code(AskSubject()), Text("Tentang petugas tertentu"), Text("Tentang petugas")),
    )
    words = lines(_who_reads(ctx, written), _whom_it_is_about(ctx, written))
    return paragraphs(_files(ctx, written), words), choices


def _files(ctx: Context, written: ComplaintState) -> Text | None:
    """Files can tell who sent them, so a complaint without a name goes without any."""
    listing = attachments.listed(ctx, written.files)
    if listing is None or not written.unnamed:
        return listing
    return Text("Tanpa nama, berkas tidak ikut dikirim, karena dapat menunjukkan siapa Anda. Berkasnya kami hapus.")


def _who_reads(ctx: Context, written: ComplaintState) -> Text:
    """What the name means for the answer."""
    if written.unnamed:
        return Text(
            "Tanpa nama: petugas tidak dapat melihat siapa Anda, jadi jawabannya tidak dapat kami kirim ke sini. "
            "Anda mendapat nomor dan kode rahasia untuk membacanya."
        )
    if not ctx.actor.name:
        return Text("Jawabannya kami kirim ke percakapan ini.")
    return Text("Petugas melihat nama Anda, %(name)s. Jawabannya kami kirim ke percakapan ini.", name=ctx.actor.name)


def _subject(written: ComplaintState) -> Subject:
    return Subject(written.subject_case or 0, written.subject)


def _whom_it_is_about(ctx: Context, written: ComplaintState) -> Text | None:
    meant = who_is_meant(ctx, _subject(written))
    if meant.is_unknown:
        return Text(
            "Tentang: %(who)s. Nama itu tidak ada dalam daftar petugas kami, jadi hanya kepala kantor yang membaca "
            "pengaduan ini.",
            who=meant.words,
        )
    if not meant.person_ids:
        return None
    return Text("Tentang: %(who)s. Petugas itu tidak dapat membaca pengaduan ini.", who=meant.words)


def _ask_subject(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    cases = [case for case in applications.list_mine(ctx) if case.officer_id is not None][:MOST_CASES]
    text = paragraphs(
        notice,
        Text("Pengaduan ini tentang siapa? Tulis nama petugasnya, misalnya “Rahmat”."),
        Text("Atau pilih permohonan yang diperiksanya.") if cases else None,
        Text("Petugas yang Anda sebut tidak akan membaca pengaduan ini."),
    )
    choices = (
        *(Choice(code(NameCase(case.id)), verbatim(case.number)) for case in cases),
        Choice(code(NameNobody()), Text("Bukan tentang petugas"), Text("Bukan petugas")),
    )
    asking = to_json(replace(_written(state), step="subject"))
    return turn(state.at(NAME, **asking), Prompt(text, choices, expects="subject"))


def _file(state: DialogueState, ctx: Context, words: str) -> Turn:
    written = _written(state)
    file_ids = attachments.ids(written.files)
    filed = complaints.file(ctx, words, named=not written.unnamed, subject=_subject(written), file_ids=file_ids)
    if filed is None:
        raise ActionRefused(_TOO_MANY)
    shown = menu.show(state, ctx, paragraphs(_received(filed), complaint_status.without_reader(ctx, filed)))
    if filed.secret:  # the state of a conversation is not sealed: a button would keep the code there
        return shown
    return with_choice(shown, complaint_status.receipt_choice(filed.complaint.id), first=True)


def _received(filed: FiledComplaint) -> Text:
    number, day = filed.complaint.number, filed.complaint.first_answer_by
    if not filed.secret:
        return Text(
            "Pengaduan Anda kami terima dengan nomor %(number)s. "
            "Jawaban pertama kami kirim di percakapan ini paling lambat %(day)s.",
            number=number,
            day=day,
        )
    return paragraphs(
        Text("Pengaduan Anda kami terima tanpa nama, dengan nomor %(number)s.", number=number),
        Text("Kode rahasia: %(secret)s", secret=filed.secret),
        Text("Simpan nomor dan kode ini. Kodenya hanya kami tunjukkan sekali."),
        Text(
            "Jawaban pertama ada paling lambat %(day)s. Untuk membacanya, tulis di sini: %(number)s %(secret)s",
            number=number,
            day=day,
            secret=filed.secret,
        ),
        Text("Dengan cara yang sama Anda dapat meminta tanda terima sebagai berkas PDF."),
    )


_COMPLAINT = TextInput(Text("Pengaduan Anda:"), _ask_complaint, _file, menu.show, details=_details, attach=_attach)
