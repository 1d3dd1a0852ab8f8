"""What a member of the staff sees first: what waits for them, the queue, the complaints. Not the applicants' menu."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.actions import code
from bot.actions.applicant import ShowGuestBook, ShowServices
from bot.actions.consultation import ListConsultations
from bot.actions.desk import OpenDesk
from bot.actions.live_chat import ListLiveChats
from bot.actions.officer import ListComplaints, OpenInbox
from bot.actions.report import AskPeriod
from bot.actions.staff import ListStaff
from bot.chat import Choice
from bot.conversations.buttons import ACCOUNT, LANGUAGE
from bot.service import (
    access,
    buttons,
    cases,
    complaint_desk,
    consultation_desk,
    live_chats,
    officers,
    queue_desk,
)
from bot.service.context import Context
from bot.service.wording import count_lines, line
from domain.text import Text, joined, lines, paragraphs
from storage.tables import Application

TALKS = Choice(code(ListLiveChats()), Text("Percakapan dengan pengunjung"), Text("Percakapan"))
SERVICES = Choice(code(ShowServices()), Text("Layanan pemohon"), nav=True)


def screen(ctx: Context) -> tuple[Text, tuple[Choice, ...]]:
    """The words, and the buttons: what waits first, then the lists."""
    urgent = cases.urgent(ctx) if access.is_staff(ctx) else ()
    visitors, questions = live_chats.count_waiting(ctx), consultation_desk.count_open(ctx)
    return _text(ctx, urgent, visitors, questions), tuple(_choices(ctx, urgent, visitors, questions))


def _text(ctx: Context, urgent: Sequence[Application], visitors: int, questions: int) -> Text:
    """`visitors`: how many wait to talk with an officer. `questions`: consultations without an answer."""
    is_staff = access.is_staff(ctx)
    role = officers.ROLES[officers.role(ctx)]
    name = officers.name_of(ctx, ctx.person_id)
    return paragraphs(
        Text("%(name)s, Anda masuk sebagai %(role)s.", name=name, role=role)
        if name
        else Text("Anda masuk sebagai %(role)s.", role=role),
        _cases(ctx, urgent) if is_staff else None,
        lines(*_desk(ctx, visitors, questions)),
        joined(
            " ",
            Text("Tulis nomor permohonan untuk membukanya.") if is_staff else None,
            Text("Tulis bantuan untuk melihat semua perintah."),
        ),
    )


def _cases(ctx: Context, urgent: Sequence[Application]) -> Text:
    rows = count_lines(cases.count_by_status(ctx))
    return paragraphs(
        lines(Text("Menunggu Anda:"), *(line(ctx, application) for application in urgent))
        if urgent
        else Text("Tidak ada permohonan yang menunggu Anda."),
        lines(Text("Semua berkas:"), *rows) if rows else None,
    )


def _desk(ctx: Context, visitors: int, questions: int) -> Iterator[Text]:
    if queue_desk.can_serve(ctx):
        yield Text("Antrean hari ini: %(count)s menunggu", count=queue_desk.count_waiting(ctx))
    if visitors:
        yield Text("Menunggu berbicara dengan petugas: %(count)s", count=visitors)
    if questions:
        yield Text("Konsultasi yang belum dijawab: %(count)s", count=questions)
    if count := complaint_desk.count_open(ctx):
        yield Text("Pengaduan yang belum dijawab: %(count)s", count=count)


def _choices(ctx: Context, urgent: Sequence[Application], visitors: int, questions: int) -> Iterator[Choice]:
    yield from (replace(buttons.open_numbered(application), listed=True) for application in urgent)
    if access.is_staff(ctx):
        yield Choice(code(OpenInbox()), Text("Berkas permohonan"))
    if queue_desk.can_serve(ctx):
        yield Choice(code(OpenDesk()), Text("Antrean"))
    if visitors:
        yield TALKS
    if access.may_do(ctx, "keep_guest_book"):
        yield Choice(code(ShowGuestBook()), Text("Buku tamu"))
    if questions:
        yield Choice(code(ListConsultations()), Text("Konsultasi"))
    if access.may_do(ctx, "answer_complaint"):
        yield Choice(code(ListComplaints()), Text("Pengaduan"))
    if access.may_do(ctx, "list_staff"):
        yield Choice(code(ListStaff()), Text("Petugas"))
    if access.may_do(ctx, "share_out"):
        yield Choice(code(AskPeriod()), Text("Laporan"))
    yield ACCOUNT
    yield LANGUAGE
    yield SERVICES
