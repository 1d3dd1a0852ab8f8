"""The promised days of complaints: staff are reminded, heads are told what is late, and the complainer hears sorry."""

from __future__ import annotations

from datetime import date
from functools import partial

from bot.service import notices
from bot.service.clock_run import ClockRun, watch_promises
from bot.service.complaint_desk import end, readers_of, tell_readers
from bot.service.context import Context
from domain.complaints import DAYS_LEFT, REOPEN_WITHIN
from domain.text import Text, paragraphs
from storage import clock, complaints
from storage.clock import Cursor
from storage.tables import Complaint


def remind(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """A reminder before the promised day and on it; after it one to the heads on every working day."""
    return watch_promises(
        run,
        after,
        DAYS_LEFT,
        complaints.due_by,
        remind=partial(_remind_readers, run),
        tell_overdue=partial(_tell_of_overdue, run),
    )


def close_settled(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """An answer that nobody has objected to for `REOPEN_WITHIN` has settled its complaint."""
    page = complaints.answered_before(run.session, run.now - REOPEN_WITHIN)
    for complaint in page:
        end(run.context_of_nobody(), complaint, by_system=True)
    return (run.now, 0) if len(page) == clock.PAGE else None


def _remind_readers(run: ClockRun, complaint: Complaint, _left: int, mark: int) -> None:
    """Who has taken it; everybody who may handle it where nobody has."""
    if not run.claim_reminder("complaint", complaint.id, complaint.due_on, mark):
        return
    nobody = run.context_of_nobody()
    readers = readers_of(nobody, complaint)
    text = Text(
        "Pengingat: pengaduan %(number)s harus dijawab paling lambat %(day)s.",
        number=complaint.number,
        day=complaint.due_on,
    )
    takers = [reader for reader in readers if reader.person_id == complaint.officer_id]
    tell_readers(nobody, takers or readers, text, reason="complaint_due", complaint=complaint)


def _tell_of_overdue(run: ClockRun, complaint: Complaint, today: date) -> None:
    if not run.claim_reminder("complaint overdue", complaint.id, today):
        return
    text = Text(
        "Perhatian: pengaduan %(number)s seharusnya dijawab paling lambat %(day)s.",
        number=complaint.number,
        day=complaint.due_on,
    )
    nobody = run.context_of_nobody()
    readers = readers_of(nobody, complaint)
    heads = [reader for reader in readers if reader.role == "head"]
    tell_readers(nobody, heads or readers, text, "complaint_overdue", complaint)
    if not readers:
        notices.tell_staff(nobody, ("admin",), text, "complaint_overdue")
    if complaint.person_id is not None and run.claim_reminder("complaint sorry", complaint.id, complaint.due_on):
        _say_sorry(run.context_of_person(complaint.person_id), complaint, complaint.person_id, bool(heads))


def _say_sorry(ctx: Context, complaint: Complaint, person_id: int, has_told_head: bool) -> None:
    text = paragraphs(
        Text(
            "Maaf, pengaduan %(number)s belum kami jawab, padahal kami janjikan paling lambat %(day)s.",
            number=complaint.number,
            day=complaint.due_on,
        ),
        Text("Kepala kantor sudah kami beri tahu.") if has_told_head else None,
        Text(
            "Anda juga dapat menyampaikannya melalui %(national)s, %(website)s.",
            national=ctx.office.complaints.national,
            website=ctx.office.complaints.national_website,
        ),
    )
    notices.tell(ctx, person_id, text, "complaint_late")
