"""One transaction of the daily jobs, and what a daily job is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.service.context import AppContext, Context, context_of_person
from storage import clock
from storage.clock import Cursor
from storage.dialogues import KnownAddress
from storage.tables import Application, Complaint, Consultation
from storage.unit import Session


@dataclass(frozen=True, slots=True)
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


def reminder_before(left: int, days_left: Sequence[int]) -> int | None:
    """Which of the reminders that are sent so many working days before a promised day is due; `None`: none yet."""
    return min((days for days in days_left if days >= left), default=None)


#: Does one page of applications after a cursor. Returns the cursor of the next page; None after the last page.
DailyJob = Callable[[ClockRun, Cursor | None], Cursor | None]
