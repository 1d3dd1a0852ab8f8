"""A revision: asked for by an officer, sent by the applicant, or expired (SK 66/BPS/Tahun 2023, step 5 online)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.actions import code
from bot.actions.applicant import StartApplication
from bot.actions.officer import ListRemarks, OpenCase
from bot.chat import Choice
from bot.service import access, buttons, cases, drafts, notices, transitions
from bot.service.access import ActionRefused
from bot.service.audit import chain_of
from bot.service.context import Context
from domain.form.definition import next_question
from domain.office.working_days import Deadline, months_later
from domain.text import Json, Text
from storage import applications, audit, officers, remarks
from storage import drafts as draft_rows
from storage.tables import Application, Draft


def request_revision(ctx: Context, application: Application) -> None:
    """Opens the flagged answers to the applicant; needs at least one open remark."""
    transitions.check(ctx, application, "request_revision")
    flagged = remarks.of_application(ctx.session, application.id, "open", "answered")
    if not flagged:
        raise ActionRefused(Text("Tulis paling sedikit satu catatan sebelum meminta perbaikan."))
    transitions.move(
        ctx,
        application,
        "request_revision",
        also={"questions": list(dict.fromkeys(row.question for row in flagged))},
        first_result_at=application.first_result_at or ctx.now,
        returned_at=ctx.now,
    )
    draft = draft_rows.of_application(ctx.session, application)
    by_question: dict[str, Json] = {}
    for row in flagged:
        row.state = "open"
        by_question[row.question] = "\n".join(filter(None, [str(by_question.get(row.question, "")), row.text]))
    sent = cases.answers(ctx, application).answers
    unsent = (name for name in draft.answers if name not in sent)
    drafts.open_revision(ctx, draft, by_question, [*by_question, *unsent])
    text = Text(
        "Permohonan %(number)s sudah diperiksa. Ada %(count)s catatan yang perlu Anda jawab atau perbaiki. "
        "Buka percakapan ini, lalu pilih Perbaiki sekarang.",
        number=application.number,
        count=len(by_question),
    )
    notices.tell_applicant(ctx, application, text, "revision_requested", buttons.start_revision(application))


def returned_on(ctx: Context, application: Application) -> date:
    """The office's day on which revision was last requested."""
    return (application.returned_at or ctx.now).astimezone(ctx.office.zone).date()


def silent_until(ctx: Context, application: Application) -> date:
    """The last day for answering the remarks."""
    return months_later(returned_on(ctx, application), ctx.office.deadline.expires_months)


def silent_too_long(ctx: Context, application: Application) -> bool:
    return application.status == "revision_requested" and ctx.today > silent_until(ctx, application)


def must_be_silent_too_long(ctx: Context, application: Application) -> None:
    transitions.check(ctx, application, "expire")
    if not silent_too_long(ctx, application):
        raise ActionRefused(Text("Batas waktu perbaikannya belum lewat."))


def expire(ctx: Context, application: Application) -> None:
    """Closes what nobody has answered for months; an officer confirms it, never the clock alone."""
    must_be_silent_too_long(ctx, application)
    transitions.move(ctx, application, "expire")
    drafts.close(ctx, draft_rows.of_application(ctx.session, application))
    text = Text(
        "Permohonan %(number)s kami tutup karena catatan petugas belum dijawab selama %(months)s bulan. Isian Anda "
        "tetap tersimpan di register kami. Bila kegiatannya masih direncanakan, silakan ajukan permohonan baru; kami "
        "siap membantu.",
        number=application.number,
        months=ctx.office.deadline.expires_months,
    )
    anew = Choice(code(StartApplication()), Text("Ajukan permohonan"))
    notices.tell_applicant(ctx, application, text, "expired", anew)


@dataclass(frozen=True, slots=True)
class Days:
    """Working days since the application came."""

    all: int
    with_applicant: int  #: of these, waiting for a revision


def days(ctx: Context, application: Application) -> Days:
    """Both figures, for the standard does not say whether the clock pauses during a revision."""
    calendar, zone = ctx.office.calendar, ctx.office.zone
    waited, since = 0, None
    for act, at in audit.moments(ctx.session, chain_of(application), "request_revision", "resubmit"):
        day = at.astimezone(zone).date()
        if act == "request_revision":
            since = day
        elif since is not None:
            waited, since = waited + calendar.working_days_between(since, day), None
    if since is not None:
        waited += calendar.working_days_between(since, ctx.today)
    came = application.submitted_at.astimezone(zone).date()
    return Days(calendar.working_days_between(came, ctx.today), waited)


def _due_after_pause(ctx: Context, application: Application) -> Deadline:
    """Where the office's clock pauses during a revision, the promise moves by the working days that it took."""
    if not ctx.office.deadline.pauses_during_revision:
        return Deadline(application.due_on, application.due_certain)
    calendar = ctx.office.calendar
    moved = calendar.deadline(
        application.due_on, calendar.working_days_between(returned_on(ctx, application), ctx.today)
    )
    return Deadline(moved.day, moved.certain and application.due_certain)


def resubmit(ctx: Context, draft: Draft) -> Application:
    """The applicant sends the revision: a new numbered revision of the answers, back to the same officer."""
    application = applications.of_draft(ctx.session, draft.id)
    if application is None:
        raise ActionRefused(Text("Permohonan itu tidak ada."))
    access.require(ctx, application, "resubmit")
    form = ctx.app.form(draft.form, draft.version)
    path = drafts.path(ctx, form, draft)
    if next_question(path, draft.answers, [str(name) for name in draft.refill]) is not None:
        raise ActionRefused(Text("Masih ada catatan yang belum dijawab."))
    due = _due_after_pause(ctx, application)
    transitions.move(
        ctx,
        application,
        "resubmit",
        due_on=due.day,
        due_certain=due.certain,
        round=application.round + 1,
        title=str(draft.answers["judul_kegiatan"]),
        organiser=str(draft.answers["instansi_penyelenggara"]),
    )
    on_path = drafts.whole_path(ctx, form, draft)
    applications.freeze(ctx.session, application, {q.id: draft.answers[q.id] for q in on_path}, ctx.now)
    for row in remarks.of_application(ctx.session, application.id, "open"):
        row.state, row.reply = "answered", str(draft.replies.get(row.question, ""))
    drafts.close(ctx, draft)
    ctx.session.flush()
    if application.officer_id is not None and officers.get(ctx.session, application.officer_id) is None:
        transitions.move(ctx, application, "release", by_system=True, officer_id=None)
    text = Text(
        "Perbaikan permohonan %(number)s sudah masuk (putaran %(round)s).",
        number=application.number,
        round=application.round,
    )
    is_assigned = application.officer_id is not None
    opens = ListRemarks(application.id) if is_assigned else OpenCase(application.id)
    notices.tell_case_officer(ctx, application, text, "resubmitted", Choice(code(opens), Text("Periksa")))
    return application
