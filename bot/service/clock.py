"""What the passing of days asks of the desk (SK 66/BPS/Tahun 2023: a result within 30 working days).

People are told on working days only, between half past seven and the closing of the desk; what fell due meanwhile is
told then. Each thing is told once: its key goes into the transaction of the message.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from bot.actions import code
from bot.actions.officer import OpenCase, OpenInbox
from bot.chat import Choice
from bot.service import buttons, cases, notices, ratings, revisions, transitions
from bot.service.context import AppContext, Context, context_of_person
from bot.service.wording import STATUSES, days_left, line
from domain.lifecycle import WITHOUT_RESULT
from domain.text import Text, lines, paragraphs
from storage import clock
from storage.clock import PAGE, Cursor
from storage.tables import Application, Officer
from storage.unit import Session

#: working days left, at which the desk is reminded of a promise
DAYS_LEFT = (0, 2, 5, 10)
MORNING = time(7, 30)
NOON = time(12)
RATE_AFTER = timedelta(days=3)
CLOSE_AFTER = timedelta(days=30)
#: longer than anything that is told once can wait
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One transaction of the clock."""

    session: Session
    app: AppContext
    now: datetime

    def context_of(self, application: Application) -> Context:
        """As its applicant writes: in their language, and they are left out of what colleagues are told."""
        return self.context_of_person(application.person_id)

    def context_of_person(self, person_id: int) -> Context:
        return context_of_person(self.session, self.app, self.now, person_id)

    def claim_reminder(self, *key: object) -> bool:
        return clock.claim_reminder(self.session, "/".join(map(str, key)), self.now)


#: does one page from a place on; answers where the next one begins, or None after the last
DailyJob = Callable[[ClockRun, Cursor | None], Cursor | None]


def daily_jobs(app: AppContext, now: datetime) -> list[DailyJob]:
    """What is to be done at this moment, page by page, each page in a transaction of its own."""
    office, here = app.office, now.astimezone(app.office.zone)
    found: list[DailyJob] = [_close_unrated, _forget]
    if not office.calendar.is_working_day(here.date()) or not MORNING <= here.time() < office.desk_hours.closes:
        return found
    pausing = {"revision_requested"} if office.deadline.pauses_during_revision else set()
    found += [partial(_promises, status) for status in WITHOUT_RESULT if status not in pausing]
    found += [_silence, _ask_for_rating]
    return [*found, _digests] if here.time() < NOON else found


def _promises(status: str, run: ClockRun, after: Cursor | None) -> Cursor | None:
    """The desk before the promised day, the head after it."""
    office = run.app.office
    today = run.now.astimezone(office.zone).date()
    until = office.calendar.deadline(today, max(DAYS_LEFT)).day
    page = clock.due_by(run.session, status, until, after)
    for application in page:
        left = office.calendar.working_days_between(today, application.due_on)
        if left < 0:
            if run.claim_reminder("overdue", application.id, today):
                _tell_head(run.context_of(application), application)
            continue
        mark = min((mark for mark in DAYS_LEFT if mark >= left), default=None)
        if mark is not None and run.claim_reminder("due", application.id, mark):
            ctx = run.context_of(application)
            notices.tell_case_officer(
                ctx, application, _reminder(ctx, application, left), "deadline", buttons.open_case(application)
            )
    return (page[-1].due_on, page[-1].id) if len(page) == PAGE else None


def _reminder(ctx: Context, application: Application, left: int) -> Text:
    if left == 0:
        return Text(
            "Pengingat: hari ini hari terakhir untuk hasil pemeriksaan permohonan %(number)s.",
            number=application.number,
        )
    return Text(
        "Pengingat: hasil pemeriksaan permohonan %(number)s dijanjikan paling lambat %(day)s, %(left)s.",
        number=application.number,
        day=application.due_on,
        left=days_left(ctx, application),
    )


def _tell_head(ctx: Context, application: Application) -> None:
    text = Text(
        "Perhatian: hasil pemeriksaan permohonan %(number)s dijanjikan paling lambat %(day)s, %(left)s.",
        number=application.number,
        day=application.due_on,
        left=days_left(ctx, application),
    )
    notices.tell_staff(ctx, ("head",), text, "overdue", buttons.open_case(application))


def _silence(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """Applicants who have not answered the remarks; when their time is over, the desk is asked to confirm it."""
    office = run.app.office
    first = min(office.deadline.reminder_days, default=7) - 1  # whatever the hour at which it was returned
    page = clock.returned(run.session, run.now - timedelta(days=first), after)
    for application in page:
        ctx = run.context_of(application)
        if revisions.silent_too_long(ctx, application):
            if run.claim_reminder("expire", application.id, application.round):
                _ask_to_expire(ctx, application)
            continue
        silent = (ctx.today - revisions.returned_on(ctx, application)).days
        mark = max((mark for mark in office.deadline.reminder_days if mark <= silent), default=None)
        if mark is not None and run.claim_reminder("silent", application.id, application.round, mark):
            _remind_applicant(ctx, application)
    return (page[-1].due_on, page[-1].id) if len(page) == PAGE else None


def _remind_applicant(ctx: Context, application: Application) -> None:
    text = Text(
        "Permohonan %(number)s menunggu perbaikan dari Anda sejak %(day)s. Isian Anda tersimpan. Silakan jawab catatan "
        "petugas paling lambat %(last)s: buka percakapan ini, lalu pilih Perbaiki sekarang.",
        number=application.number,
        day=revisions.returned_on(ctx, application),
        last=revisions.silent_until(ctx, application),
    )
    notices.tell_applicant(ctx, application, text, "silent", buttons.start_revision(application))


def _ask_to_expire(ctx: Context, application: Application) -> None:
    text = Text(
        "Permohonan %(number)s menunggu perbaikan sejak %(day)s dan sudah %(months)s bulan tidak dijawab. Buka "
        "permohonannya untuk memastikan, lalu nyatakan kedaluwarsa.",
        number=application.number,
        day=revisions.returned_on(ctx, application),
        months=ctx.office.deadline.expires_months,
    )
    notices.tell_case_officer(ctx, application, text, "expire", buttons.open_case(application))


def _ask_for_rating(run: ClockRun, after: Cursor | None) -> Cursor | None:
    page = clock.issued(run.session, run.now - RATE_AFTER, after)
    for application in page:
        if run.claim_reminder("rate", application.id):
            text = Text(
                "Surat untuk permohonan %(number)s sudah kami kirim. Bagaimana layanan kami? "
                "Silakan beri 1 sampai 5 bintang.",
                number=application.number,
            )
            ctx = run.context_of(application)
            notices.tell(ctx, application.person_id, text, "rate", *ratings.stars_of(application.id))
    return _next_issued(page)


def _close_unrated(run: ClockRun, after: Cursor | None) -> Cursor | None:
    page = clock.issued(run.session, run.now - CLOSE_AFTER, after)
    for application in page:
        transitions.move(run.context_of(application), application, "close", by_system=True)
    return _next_issued(page)


def _next_issued(page: Sequence[Application]) -> Cursor | None:
    last = page[-1] if len(page) == PAGE else None
    return (last.issued_at, last.id) if last is not None and last.issued_at is not None else None


def _digests(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """The day's work, each working morning, to every officer who has some: what they hold and what nobody holds. The
    head sees the whole desk.
    """
    today = run.now.astimezone(run.app.office.zone).date()
    staff = clock.staff(run.session, after)
    for officer in staff:
        everything = officer.role == "head"
        counts = clock.count_by_status(run.session, None if everything else officer.person_id)
        if counts and run.claim_reminder("digest", officer.person_id, today):
            _tell_digest(run.context_of_person(officer.person_id), officer, counts)
    return (today, staff[-1].person_id) if len(staff) == PAGE else None


def _tell_digest(ctx: Context, officer: Officer, counts: dict[str, int]) -> None:
    urgent = clock.most_urgent(ctx.session, None if officer.role == "head" else officer.person_id, cases.MOST_URGENT)
    rows = [
        Text("%(status)s: %(count)s", status=name, count=counts[key]) for key, name in STATUSES.items() if key in counts
    ]
    text = paragraphs(
        Text("Selamat pagi. Berkas yang sedang dikerjakan:"),
        lines(*rows),
        lines(Text("Paling mendesak:"), *(line(ctx, application) for application in urgent)) if urgent else None,
    )
    choices = [
        Choice(code(OpenCase(application.id)), Text("%(number)s", number=application.number)) for application in urgent
    ]
    notices.tell(
        ctx, officer.person_id, text, "digest", *choices, Choice(code(OpenInbox()), Text("Semua berkas"), nav=True)
    )


def _forget(run: ClockRun, after: Cursor | None) -> Cursor | None:
    return (run.now, 0) if clock.delete_old(run.session, run.now - KEPT) == PAGE else None
