"""The promised day of a result, and the working days that a case takes.

Source: SK 66/BPS/Tahun 2023, a result within 30 working days; the day of sending is not counted.
"""

from __future__ import annotations

from datetime import date

from bot.actions import code
from bot.actions.applicant import ApplicationStep
from bot.chat import Choice
from bot.service import audit, buttons, notices
from bot.service.context import Context
from domain.frozen import frozen
from domain.office.working_days import Deadline
from domain.text import Text
from storage import audit as audit_rows
from storage.tables import Application


@frozen
class DaysTaken:
    """Working days since an application was sent."""

    total: int
    with_applicant: int  #: of these, the days on which a revision was awaited

    @property
    def at_office(self) -> int:
        return self.total - self.with_applicant


def deadline(ctx: Context) -> Deadline:
    """The promised day if an application is sent today."""
    return ctx.office.calendar.deadline(ctx.today, ctx.office.deadline.working_days)


def deadline_of(ctx: Context, application: Application, more_days: int = 0) -> Deadline:
    """The promised day of an application by the calendar of today. `more_days`: working days that are added."""
    return ctx.office.calendar.deadline(_sent_on(ctx, application), promised_days(ctx, application) + more_days)


def promised_days(ctx: Context, application: Application) -> int:
    """The working days that were promised. An application of an older version has its promised day alone."""
    if application.promised_days is not None:
        return application.promised_days
    return ctx.office.calendar.working_days_between(_sent_on(ctx, application), application.due_on)


def marked(application: Application, sentence: Text) -> Text:
    """A sentence with the promised day; it says so when the day is an estimate."""
    if application.due_certain:
        return sentence
    return Text(
        "%(promise)s Tanggal itu perkiraan: hari libur tahun berikutnya belum ditetapkan.",
        promise=sentence,
    )


def update(ctx: Context, application: Application) -> None:
    """Moves the promised day after the calendar has changed, and tells the applicant and the officer. Nothing happens
    when the application has the day of today's calendar.
    """
    application.promised_days = promised_days(ctx, application)
    due, before = deadline_of(ctx, application), application.due_on
    application.due_on, application.due_certain = due.day, due.certain
    if due.day == before:
        return
    moved = {"due_on": before.isoformat()}, {"due_on": due.day.isoformat()}
    audit.record(ctx, application, "move_promise", *moved, by_system=True)
    _tell(ctx, application, before)


def _tell(ctx: Context, application: Application, before: date) -> None:
    number, day = application.number, application.due_on
    text = Text(
        "Kalender hari kerja berubah. Hasil pemeriksaan permohonan %(number)s kami sampaikan paling lambat %(day)s, "
        "sebelumnya %(before)s.",
        number=number,
        day=day,
        before=before,
    )
    status = Choice(code(ApplicationStep("show", application.id)), Text("Lihat status"))
    subject = Text("Janji hasil permohonan %(number)s berubah", number=number)
    notices.tell_applicant(ctx, application, marked(application, text), "promise", status, subject=subject)
    for_officer = Text(
        "Kalender hari kerja berubah. Janji hasil permohonan %(number)s sekarang %(day)s, sebelumnya %(before)s. "
        "Pemohon kami beri tahu.",
        number=number,
        day=day,
        before=before,
    )
    notices.tell_case_officer(ctx, application, for_officer, "promise", buttons.open_case(application))


def days_taken(ctx: Context, application: Application) -> DaysTaken:
    """Until today, or until the verdict. Both figures, because the standard does not say whether the clock pauses
    during a revision.
    """
    if application.days_total is not None and application.verdict:
        return DaysTaken(application.days_total, application.days_with_applicant or 0)
    calendar = ctx.office.calendar
    return DaysTaken(
        calendar.working_days_between(_sent_on(ctx, application), ctx.today), _days_with_applicant(ctx, application)
    )


def _days_with_applicant(ctx: Context, application: Application) -> int:
    if application.returned_at is None:
        return 0
    calendar, zone = ctx.office.calendar, ctx.office.zone
    waited, since = 0, None
    chain = audit.chain_of(application)
    for act, at in audit_rows.times_of(ctx.session, chain, "request_revision", "resubmit", "take_back"):
        day = at.astimezone(zone).date()
        if act == "request_revision":
            since = day
        elif since is not None:
            waited, since = waited + calendar.working_days_between(since, day), None
    return waited + (calendar.working_days_between(since, ctx.today) if since is not None else 0)


def _sent_on(ctx: Context, application: Application) -> date:
    return application.submitted_at.astimezone(ctx.office.zone).date()
