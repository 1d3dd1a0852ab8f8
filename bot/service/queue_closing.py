"""Numbers of the queue that end because their day is over, or because the desk does not open on it."""

from __future__ import annotations

from datetime import timedelta

from bot.service import queue
from bot.service.clock_run import ClockRun
from domain.queue import OPEN
from storage import queue as rows
from storage.clock import Cursor
from storage.tables import QueueTicket


def close_days(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """After the desk has closed, the numbers that were not called end, and their visitors are told. A number that is
    still at the desk ends with the day.
    """
    here = run.now.astimezone(run.app.office.zone)
    yesterday = here.date() - timedelta(days=1)
    until = here.date() if here.time() >= run.app.office.desk_hours.closes else yesterday
    waiting = rows.left_over(run.session, until, "waiting")
    left = [*waiting, *rows.left_over(run.session, yesterday, "called")]
    for day in sorted({ticket.day for ticket in left}):
        rows.lock_day(run.session, day)
    rows.close_days(run.session, until, run.now)
    for ticket in left:
        _end_number(run, ticket)
    run.session.flush()
    return (until, left[-1].id) if len(left) >= rows.PAGE else None


def close_days_off(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """After the calendar has changed, numbers end for days on which the desk does not open. Of a day with more numbers
    than a page the others end with the next run.
    """
    today, nobody = run.now.astimezone(run.app.office.zone).date(), run.context_of_nobody()
    for day in rows.days_waiting(run.session, today):
        if queue.is_desk_day(nobody, day):
            continue
        rows.lock_day(run.session, day)
        for ticket in rows.waiting(run.session, day, rows.PAGE):
            _end_number(run, ticket)
    run.session.flush()
    return None


def _end_number(run: ClockRun, ticket: QueueTicket) -> None:
    """Its day is locked."""
    run.session.refresh(ticket)
    if ticket.state == "waiting" and ticket.person_id is not None:
        queue.close(run.context_of_person(ticket.person_id), ticket)
    elif ticket.state in OPEN:
        ticket.state, ticket.ended_at = "closed", run.now
