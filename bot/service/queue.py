"""The queue at the desk, for visitors: taking a number, giving it back, moving it, and how long it takes.

Source: SK 66/BPS/Tahun 2023, walk-in steps 3 and 4. Whoever changes the order of a day's numbers locks the row of the
day first (`storage.queue.lock_day`), so no number is given twice.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.service import daily_limits
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.queue_news import code_of, is_running, tell, tell_waiting
from domain.frozen import frozen
from domain.office.services import desk_services
from domain.queue import NOT_TOLD, OPEN, PLACE_STEP, estimated_call, pace, told_by
from domain.text import Text
from storage import queue as rows
from storage.tables import QueueDay, QueueTicket

_TOO_MANY = Text("Hari ini Anda sudah terlalu sering mengambil nomor. Silakan ambil lagi besok, atau datang langsung.")
_NOT_THAT_DAY = Text("Untuk hari itu nomor antrean tidak dapat diambil. Silakan pilih hari lain.")
_FULL = Text("Antrean pada hari itu sudah penuh. Silakan pilih hari lain.")
_MOVED_TOO_OFTEN = Text(
    "Hari ini Anda sudah terlalu sering mengambil atau memindahkan nomor. Nomor Anda sekarang tetap berlaku."
)
NOT_OPEN = Text("Nomor itu sudah tidak berlaku.")


@frozen
class Standing:
    """Where a number stands now."""

    ticket: QueueTicket
    ahead: int  #: how many are called before it
    expected_at: datetime | None  #: about when, in the office's zone; `None`: it is called, or nobody can say
    is_paused: bool


def opens_at(ctx: Context, day: date) -> datetime:
    return datetime.combine(day, ctx.office.desk_hours.opens, ctx.office.zone)


def closes_at(ctx: Context, day: date) -> datetime:
    return datetime.combine(day, ctx.office.desk_hours.closes, ctx.office.zone)


def days(ctx: Context) -> list[date]:
    """The days for which a number can be taken: today until the desk closes, and the next days on which it opens."""
    found = [ctx.today] if is_open_today(ctx) else []
    day, left = ctx.today, ctx.office.queue.days_ahead
    while left:
        day += timedelta(days=1)
        if is_desk_day(ctx, day):
            found.append(day)
            left -= 1
    return found


def is_open_today(ctx: Context) -> bool:
    """Whether the desk is open today, or opens later."""
    return is_desk_day(ctx, ctx.today) and ctx.now < closes_at(ctx, ctx.today)


def is_desk_day(ctx: Context, day: date) -> bool:
    calendar = ctx.office.calendar
    is_off = day.weekday() < 5 and not calendar.is_working_day(day)
    return day.isoweekday() in ctx.office.desk_hours.days and not is_off


def my_ticket(ctx: Context) -> QueueTicket | None:
    """The actor's number that waits or is called, today or later."""
    return rows.open_of_person(ctx.session, ctx.person_id, ctx.today)


def last_visit(ctx: Context) -> QueueTicket | None:
    """The newest number with which the actor was served."""
    return rows.last_served(ctx.session, ctx.person_id)


def take(ctx: Context, service_id: str, day: date) -> QueueTicket:
    """A number for the actor; the one that they have, if they have one. Raises `ActionRefused`."""
    if (mine := my_ticket(ctx)) is not None:
        return mine
    if not daily_limits.may_take_number(ctx):
        raise ActionRefused(_TOO_MANY)
    if (mine := my_ticket(ctx)) is not None:  # taken in another chat meanwhile
        return mine
    return give(ctx, service_id, day, person_id=ctx.person_id)


def give(
    ctx: Context, service_id: str, day: date, *, person_id: int | None, given_by_id: int | None = None
) -> QueueTicket:
    """The next number of a service. Raises `ActionRefused` for a day that is over or full."""
    if service_id not in desk_services() or day not in days(ctx):
        raise ActionRefused(_NOT_THAT_DAY)
    queue_day = rows.lock_day(ctx.session, day)
    if queue_day.closed_at is not None:
        raise ActionRefused(_NOT_THAT_DAY)
    if _next_call(ctx, queue_day) >= closes_at(ctx, day):
        raise ActionRefused(_FULL)
    queue_day.last_place += PLACE_STEP
    ticket = QueueTicket(
        day=day,
        service=service_id,
        number=rows.next_number(ctx.session, day, service_id),
        place=queue_day.last_place,
        state="waiting",
        person_id=person_id,
        given_by_id=given_by_id,
        taken_at=ctx.now,
        unanswered=0,
        told=NOT_TOLD,
    )
    ctx.session.add(ticket)
    ctx.session.flush()
    if is_running(ctx, day):  # the answer says how many are before it
        ticket.told = told_by(rows.count_waiting(ctx.session, day, ticket))
    return ticket


def open_mine(ctx: Context, ticket_id: int) -> QueueTicket:
    """A number of the actor that waits, with its day locked. Raises `ActionRefused`."""
    ticket = rows.get(ctx.session, ticket_id)
    if ticket is None or ticket.person_id != ctx.person_id:
        raise ActionRefused(NOT_OPEN)
    rows.lock_day(ctx.session, ticket.day)
    ctx.session.refresh(ticket)
    if ticket.state not in OPEN or ticket.day < ctx.today:
        raise ActionRefused(NOT_OPEN)
    if ticket.state == "called":
        raise ActionRefused(Text("Nomor %(number)s sedang dipanggil. Silakan ke meja layanan.", number=code_of(ticket)))
    return ticket


def cancel(ctx: Context, ticket_id: int) -> QueueTicket:
    """Gives the number back. Raises `ActionRefused`."""
    ticket = open_mine(ctx, ticket_id)
    _give_back(ctx, ticket)
    return ticket


def move(ctx: Context, ticket_id: int, day: date) -> QueueTicket:
    """Gives the number back, and takes one for another day, which counts as any other. Raises `ActionRefused`; then the
    number stays.
    """
    old = rows.get(ctx.session, ticket_id)
    if old is not None and day != old.day and old.person_id == ctx.person_id:
        if not daily_limits.may_take_number(ctx):  # counted before the days are locked, as `take` does
            raise ActionRefused(_MOVED_TOO_OFTEN)
        for each in sorted((old.day, day)):  # in the order of days, so that two moves never wait for each other
            rows.lock_day(ctx.session, each)
    ticket = open_mine(ctx, ticket_id)
    if day == ticket.day:
        return ticket
    moved = give(ctx, ticket.service, day, person_id=ctx.person_id)
    _give_back(ctx, ticket)
    return moved


def close(ctx: Context, ticket: QueueTicket) -> None:
    """The day is over, and the number was not called; or it has become a day off. The row of its day is locked."""
    ticket.state, ticket.ended_at = "closed", ctx.now
    uncalled = Text(
        "Mohon maaf, nomor %(number)s belum terpanggil sampai layanan tutup. Silakan ambil nomor untuk hari lain.",
        number=code_of(ticket),
    )
    day_off = Text(
        "Mohon maaf, meja layanan tutup pada %(day)s, jadi nomor %(number)s tidak berlaku lagi. Silakan ambil nomor "
        "untuk hari lain.",
        day=ticket.day,
        number=code_of(ticket),
    )
    text = uncalled if is_desk_day(ctx, ticket.day) else day_off
    tell(ctx, ticket, text, valid_for=timedelta(hours=12))


def _give_back(ctx: Context, ticket: QueueTicket) -> None:
    ticket.state, ticket.ended_at = "cancelled", ctx.now
    ctx.session.flush()
    tell_waiting(ctx, ticket.day)


def standing(ctx: Context, ticket: QueueTicket) -> Standing:
    """How many are before this number, and about when it will be called."""
    queue_day = rows.get_day(ctx.session, ticket.day)
    ahead = rows.count_waiting(ctx.session, ticket.day, ticket)
    is_paused = queue_day is not None and queue_day.paused_at is not None
    expected = _expected(ctx, ticket.day, ahead)
    is_known = ticket.state == "waiting" and not is_paused and expected < closes_at(ctx, ticket.day)
    return Standing(ticket, ahead, expected if is_known else None, is_paused)


def _next_call(ctx: Context, queue_day: QueueDay) -> datetime:
    """When a number that is taken now will be called, about."""
    return _expected(ctx, queue_day.day, rows.count_waiting(ctx.session, queue_day.day))


def _expected(ctx: Context, day: date, ahead: int) -> datetime:
    """With the visitors who are at the desk, who have to leave first."""
    at_desk = len(rows.called(ctx.session, day))
    each = pace(rows.service_lengths(ctx.session, day), timedelta(minutes=ctx.office.queue.minutes_each))
    begins = max(ctx.now.astimezone(ctx.office.zone), opens_at(ctx, day))
    return estimated_call(begins, ahead + at_desk, each, at_desk)
