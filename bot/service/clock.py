"""What happens because days pass: reminders, digests, closing. Source: SK 66/BPS/Tahun 2023, a result within 30 working
days.

Reminders are sent on working days only, between half past seven and the office's closing time; what falls due meanwhile
waits. Each reminder is sent once: its key is stored in the transaction that queues it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from bot.actions import code
from bot.actions.officer import OpenInbox
from bot.chat import Choice
from bot.service import (
    buttons,
    cases,
    complaint_deadlines,
    consultation_deadlines,
    copy_requests,
    idle_claims,
    notices,
    promises,
    queue_closing,
    ratings,
    revisions,
    transitions,
)
from bot.service.clock_run import ClockRun, DailyJob, next_due, watch_promises
from bot.service.context import AppContext, Context
from bot.service.wording import count_lines, days_left, line
from domain.lifecycle import WITHOUT_RESULT
from domain.office.calendar_check import missing_years
from domain.text import Text, lines, paragraphs
from storage import clock, daily_counts, installation, officers
from storage import copy_requests as copy_request_rows
from storage.clock import Cursor
from storage.tables import Application, Officer

#: working days before the promised day on which the officer is reminded
DAYS_LEFT = (0, 2, 5, 10)
MORNING = time(7, 30)
NOON = time(12)
#: setting with the fingerprint of the calendar by which all promised days are computed
CALENDAR = "calendar"
#: setting with the day on which idle claims were released last
RELEASED = "idle_claims"
RATE_AFTER = timedelta(days=3)
CLOSE_AFTER = timedelta(days=30)
#: How long a sent reminder is remembered; longer than any reminder interval.
REMEMBER_FOR = timedelta(days=400)


def daily_jobs(app: AppContext, now: datetime) -> list[DailyJob]:
    """The jobs of this moment. The worker runs each page by page, every page in a transaction of its own."""
    office, here = app.office, now.astimezone(app.office.zone)
    found: list[DailyJob] = [_close_unrated, complaint_deadlines.close_settled, consultation_deadlines.close_silent]
    found += [_delete_old_reminders, queue_closing.close_days, queue_closing.close_days_off]
    if not office.calendar.is_working_day(here.date()) or not MORNING <= here.time() < office.desk_hours.closes:
        return found
    pausing = {"revision_requested"} if office.deadline.pauses_during_revision else set()
    found += [_update_promises, _warn_of_missing_years]
    found += [partial(_remind_of_deadline, status) for status in WITHOUT_RESULT if status not in pausing]
    found += [_release_idle, _remind_of_revision, complaint_deadlines.remind, consultation_deadlines.remind]
    found += [_ask_for_rating, _expire_copy_requests]
    return [*found, _send_digests] if here.time() < NOON else found


def _update_promises(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """After the calendar has changed, the promised days follow it. The calendar is known again after the last page, so
    that a crash between two pages leaves nothing out; a day that has moved does not move again.
    """
    office = run.app.office
    year = run.now.astimezone(office.zone).year
    known = office.calendar.fingerprint(range(year - 1, year + 2))
    if installation.setting(run.session, CALENDAR) == known:
        return None
    page = clock.without_result(run.session, after)
    following = next_due(page)
    for application in page:
        promises.update(run.context_of(application), application)
    if following is None:
        installation.save_setting(run.session, CALENDAR, known)
    return following


def _warn_of_missing_years(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """Once a month, from October on for the following year. To the admins; to the heads where there is no admin."""
    today = run.now.astimezone(run.app.office.zone).date()
    years = missing_years(run.app.office, today)
    if years and run.claim_reminder("calendar", f"{today:%Y-%m}", years[0]):
        staff = officers.reachable(run.session, "admin") or officers.reachable(run.session, "head")
        for officer in staff:
            text = Text(
                "Hari libur dan cuti bersama tahun %(year)s belum ada dalam kalender layanan. Janji hasil pada "
                "tahun itu masih perkiraan. Setelah keputusan bersama tiga menteri terbit, tambahkan "
                "[holidays.%(year)s] dalam profil kantor, lalu jalankan ulang layanan.",
                year=str(years[0]),
            )
            notices.tell_officer(run.context_of_person(officer.person_id), officer.person_id, text, "calendar")
    return None


def _remind_of_deadline(status: str, run: ClockRun, after: Cursor | None) -> Cursor | None:
    """Before the promised day the officer is told, after it the head."""

    def remind(application: Application, left: int, mark: int) -> None:
        if run.claim_reminder("due", application.id, mark):
            ctx = run.context_of(application)
            text = _deadline_reminder(ctx, application, left)
            notices.tell_case_officer(ctx, application, text, "deadline", buttons.open_case(application))

    def tell_overdue(application: Application, today: date) -> None:
        if run.claim_reminder("overdue", application.id, today):
            _tell_head_of_overdue(run.context_of(application), application)

    return watch_promises(
        run,
        after,
        DAYS_LEFT,
        lambda session, until, cursor: clock.due_by(session, status, until, cursor),
        remind=remind,
        tell_overdue=tell_overdue,
    )


def _deadline_reminder(ctx: Context, application: Application, left: int) -> Text:
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


def _tell_head_of_overdue(ctx: Context, application: Application) -> None:
    text = Text(
        "Perhatian: hasil pemeriksaan permohonan %(number)s dijanjikan paling lambat %(day)s, %(left)s.",
        number=application.number,
        day=application.due_on,
        left=days_left(ctx, application),
    )
    notices.tell_staff(ctx, ("head",), text, "overdue", buttons.open_case(application), about=application)


def _release_idle(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """What an officer claimed and left alone goes back to all of them. Whole days count, so that one run a day is
    enough. What it skipped, because somebody was at work on it, was not left alone.
    """
    today = run.now.astimezone(run.app.office.zone).date().isoformat()
    if installation.setting(run.session, RELEASED) == today:
        return None
    page = clock.due_by(run.session, "under_review", date.max, after)
    for application in page:
        idle_claims.release_if_idle(run.context_of(application), application)
    following = next_due(page)
    if following is None:
        installation.save_setting(run.session, RELEASED, today)
    return following


def _remind_of_revision(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """Applicants who have not answered the remarks are reminded; after the last day an officer is asked to confirm that
    the application expires.
    """
    office = run.app.office
    first = min(office.deadline.reminder_days, default=7) - 1  # one day less, because the query compares hours too
    page = clock.returned(run.session, run.now - timedelta(days=first), after)
    for application in page:
        ctx = run.context_of(application)
        if revisions.is_overdue(ctx, application):
            if run.claim_reminder("expire", application.id, application.round):
                _ask_to_expire(ctx, application)
            continue
        waiting = (ctx.today - revisions.returned_on(ctx, application)).days
        mark = max((mark for mark in office.deadline.reminder_days if mark <= waiting), default=None)
        if mark is not None and run.claim_reminder("silent", application.id, application.round, mark):
            _remind_applicant(ctx, application)
    return next_due(page)


def _remind_applicant(ctx: Context, application: Application) -> None:
    number, day = application.number, revisions.returned_on(ctx, application)
    text = Text(
        "Permohonan %(number)s menunggu perbaikan dari Anda sejak %(day)s. Isian Anda tersimpan. Silakan jawab catatan "
        "petugas paling lambat %(last)s: pilih Perbaiki sekarang.",
        number=number,
        day=day,
        last=revisions.last_day(ctx, application),
    )
    notices.tell_applicant(
        ctx,
        application,
        text,
        "silent",
        buttons.start_revision(application),
        subject=Text("Permohonan %(number)s menunggu perbaikan Anda", number=number),
        mail_text=revisions.mail_text(
            ctx,
            application,
            Text(
                "Permohonan %(number)s menunggu perbaikan dari Anda sejak %(day)s. Isian Anda tersimpan.",
                number=number,
                day=day,
            ),
        ),
    )


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
            stars = ratings.star_buttons("letter", application.id)
            notices.tell(ctx, application.person_id, text, "rate", *stars, about=application)
    return _next_issued(page)


def _close_unrated(run: ClockRun, after: Cursor | None) -> Cursor | None:
    page = clock.issued(run.session, run.now - CLOSE_AFTER, after)
    for application in page:
        transitions.move(run.context_of(application), application, "close", by_system=True)
    return _next_issued(page)


def _next_issued(page: Sequence[Application]) -> Cursor | None:
    last = page[-1] if len(page) == clock.PAGE else None
    return (last.issued_at, last.id) if last is not None and last.issued_at is not None else None


def _send_digests(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """Each working morning, to every officer with work: what is assigned to them or to nobody. The head sees all."""
    today = run.now.astimezone(run.app.office.zone).date()
    staff = clock.staff(run.session, after)
    for officer in staff:
        counts = clock.count_by_status(run.session, _whose_work(officer))
        if counts and run.claim_reminder("digest", officer.person_id, today):
            _tell_digest(run.context_of_person(officer.person_id), officer, counts)
    return (today, staff[-1].person_id) if len(staff) == clock.PAGE else None


def _whose_work(officer: Officer) -> int | None:
    """The person id; None: everybody's."""
    return None if officer.role == "head" else officer.person_id


def _tell_digest(ctx: Context, officer: Officer, counts: dict[str, int]) -> None:
    urgent = clock.most_urgent(ctx.session, _whose_work(officer), cases.MOST_URGENT)
    rows = count_lines(counts)
    text = paragraphs(
        Text("Selamat pagi. Permohonan yang sedang dikerjakan:"),
        lines(*rows),
        lines(Text("Paling mendesak:"), *(line(ctx, application) for application in urgent)) if urgent else None,
    )
    overview = Choice(code(OpenInbox()), Text("Semua berkas"), nav=True)
    notices.tell_officer(ctx, officer.person_id, text, "digest", *map(buttons.open_numbered, urgent), overview)


def _expire_copy_requests(run: ClockRun, after: Cursor | None) -> Cursor | None:
    """Whoever asked to copy a colleague's application, and was not answered, is told."""
    page = copy_request_rows.unanswered(run.session, run.now - copy_requests.ANSWER_WITHIN)
    for request in page:
        copy_requests.expire(run.context_of_person(request.person_id), request)
    return (run.now, 0) if len(page) == copy_request_rows.PAGE else None


def _delete_old_reminders(run: ClockRun, after: Cursor | None) -> Cursor | None:
    daily_counts.delete_old(run.session, run.now.date() - timedelta(days=2))
    return (run.now, 0) if clock.delete_old(run.session, run.now - REMEMBER_FOR) == clock.PAGE else None
