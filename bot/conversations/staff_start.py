"""What a member of the staff sees first: what waits for them, the queue, the complaints. Not the applicants' menu."""

from __future__ import annotations

from collections.abc import Iterator

from bot.actions import code
from bot.actions.applicant import AskLanguage, ShowAccount, ShowGuestBook, ShowServices
from bot.actions.desk import OpenDesk
from bot.actions.officer import ListComplaints, OpenCase, OpenInbox
from bot.chat import Choice
from bot.service import access, cases, complaints, officers, queue_desk
from bot.service.context import Context
from bot.service.wording import STATUSES, line
from domain.text import Text, lines, paragraphs, verbatim

SERVICES = Choice(code(ShowServices()), Text("Layanan pemohon"), nav=True)


def text(ctx: Context) -> Text:
    """The staff's start screen, in words."""
    role = officers.ROLES[officers.role(ctx)]
    name = officers.name_of(ctx, ctx.person_id)
    return paragraphs(
        Text("%(name)s, Anda masuk sebagai %(role)s.", name=name, role=role)
        if name
        else Text("Anda masuk sebagai %(role)s.", role=role),
        _cases(ctx) if access.is_staff(ctx) else None,
        lines(*_desk(ctx)),
        Text("Tulis nomor permohonan untuk membukanya. Tulis bantuan untuk melihat semua perintah."),
    )


def choices(ctx: Context) -> tuple[Choice, ...]:
    """What waits first, then the lists."""
    return tuple(_choices(ctx))


def _cases(ctx: Context) -> Text:
    counts, urgent = cases.count_by_status(ctx), cases.urgent(ctx)
    rows = [
        Text("%(status)s: %(count)s", status=name, count=counts[status])
        for status, name in STATUSES.items()
        if status in counts
    ]
    return paragraphs(
        lines(Text("Menunggu Anda:"), *(line(ctx, application) for application in urgent))
        if urgent
        else Text("Tidak ada berkas yang menunggu Anda."),
        lines(Text("Semua berkas:"), *rows) if rows else None,
    )


def _desk(ctx: Context) -> Iterator[Text]:
    if queue_desk.can_serve(ctx):
        yield Text("Antrean hari ini: %(count)s menunggu", count=queue_desk.count_waiting(ctx))
    if count := complaints.count_open(ctx):
        yield Text("Pengaduan yang belum dijawab: %(count)s", count=count)


def _choices(ctx: Context) -> Iterator[Choice]:
    if access.is_staff(ctx):
        for application in cases.urgent(ctx):
            yield Choice(code(OpenCase(application.id)), verbatim(application.number))
        yield Choice(code(OpenInbox()), Text("Berkas permohonan"))
    if queue_desk.can_serve(ctx):
        yield Choice(code(OpenDesk()), Text("Antrean"))
    if access.may_do(ctx, "keep_guest_book"):
        yield Choice(code(ShowGuestBook()), Text("Buku tamu"))
    if access.may_do(ctx, "answer_complaint"):
        yield Choice(code(ListComplaints()), Text("Pengaduan"))
    yield Choice(code(ShowAccount()), Text("Akun dan pindah perangkat"), Text("Akun & perangkat"))
    yield Choice(code(AskLanguage()), Text("Bahasa / Language"))
    yield SERVICES
