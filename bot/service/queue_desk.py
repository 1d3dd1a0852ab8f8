"""The queue at the desk, for officers: calling, absence, pause, and what visitors are told by it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.service import access, queue, visit_ratings
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.queue_news import is_running, tell_absent, tell_called, tell_waiting
from domain.frozen import frozen
from domain.queue import BACK_AFTER, MOST_CALLS_UNANSWERED, TOLD_NEAR, TOLD_NEXT, TOLD_NOW, place_after_absence
from domain.text import Text
from storage import queue as rows
from storage.tables import QueueDay, QueueTicket

_NOT_YOURS = Text("Nomor itu tidak sedang Anda layani.")
_PAUSED = Text("Antrean sedang dijeda. Lanjutkan dahulu antreannya.")
NOT_OPEN_YET = Text("Meja layanan belum buka.")
CLOSED = Text("Antrean hari ini sudah ditutup.")
#: numbers that a screen of the desk names
SHOWN = 5


@frozen
class DeskView:
    """What an officer sees of today's queue."""

    mine: QueueTicket | None  #: the number that the actor has called
    others: Sequence[QueueTicket]  #: called by colleagues
    next: Sequence[QueueTicket]
    waiting: int
    is_paused: bool
    has_opened: bool
    is_closed: bool


def view(ctx: Context) -> DeskView:
    """Raises `ActionRefused` for anybody else."""
    access.require_staff(ctx, "serve_queue")
    day = rows.get_day(ctx.session, ctx.today)
    called = rows.called(ctx.session, ctx.today)
    mine = [ticket for ticket in called if ticket.officer_id == ctx.person_id]
    return DeskView(
        mine=mine[0] if mine else None,
        others=[ticket for ticket in called if ticket.officer_id != ctx.person_id],
        next=rows.waiting(ctx.session, ctx.today, SHOWN),
        waiting=rows.count_waiting(ctx.session, ctx.today),
        is_paused=day is not None and day.paused_at is not None,
        has_opened=is_running(ctx, ctx.today),
        is_closed=_is_closed(ctx, day),
    )


def can_serve(ctx: Context) -> bool:
    return access.may_do(ctx, "serve_queue")


def count_waiting(ctx: Context) -> int:
    """How many wait today."""
    return rows.count_waiting(ctx.session, ctx.today)


def call_next(ctx: Context, after: int) -> QueueTicket | None:
    """Calls the next number; `None` where nobody waits. `after`: how many calls there were when the button was shown;
    a second press of it calls nobody. Raises `ActionRefused`.
    """
    day = _locked_today(ctx)
    if _is_closed(ctx, day):
        raise ActionRefused(CLOSED)
    if not is_running(ctx, day.day):
        raise ActionRefused(NOT_OPEN_YET)
    if day.paused_at is not None:
        raise ActionRefused(_PAUSED)
    if day.calls != after:
        raise ActionRefused(Text("Antrean sudah berubah. Ini keadaannya sekarang."))
    if any(ticket.officer_id == ctx.person_id for ticket in rows.called(ctx.session, day.day)):
        raise ActionRefused(Text("Selesaikan dahulu nomor yang sedang Anda layani."))
    found = rows.waiting(ctx.session, day.day, 1)
    if not found:
        return None
    ticket = found[0]
    ticket.state, ticket.officer_id, ticket.called_at, ticket.told = "called", ctx.person_id, ctx.now, TOLD_NOW
    day.calls += 1
    ctx.session.flush()
    tell_called(ctx, ticket)
    tell_waiting(ctx, day.day)
    return ticket


def calls_today(ctx: Context) -> int:
    day = rows.get_day(ctx.session, ctx.today)
    return day.calls if day is not None else 0


def call_again(ctx: Context, ticket_id: int) -> QueueTicket:
    """Raises `ActionRefused`."""
    day = _locked_today(ctx)
    ticket = _mine(ctx, ticket_id)
    day.calls += 1
    ctx.session.flush()
    tell_called(ctx, ticket)
    return ticket


def serve(ctx: Context, ticket_id: int) -> QueueTicket:
    """The visitor was served, and is asked for stars. Raises `ActionRefused`."""
    _locked_today(ctx)
    ticket = _mine(ctx, ticket_id)
    ticket.state, ticket.ended_at = "served", ctx.now
    ctx.session.flush()
    visit_ratings.ask(ctx, ticket)
    return ticket


def absent(ctx: Context, ticket_id: int) -> QueueTicket:
    """The visitor did not come: called once more after the next three, then the number ends, as it does after closing
    time. Raises `ActionRefused`.
    """
    day = _locked_today(ctx)
    ticket = _mine(ctx, ticket_id)
    ticket.unanswered += 1
    ticket.officer_id = ticket.called_at = None
    others = [other.place for other in rows.waiting(ctx.session, day.day, BACK_AFTER)]
    if ticket.unanswered >= MOST_CALLS_UNANSWERED or _is_closed(ctx, day):
        ticket.state, ticket.ended_at = "missed", ctx.now
    else:
        ticket.state, ticket.place = "waiting", place_after_absence(others, day.last_place)
        ticket.told = TOLD_NEAR if others else TOLD_NEXT
    ctx.session.flush()
    tell_absent(ctx, ticket, len(others))
    tell_waiting(ctx, day.day)
    return ticket


def pause(ctx: Context, *, paused: bool) -> None:
    """Stops the calls of today, or lets them go on. Raises `ActionRefused`."""
    day = _locked_today(ctx)
    day.paused_at = ctx.now if paused else None
    ctx.session.flush()


def give_number(ctx: Context, service_id: str) -> QueueTicket:
    """A number for a visitor who stands at the desk, without a phone. Raises `ActionRefused`."""
    access.require_staff(ctx, "serve_queue")
    return queue.give(ctx, service_id, ctx.today, person_id=None, given_by_id=ctx.person_id)


def called_by_actor(ctx: Context, ticket_id: int) -> QueueTicket:
    """Raises `ActionRefused` for a number that the actor does not serve now."""
    _locked_today(ctx)
    return _mine(ctx, ticket_id)


def _is_closed(ctx: Context, day: QueueDay | None) -> bool:
    """Whether nobody is called any more today."""
    return not queue.is_open_today(ctx) or (day is not None and day.closed_at is not None)


def _locked_today(ctx: Context) -> QueueDay:
    access.require_staff(ctx, "serve_queue")
    return rows.lock_day(ctx.session, ctx.today)


def _mine(ctx: Context, ticket_id: int) -> QueueTicket:
    """A number that the actor has called today; the day is locked."""
    ticket = rows.get(ctx.session, ticket_id)
    is_mine = ticket is not None and ticket.officer_id == ctx.person_id and ticket.day == ctx.today
    if ticket is None or not is_mine or ticket.state != "called":
        raise ActionRefused(_NOT_YOURS)
    return ticket
