"""One transaction of the daily jobs, and what a daily job is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

from bot.service.context import AppContext, Context, context_of_person
from domain.frozen import frozen
from storage import clock
from storage.clock import Cursor
from storage.dialogues import KnownAddress
from storage.tables import Application, Complaint, Consultation
from storage.unit import Session

Promise = TypeVar("Promise", Application, Complaint, Consultation)


@frozen
class ClockRun:
    """One transaction of the daily jobs."""

    session: Session
    app: AppContext
    now: datetime

    def context_of(self, application: Application) -> Context:
        """The applicant's."""
        return self.context_of_person(application.person_id)

    def context_of_person(self, person_id: int) -> Context:
        return context_of_person(self.session, self.app, self.now, person_id)

    def context_of_nobody(self) -> Context:
        """For acts of the system: it has no actor."""
        return Context(self.session, self.now, KnownAddress.of_nobody(0), self.app)

    def claim_reminder(self, *key: object) -> bool:
        """True the first time for a key: then the caller sends the reminder."""
        return clock.claim_reminder(self.session, "/".join(map(str, key)), self.now)


def next_due(page: Sequence[Application | Complaint | Consultation]) -> Cursor | None:
    """Where the next page of what is promised begins; `None` after the last one."""
    return (page[-1].due_on, page[-1].id) if len(page) == clock.PAGE else None


def watch_promises(
    run: ClockRun,
    after: Cursor | None,
    days_left: Sequence[int],
    due_by: Callable[[Session, date, Cursor | None], Sequence[Promise]],
    *,
    remind: Callable[[Promise, int, int], None],
    tell_overdue: Callable[[Promise, date], None],
) -> Cursor | None:
    """A page of answers that are promised for a day. `remind(row, left, mark)`: `left` working days before it, when the
    reminder of `mark` days is due; `tell_overdue(row, today)`: each day after it. Both claim what they send.
    """
    calendar, today = run.app.office.calendar, run.now.astimezone(run.app.office.zone).date()
    page = due_by(run.session, calendar.deadline(today, max(days_left)).day, after)
    for row in page:
        left = calendar.working_days_between(today, row.due_on)
        mark = min((days for days in days_left if days >= left), default=None)
        if left < 0:
            tell_overdue(row, today)
        elif mark is not None:
            remind(row, left, mark)
    return next_due(page)


#: Does one page of applications after a cursor. Returns the cursor of the next page; None after the last page.
DailyJob = Callable[[ClockRun, Cursor | None], Cursor | None]
