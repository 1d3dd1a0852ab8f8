"""Recording a letter that was signed outside the chat: its number, its identity, the PDF itself, a confirmation."""

from __future__ import annotations

from dataclasses import field, replace
from functools import partial

from bot.actions import Action, code
from bot.actions.officer import ConfirmRecord, RecordIssue
from bot.chat import Attachment, Choice, DialogueState, Incoming, IncomingFile, Prompt, Turn, turn
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, case_screen, inbox, signed
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.unsupported import UNSUPPORTED, refusal_reason
from bot.service import cases, letters, signed_letters, transitions
from bot.service.access import ActionRefused
from bot.service.cases import FEASIBLE
from bot.service.context import Context
from domain.frozen import frozen
from domain.numbers import IDENTITY, letter_number, recommendation_identity
from domain.text import Text, lines, one_line, paragraphs
from storage.tables import Application

NAME = "upload"
MAX_LETTER_NUMBER = 60  #: characters

_ASK_FILE = Text("Kirim PDF surat yang sudah ditandatangani.")


@frozen
class UploadState:
    """What is known of the letter so far; the first missing part is asked for, the file last."""

    application_id: int = field(metadata=stored_as("application"))
    feasible: bool = False  #: only a letter of this verdict has an identity
    draft_id: int = 0  #: the letter that was the draft of the signed one
    letter_number: str | None = field(default=None, metadata=stored_as("letter"))
    identity: str | None = None
    file_id: int = field(default=0, metadata=stored_as("file"))  #: of the copy that was shown; 0: none yet

    @property
    def needs_number(self) -> bool:
        return self.letter_number is None

    @property
    def needs_identity(self) -> bool:
        return self.feasible and self.identity is None


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case RecordIssue(application_id):
            return case_flow.show_refusal_of(state, ctx, application_id, lambda: _start(state, ctx, application_id))
        case ConfirmRecord(application_id, file_id):
            record = partial(_record_copy, state, ctx, application_id, file_id)
            return case_flow.show_refusal_of(state, ctx, application_id, record)
    return inbox.start(state, ctx, UNKNOWN_BUTTON)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    upload = read(UploadState, state.data)
    if upload is None:
        return inbox.start(state, ctx)
    record = partial(_record, state, ctx, upload, incoming)
    return case_flow.show_refusal_of(state, ctx, upload.application_id, record)


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(UploadState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    upload = read(UploadState, state.data)
    return _ask(state, ctx, upload, notice) if upload is not None else inbox.start(state, ctx, notice)


def _start(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = _open_to_issue(ctx, application_id)
    draft, begun = cases.drawn_letter(ctx, application), read(UploadState, state.data)
    new = UploadState(application_id, application.verdict == FEASIBLE, draft.id)
    if (
        state.conversation == NAME
        and begun is not None
        and replace(begun, letter_number=None, identity=None, file_id=0) == new
    ):
        return _ask(state, ctx, begun)  # what was typed already stays
    return _ask(state, ctx, new)


def _open_to_issue(ctx: Context, application_id: int) -> Application:
    application = cases.open_case(ctx, application_id)
    transitions.check(ctx, application, "issue", act="issue_by_upload")
    return application


def _record(state: DialogueState, ctx: Context, upload: UploadState, incoming: Incoming) -> Turn:
    """Takes the message as the part that is missing."""
    application = _open_to_issue(ctx, upload.application_id)
    if not upload.needs_number and not upload.needs_identity:
        return _take_file(state, ctx, upload, application, incoming.files)
    if incoming.kind in UNSUPPORTED:
        return _ask(state, ctx, upload, UNSUPPORTED[incoming.kind])
    words = one_line(incoming.text)
    if upload.needs_number:
        if not words or len(words) > MAX_LETTER_NUMBER:
            return _ask(state, ctx, upload, Text("Nomor surat ditulis dalam satu baris, paling banyak 60 huruf."))
        if not any(sign.isdigit() for sign in words):
            return _ask(state, ctx, upload, Text("Nomor surat memuat angka."))
        return _ask_unless_taken(state, ctx, upload, replace(upload, letter_number=words))
    if not IDENTITY.fullmatch(words):
        return _ask(state, ctx, upload, Text("Bentuknya satu huruf, tahun, kode wilayah, dan nomor urut."))
    return _ask_unless_taken(state, ctx, upload, replace(upload, identity=words))


def _ask_unless_taken(state: DialogueState, ctx: Context, before: UploadState, upload: UploadState) -> Turn:
    """Asks for what is still missing; once more for a number or an identity that another letter has."""
    try:
        letters.check_free(ctx, upload.letter_number or "", upload.identity or "")
    except ActionRefused as refused:
        return _ask(state, ctx, before, refused.text)
    return _ask(state, ctx, upload)


def _take_file(
    state: DialogueState, ctx: Context, upload: UploadState, application: Application, files: tuple[IncomingFile, ...]
) -> Turn:
    if len(files) != 1:
        return _ask(state, ctx, upload, Text("Kirim satu berkas PDF."))
    why = refusal_reason(files[0])
    if why is not None:
        return _ask(state, ctx, upload, Text("%(name)s: %(why)s", name=files[0].name, why=why))
    try:
        copy = signed_letters.take_recorded(ctx, application, files[0])
    except ActionRefused as refused:
        return _ask(state, ctx, upload, refused.text)
    return _ask(state, ctx, replace(upload, file_id=copy.file_id))


def _record_copy(state: DialogueState, ctx: Context, application_id: int, file_id: int) -> Turn:
    application = _open_to_issue(ctx, application_id)
    upload = read(UploadState, state.data) if state.conversation == NAME else None
    if upload is None or (upload.application_id, upload.file_id) != (application_id, file_id):
        return _start(state, ctx, application_id)
    number, identity = upload.letter_number or "", upload.identity or ""
    letters.issue_by_upload(ctx, application, upload.draft_id, number, identity, file_id)
    done = Text("✓ Surat tercatat terbit dan dikirim kepada pemohon.")
    return case_screen.show(state, ctx, application_id, done)


def _ask(state: DialogueState, ctx: Context, upload: UploadState, notice: Text | None = None) -> Turn:
    if upload.file_id:
        return _ask_to_confirm(state, ctx, upload, notice)
    text = _ask_number(ctx) if upload.needs_number else _ask_identity(ctx) if upload.needs_identity else _ASK_FILE
    prompt = Prompt(
        paragraphs(notice, text),
        (case_flow.cancel(upload.application_id),),
        expects="upload",
        takes_file=text is _ASK_FILE,
    )
    return turn(state.at(NAME, **to_json(upload)), prompt)


def _ask_to_confirm(state: DialogueState, ctx: Context, upload: UploadState, notice: Text | None) -> Turn:
    shown = signed_letters.find_copy(ctx, cases.open_case(ctx, upload.application_id), upload.file_id)
    if shown is None:
        return _ask(state, ctx, replace(upload, file_id=0), notice)
    copy, file = shown
    question = Text(
        "Catat sebagai surat nomor %(number)s dan kirim kepada pemohon? "
        "Bila berkasnya keliru, kirim berkas yang benar.",
        number=upload.letter_number or "",
    )
    confirm = code(ConfirmRecord(upload.application_id, upload.file_id))
    prompt = Prompt(
        paragraphs(notice, lines(signed.describe(copy), question)),
        (Choice(confirm, Text("Ya, catat dan kirim")), case_flow.cancel(upload.application_id)),
        attachment=Attachment(file.id, file.name),
        expects="upload",
        takes_file=True,
    )
    return turn(state.at(NAME, **to_json(upload)), prompt)


def _ask_number(ctx: Context) -> Text:
    """With an example as the office writes its numbers."""
    today, patterns = ctx.today, ctx.office.numbers
    example = letter_number(
        patterns.letter_number, year=today.year, month=today.month, area=ctx.office.office.area, serial=90
    )
    return Text(
        "Tulis nomor surat seperti tertera pada surat yang ditandatangani, misalnya %(example)s.", example=example
    )


def _ask_identity(ctx: Context) -> Text:
    example = recommendation_identity(
        ctx.office.numbers.identity, year=ctx.today.year, area=ctx.office.office.area, serial=1
    )
    return Text("Tulis identitas rekomendasinya seperti tertera pada surat, misalnya %(example)s.", example=example)
