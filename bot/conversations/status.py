"""The status of the writer's applications: what happens next, by when, and withdrawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Literal

from bot.actions import Action, code
from bot.actions.applicant import (
    ApplicationAct,
    ApplicationStep,
    AskRating,
    ConfirmWithdrawal,
    ListApplications,
    MoveHere,
    ResumeDraft,
    StartApplication,
    StartRevision,
)
from bot.actions.consultation import ListOwnConsultations
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu, survey
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, stored_as, to_json
from bot.service import applications, cases, consultations, drafts, inquiries, papers, receipts, register
from bot.service.access import ActionRefused
from bot.service.applications import FORM
from bot.service.context import Context
from bot.service.papers import PaperKind
from domain.frozen import frozen
from domain.lifecycle import WITHDRAWABLE
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Application, Inquiry, RegisterEntry

NAME = "status"


@frozen
class StatusState:
    """The application on the screen, and whether its withdrawal is asked about."""

    act: Literal["show", "ask"]
    application_id: int = field(metadata=stored_as("application"))


#: status → its name, and a sentence about what happens next
STATUSES: dict[str, tuple[Text, Text]] = {
    "submitted": (
        Text("Terkirim, menunggu pemeriksaan"),
        Text("Petugas akan memeriksa isian Anda. Anda tidak perlu melakukan apa pun sekarang."),
    ),
    "under_review": (
        Text("Sedang diperiksa"),
        Text("Petugas sedang memeriksa isian Anda. Anda tidak perlu melakukan apa pun sekarang."),
    ),
    "revision_requested": (
        Text("Menunggu perbaikan dari Anda"),
        Text("Petugas menulis catatan pada beberapa isian. Silakan jawab atau perbaiki, lalu kirim kembali."),
    ),
    "letter_drafted": (Text("Selesai diperiksa"), Text("Surat hasil pemeriksaan sedang disusun.")),
    "awaiting_issue": (Text("Selesai diperiksa"), Text("Surat hasil pemeriksaan menunggu diterbitkan oleh direktur.")),
    "issued": (Text("Surat terbit"), Text("Surat sudah kami kirim di percakapan ini dan melalui e-mail.")),
    "closed": (Text("Selesai"), Text("Permohonan ini sudah selesai. Terima kasih.")),
    "expired": (Text("Kedaluwarsa"), Text("Catatan pemeriksa tidak dijawab dalam waktu yang ditentukan.")),
    "withdrawn": (Text("Ditarik"), Text("Permohonan ini ditarik atas permintaan Anda dan tidak diproses lagi.")),
}


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Lists the applications; the only one is shown at once."""
    mine = applications.list_mine(ctx)
    unsent = drafts.list_unsent(ctx, FORM)
    asked = consultations.count_mine(ctx)
    if len(mine) == 1 and not unsent.rows and not asked:
        return _show(state, ctx, mine[0], notice)
    rows = [_line(application) for application in mine]
    choices = [
        Choice(
            code(ApplicationStep("show", application.id)),
            Text("Lihat %(number)s", number=application.number),
            verbatim(application.number),
        )
        for application in mine
    ]
    if unsent.rows:
        rows.insert(0, _line_of_drafts(unsent))
        choices.insert(0, menu.LIST_DRAFTS)
        if unsent.rows[0].state == "open":
            choices.insert(0, Choice(code(ResumeDraft()), Text("Lanjutkan permohonan"), Text("Lanjutkan")))
    if not rows and not asked:
        choices = [Choice(code(StartApplication()), Text("Ajukan permohonan"))]
        text = Text("Anda belum mempunyai permohonan di sini.")
        if ctx.actor.registered_at is None:
            choices.append(Choice(code(MoveHere()), Text("Saya sudah pernah mendaftar"), Text("Sudah mendaftar")))
    else:
        text = paragraphs(
            paragraphs(Text("Permohonan Anda:"), lines(*rows)) if rows else None,
            Text("Konsultasi Anda yang belum selesai: %(count)s", count=asked) if asked else None,
        )
    if asked:
        choices.append(Choice(code(ListOwnConsultations()), Text("Konsultasi")))
    return turn(state.at(NAME), Prompt(paragraphs(notice, text), (*choices, MENU)))


def show_number(state: DialogueState, ctx: Context, number: str) -> Turn:
    """Shows the writer's application with this number; without one, lists theirs."""
    application = applications.find_mine(ctx, number)
    return _show(state, ctx, application) if application else start(state, ctx, unknown_number(number))


def unknown_number(number: str) -> Text:
    """The same sentence for a number that does not exist and for one of somebody else."""
    return Text("Tidak ada permohonan Anda dengan nomor %(number)s.", number=number)


def in_brief(ctx: Context, application: Application) -> Text:
    name = STATUSES[application.status][0]
    revoked, asked = register.revoked_letter(ctx, application), inquiries.open_about(ctx, [application])
    following = _following(ctx, application, revoked, asked)
    return Text("%(number)s: %(status)s. %(following)s", number=application.number, status=name, following=following)


def send_newest_letter(state: DialogueState, ctx: Context) -> Turn:
    """Sends the newest letter again; without a letter, shows the status."""
    issued = next((mine for mine in applications.list_mine(ctx) if mine.status in {"issued", "closed"}), None)
    return _send_letter(state, ctx, issued) if issued else start(state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    shown = read(StatusState, state.data)
    application = applications.get_mine(ctx, shown.application_id) if shown else None
    if shown is None or application is None:
        return start(state, ctx, notice)
    return _ACTS[shown.act](state, ctx, application, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ApplicationStep(act, application_id):
            application = applications.get_mine(ctx, application_id)
            if application is not None:
                return _ACTS[act](state, ctx, application, None)
        case ConfirmWithdrawal(application_id, round):
            application = applications.get_mine(ctx, application_id)
            if application is not None:
                return _withdraw(state, ctx, application, round)
    return start(state, ctx)


def _show(state: DialogueState, ctx: Context, application: Application, notice: Text | None = None) -> Turn:
    name, entry = STATUSES[application.status][0], register.newest(ctx, application)
    revoked, asked = register.revoked(entry), inquiries.open_about(ctx, [application])
    text = paragraphs(
        notice,
        lines(
            Text("Permohonan %(number)s", number=application.number),
            Text("“%(title)s”", title=application.title),
            Text("Status: %(status)s", status=name),
            Text("Diterima lengkap: %(day)s", day=application.submitted_at.astimezone(ctx.office.zone).date()),
        ),
        _following(ctx, application, revoked, asked),
        receipts.promise(application, by_email=receipts.gets_mails(ctx))
        if application.status in WITHDRAWABLE
        else None,
    )
    letter = Choice(code(ApplicationStep("letter", application.id)), Text("Kirim ulang surat"))
    english = Choice(code(ApplicationStep("english", application.id)), Text("Terjemahan Inggris"))
    letters = (*(() if revoked else (letter,)), *((english,) if papers.can_translate(ctx, application, entry) else ()))
    surveyed = survey.open_choice(ctx, "letter", application.id) if application.status == "closed" else ()
    first = {
        "under_review": tuple(map(inquiries.answer_choice, asked[:1])),
        "revision_requested": (
            Choice(code(StartRevision(application.id)), Text("Perbaiki sekarang")),
            Choice(code(ApplicationStep("remarks", application.id)), Text("Catatan sebagai PDF")),
        ),
        "issued": (*letters, Choice(code(AskRating(application.id)), Text("Beri penilaian"))),
        "closed": (*letters, *surveyed),
    }.get(application.status, ())
    everything = Choice(code(ListApplications()), Text("Semua permohonan"), nav=True)
    withdraw = Choice(code(ApplicationStep("ask", application.id)), Text("Tarik permohonan"), nav=True)
    last = (withdraw, MENU) if application.status in WITHDRAWABLE else (MENU,)
    return turn(_at(state, "show", application), Prompt(text, (*first, everything, *last)))


def _following(ctx: Context, application: Application, revoked: RegisterEntry | None, asked: Sequence[Inquiry]) -> Text:
    """What happens next. Nothing is said to be sent before it was. `asked`: what an officer waits for."""
    if revoked is not None:
        return _revoked(revoked)
    if asked and application.status == "under_review":
        return Text("Petugas menunggu jawaban Anda atas pertanyaannya.")
    if application.status == "issued" and not applications.is_letter_sent(ctx, application):
        return Text("Surat sedang disiapkan.")
    if application.status == "issued" and not receipts.gets_mails(ctx):
        return Text("Surat sudah kami kirim di percakapan ini.")
    return STATUSES[application.status][1]


def _ask_withdraw(state: DialogueState, ctx: Context, application: Application, notice: Text | None) -> Turn:
    if application.status not in WITHDRAWABLE:
        return _show(state, ctx, application, Text("Permohonan ini tidak dapat ditarik lagi."))
    question = Text(
        "Tarik permohonan %(number)s? Permohonan tidak diproses lagi. Isiannya tetap tersimpan di register kami.",
        number=application.number,
    )
    choices = (
        Choice(code(ConfirmWithdrawal(application.id, application.round)), Text("Ya, tarik")),
        Choice(code(ApplicationStep("show", application.id)), Text("Tidak jadi")),
    )
    return turn(_at(state, "ask", application), Prompt(paragraphs(notice, question), choices))


def _withdraw(state: DialogueState, ctx: Context, application: Application, round: int) -> Turn:
    if application.status in WITHDRAWABLE and application.round != round:
        return _ask_withdraw(state, ctx, application, cases.ROUND_CHANGED)
    if not applications.withdraw(ctx, application, round):
        return _show(state, ctx, application, Text("Permohonan ini tidak dapat ditarik lagi."))
    return _show(state, ctx, application, Text("Permohonan %(number)s sudah ditarik.", number=application.number))


def _at(state: DialogueState, act: Literal["show", "ask"], application: Application) -> DialogueState:
    return state.at(NAME, **to_json(StatusState(act, application.id)))


def _line(application: Application) -> Text:
    return Text("• %(number)s: %(status)s", number=application.number, status=STATUSES[application.status][0])


def _line_of_drafts(unsent: drafts.UnsentPage) -> Text:
    if len(unsent.rows) == 1:
        return Text("• Satu permohonan belum dikirim.")
    return Text("• Beberapa permohonan belum dikirim.")


def _revoked(entry: RegisterEntry) -> Text:
    return Text("Surat nomor %(number)s sudah dicabut. Alasan: %(reason)s", number=entry.number, reason=entry.reason)


def _send_letter(state: DialogueState, ctx: Context, application: Application, _: Text | None = None) -> Turn:
    file = applications.letter_file(ctx, application)
    if file is None:
        is_revoked = register.revoked_letter(ctx, application) is not None
        wait = None if is_revoked else Text("Suratnya masih disusun. Silakan coba beberapa saat lagi.")
        return _show(state, ctx, application, wait)
    text, letter = Text("Surat untuk %(number)s", number=application.number), Attachment(file.id, file.name)
    return turn(state.at(NAME), Prompt(text, (MENU,), letter, application_id=application.id))


def _order(kind: PaperKind) -> Callable[[DialogueState, Context, Application, Text | None], Turn]:
    def order(state: DialogueState, ctx: Context, application: Application, _: Text | None) -> Turn:
        try:
            papers.order(ctx, kind, application.id)
        except ActionRefused as refused:
            return _show(state, ctx, application, refused.text)
        return _show(state, ctx, application, papers.IN_WORK)

    return order


_ACTS: Mapping[ApplicationAct, Callable[[DialogueState, Context, Application, Text | None], Turn]] = {
    "show": _show,
    "ask": _ask_withdraw,
    "withdraw": _ask_withdraw,  # version 0.1 sent it as the last button
    "letter": _send_letter,
    "english": _order("translation"),
    "remarks": _order("remarks"),
}

COMMANDS: CommandHandlers = {"status": without_argument(start), "letter": without_argument(send_newest_letter)}
