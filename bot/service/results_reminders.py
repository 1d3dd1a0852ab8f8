"""After the planned release the organiser is reminded of what the letter obliges it to: to hand over the results and
their metadata (PP 51/1999). Letters that reject an activity oblige nobody.
"""

from __future__ import annotations

from datetime import date, datetime, time

from bot.service import notices, register
from bot.service.cases import FEASIBLE
from bot.service.context import Context
from domain.checks.schedule import RELEASES
from domain.text import Text
from storage import applications, jobs
from storage.tables import Application

JOB = "results"
AT = time(9)


def plan(ctx: Context, application: Application) -> None:
    """In the transaction that sends the letter; a corrected letter adds no second reminder."""
    due_at = _due_at(ctx, application)
    if due_at is not None and application.verdict == FEASIBLE:
        key = f"{JOB}/{application.id}"
        jobs.add(ctx.session, JOB, key, due_at, {"application": application.id})


def send(ctx: Context, application_id: int) -> None:
    """Says nothing about a letter that was revoked meanwhile."""
    application = ctx.session.get_one(Application, application_id)
    planned = _planned_release(ctx, application)
    if planned is None or not register.has_valid_letter(ctx, application):
        return
    office = ctx.office.office
    text = Text(
        "Rilis hasil kegiatan “%(title)s” direncanakan pada %(day)s. Mohon serahkan hasil dan metadatanya kepada "
        "%(office)s melalui %(email)s, dengan menyebutkan nomor %(number)s. Kewajiban ini tertulis dalam surat "
        "rekomendasi.",
        title=application.title,
        day=planned,
        office=office.name,
        email=office.email,
        number=application.number,
    )
    subject = Text("Hasil dan metadata kegiatan %(number)s", number=application.number)
    notices.tell_applicant(ctx, application, text, "results", subject=subject)


def _due_at(ctx: Context, application: Application) -> datetime | None:
    """In the morning of the first working day after the release."""
    planned = _planned_release(ctx, application)
    if planned is None:
        return None
    day = ctx.office.calendar.deadline(max(planned, ctx.today), 1).day
    return datetime.combine(day, AT, ctx.office.zone)


def _planned_release(ctx: Context, application: Application) -> date | None:
    """The first planned day in the newest answers."""
    frozen = applications.submission(ctx.session, application.id, application.round)
    days = [str(frozen.answers[id]) for id in RELEASES if frozen is not None and frozen.answers.get(id)]
    return min(map(date.fromisoformat, days), default=None)
