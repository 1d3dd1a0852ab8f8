"""What visitors are told while they wait: near, next, and now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.actions import code
from bot.actions.applicant import ShowQueue
from bot.chat import Choice
from bot.service import notices
from bot.service.context import Context
from domain.office.services import ticket_code
from domain.queue import MOST_CALLS_UNANSWERED, NEAR, TOLD_NEXT, told_by
from domain.text import Text
from storage import queue as rows
from storage.tables import QueueTicket

#: Later the news is of no use: it is not sent any more.
VALID_FOR = timedelta(minutes=30)


def code_of(ticket: QueueTicket) -> str:
    """The number as people read it."""
    return ticket_code(ticket.service, ticket.number)


def is_running(ctx: Context, day: date) -> bool:
    """Whether the desk has opened on this day: before, nobody is told to come near."""
    return day == ctx.today and ctx.now >= datetime.combine(day, ctx.office.desk_hours.opens, ctx.office.zone)


def tell_waiting(ctx: Context, day: date) -> None:
    """Tells those who have come so near that they must know it, each once. The row of the day is locked."""
    if not is_running(ctx, day):
        return
    for ahead, ticket in enumerate(rows.waiting(ctx.session, day, NEAR + 1)):
        due = told_by(ahead)
        if ticket.told >= due:
            continue
        ticket.told = due
        number = code_of(ticket)
        text = (
            Text("Nomor %(number)s: giliran berikutnya. Silakan bersiap di dekat meja layanan.", number=number)
            if due == TOLD_NEXT
            else Text("Nomor %(number)s: tinggal %(count)s orang di depan Anda.", number=number, count=ahead)
        )
        tell(ctx, ticket, text)
    ctx.session.flush()


def tell_called(ctx: Context, ticket: QueueTicket) -> None:
    tell(ctx, ticket, Text("Nomor %(number)s dipanggil. Silakan ke meja layanan sekarang.", number=code_of(ticket)))


def tell_absent(ctx: Context, ticket: QueueTicket, others: int) -> None:
    """After a call to which the visitor did not come. `others`: how many are called before the next one."""
    number = code_of(ticket)
    if ticket.state == "missed" and ticket.unanswered < MOST_CALLS_UNANSWERED:
        text = Text(
            "Nomor %(number)s tadi dipanggil, tetapi Anda belum datang, dan sekarang meja layanan sudah tutup. Silakan "
            "ambil nomor untuk hari lain.",
            number=number,
        )
    elif ticket.state == "missed":
        text = Text(
            "Nomor %(number)s sudah dipanggil dua kali, jadi nomor itu berakhir. Bila masih perlu, ambil nomor baru.",
            number=number,
        )
    elif others:
        text = Text(
            "Nomor %(number)s tadi dipanggil, tetapi Anda belum datang. Kami panggil sekali lagi setelah %(count)s "
            "orang. Silakan menunggu di dekat meja layanan.",
            number=number,
            count=others,
        )
    else:
        text = Text(
            "Nomor %(number)s tadi dipanggil, tetapi Anda belum datang. Kami segera memanggil sekali lagi.",
            number=number,
        )
    tell(ctx, ticket, text)


def tell(ctx: Context, ticket: QueueTicket, text: Text, *, valid_for: timedelta = VALID_FOR) -> None:
    """On every channel of the visitor; nobody where the visitor has no phone."""
    if ticket.person_id is not None:
        mine = Choice(code(ShowQueue()), Text("Nomor antrean"))
        notices.tell_in_time(ctx, ticket.person_id, text, "queue", mine, expires_at=ctx.now + valid_for)
