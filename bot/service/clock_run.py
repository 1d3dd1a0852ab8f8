"""One transaction of the daily jobs, and what a daily job is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.service.context import AppContext, Context, context_of_person
from storage import clock
from storage.clock import Cursor
from storage.dialogues import KnownAddress
from storage.tables import Application
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


#: Does one page of applications after a cursor. Returns the cursor of the next page; None after the last page.
DailyJob = Callable[[ClockRun, Cursor | None], Cursor | None]
