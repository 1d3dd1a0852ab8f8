"""The promised days of consultations: who has one is reminded, heads are told what is late, the asker hears sorry."""

from __future__ import annotations

from datetime import date
from functools import partial

from bot.service import consultation_notices, consultations, notices
from bot.service.clock_run import ClockRun, watch_promises
from domain.consultations import CLOSES_AFTER, DAYS_LEFT
from domain.text import Text
from storage import clock
from storage import consultations as rows
from storage.clock import Cursor
from storage.tables import Consultation


def remind(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """A reminder before the promised day and on it; after it one to the heads on every working day."""
    return watch_promises(
        run,
        after,
        DAYS_LEFT,
        rows.due_by,
        remind=partial(_remind, run),
        tell_overdue=partial(_tell_of_overdue, run),
    )


def close_silent(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """An answer after which nothing was asked for `CLOSES_AFTER` has ended its consultation."""
    page = rows.answered_before(run.session, run.now - CLOSES_AFTER)
    for consultation in page:
        consultations.close(run.context_of_nobody(), consultation, by_system=True)
    return (run.now, 0) if len(page) == clock.PAGE else None


def _remind(run: ClockRun, consultation: Consultation, _left: int, mark: int) -> None:
    if not run.claim_reminder("consultation", consultation.id, consultation.due_on, mark):
        return
    nobody = run.context_of_nobody()
    text = Text(
        "Pengingat: konsultasi %(number)s harus dijawab paling lambat %(day)s.",
        number=consultation.number,
        day=consultation.due_on,
    )
    readers = consultation_notices.concerned(nobody, consultation)
    consultation_notices.tell(nobody, readers, text, "consultation_due", consultation)


def _tell_of_overdue(run: ClockRun, consultation: Consultation, today: date) -> None:
    if not run.claim_reminder("consultation overdue", consultation.id, today):
        return
    nobody = run.context_of_nobody()
    text = Text(
        "Perhatian: konsultasi %(number)s seharusnya dijawab paling lambat %(day)s.",
        number=consultation.number,
        day=consultation.due_on,
    )
    readers = consultation_notices.readers_of(nobody, consultation)
    heads = [reader for reader in readers if reader.role == "head"]
    consultation_notices.tell(nobody, heads or readers, text, "consultation_overdue", consultation)
    if run.claim_reminder("consultation sorry", consultation.id, consultation.due_on):
        sorry = Text(
            "Maaf, konsultasi %(number)s belum kami jawab, padahal kami janjikan paling lambat %(day)s.",
            number=consultation.number,
            day=consultation.due_on,
        )
        ctx = run.context_of_person(consultation.person_id)
        notices.tell(ctx, consultation.person_id, sorry, "consultation_late")
