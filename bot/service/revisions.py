"""Revisions: an officer requests one, the applicant sends it, or it expires. Source: SK 66/BPS/Tahun 2023, step 5
online.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.actions import code
from bot.actions.applicant import StartApplication
from bot.actions.officer import ListRemarks, OpenCase
from bot.chat import Choice
from bot.service import access, buttons, cases, drafts, notices, promises, transitions
from bot.service import remarks as remark_acts
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.office.working_days import Deadline, months_later
from domain.text import Json, Text, lines, paragraphs, verbatim
from storage import applications, officers, remarks
from storage import drafts as draft_rows
from storage.tables import Application, Draft, Remark

NO_REMARK = Text("Tulis paling sedikit satu catatan sebelum meminta perbaikan.")


def check_request(ctx: Context, application: Application) -> Sequence[Remark]:
    """The remarks that a request would send. Raises `ActionRefused` when there is none, or the actor may not ask."""
    transitions.check(ctx, application, "request_revision")
    unclosed = remarks.of_application(ctx.session, application.id, "open", "answered")
    if not unclosed:
        raise ActionRefused(NO_REMARK)
    return unclosed


def request_revision(ctx: Context, application: Application) -> None:
    """Opens the answers with remarks to the applicant. Raises `ActionRefused` when no remark is open."""
    unclosed = check_request(ctx, application)
    by_question: dict[str, Json] = {}
    proposals: dict[str, Json] = {row.question: row.proposal["value"] for row in unclosed if row.proposal}
    for row in unclosed:
        row.state = "open"
        by_question[row.question] = "\n".join(filter(None, [str(by_question.get(row.question, "")), row.text]))
    transitions.move(
        ctx,
        application,
        "request_revision",
        also={"questions": list(by_question)},
        first_result_at=application.first_result_at or ctx.now,
        returned_at=ctx.now,
    )
    _open_draft(ctx, application, by_question, proposals)
    text = Text(
        "Permohonan %(number)s sudah diperiksa. Ada %(count)s catatan yang perlu Anda jawab atau perbaiki. "
        "Silakan pilih Perbaiki sekarang.",
        number=application.number,
        count=len(by_question),
    )
    examined = Text("Permohonan %(number)s sudah diperiksa.", number=application.number)
    notices.tell_applicant(
        ctx,
        application,
        text,
        "revision_requested",
        buttons.start_revision(application),
        subject=Text("Permohonan %(number)s perlu diperbaiki", number=application.number),
        mail_text=mail_text(ctx, application, examined),
    )


def check_take_back(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` when the actor may not take the request for a revision back, or when the applicant has
    begun to answer it.
    """
    transitions.check(ctx, application, "take_back")
    if not is_unanswered(ctx, application):
        raise ActionRefused(Text("Pemohon sudah mulai menjawab catatan, jadi permintaan ini tidak dapat ditarik."))


def is_unanswered(ctx: Context, application: Application) -> bool:
    """Whether every answer with a remark still waits."""
    draft = draft_rows.of_application(ctx.session, application)
    return draft.state == "revising" and not draft.replies and set(draft.remarks) <= set(draft.refill)


def take_back(ctx: Context, application: Application, round: int) -> None:
    """Returns to the examination, with the same remarks; the applicant, who was asked, is told. `round`: of the answers
    that were returned; raises `ActionRefused` for another one.
    """
    check_take_back(ctx, application)
    cases.check_round(application, round)
    due, days = _promise_after_pause(ctx, application)
    transitions.move(ctx, application, "take_back", due_on=due.day, due_certain=due.certain, promised_days=days)
    drafts.close(ctx, draft_rows.of_application(ctx.session, application))
    text = Text(
        "Petugas menarik kembali permintaan perbaikan permohonan %(number)s dan memeriksanya lagi. "
        "Anda tidak perlu melakukan apa pun sekarang.",
        number=application.number,
    )
    subject = Text("Permohonan %(number)s diperiksa lagi", number=application.number)
    notices.tell_applicant(ctx, application, text, "taken_back", subject=subject)


def mail_text(ctx: Context, application: Application, begins: Text) -> Text:
    """A mail with every open remark in full, under the question that it is about."""
    questions = ctx.app.form(application.form, application.version).questions
    open_remarks = remarks.of_application(ctx.session, application.id, "open")
    by_question: dict[str, list[Text]] = {}
    for row in open_remarks:
        proposed = remark_acts.proposed(questions[row.question], row)
        by_question.setdefault(row.question, []).extend(filter(None, (verbatim(row.text), proposed)))
    asked = (questions[id] for id in questions if id in by_question)
    return paragraphs(
        begins,
        Text("Catatan yang perlu Anda jawab atau perbaiki:"),
        *(
            lines(Text("%(code)s %(label)s", code=one.code, label=one.heading or one.label), *by_question[one.id])
            for one in asked
        ),
        Text(
            "Untuk menjawabnya, buka percakapan Anda dengan layanan ini paling lambat %(last)s, lalu tulis: perbaiki",
            last=last_day(ctx, application),
        ),
    )


def _open_draft(
    ctx: Context, application: Application, by_question: dict[str, Json], proposals: dict[str, Json]
) -> None:
    """Answers that were never sent, because they did not apply, have to be given again when they apply now."""
    draft = draft_rows.of_application(ctx.session, application)
    sent = cases.answers(ctx, application).answers
    unsent = (name for name in draft.answers if name not in sent)
    drafts.open_revision(ctx, draft, by_question, proposals, [*by_question, *unsent])


def returned_on(ctx: Context, application: Application) -> date:
    """The day in the office's zone on which revision was last requested."""
    return (application.returned_at or ctx.now).astimezone(ctx.office.zone).date()


def last_day(ctx: Context, application: Application) -> date:
    """The last day on which the applicant can answer the remarks."""
    return months_later(returned_on(ctx, application), ctx.office.deadline.expires_months)


def is_overdue(ctx: Context, application: Application) -> bool:
    return application.status == "revision_requested" and ctx.today > last_day(ctx, application)


def check_overdue(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` when the actor may not let the revision expire now."""
    transitions.check(ctx, application, "expire")
    if not is_overdue(ctx, application):
        raise ActionRefused(Text("Batas waktu perbaikannya belum lewat."))


def expire(ctx: Context, application: Application, round: int) -> None:
    """Ends an application whose remarks were not answered in time. An officer confirms this; the system never does it
    alone. `round`: the round whose remarks the officer has seen. Raises `ActionRefused` for another one.
    """
    check_overdue(ctx, application)
    cases.check_round(application, round)
    transitions.move(ctx, application, "expire")
    drafts.close(ctx, draft_rows.of_application(ctx.session, application))
    text = Text(
        "Permohonan %(number)s kami tutup karena catatan petugas belum dijawab selama %(months)s bulan. Isian Anda "
        "tetap tersimpan di register kami. Bila kegiatannya masih direncanakan, silakan ajukan permohonan baru; kami "
        "siap membantu.",
        number=application.number,
        months=ctx.office.deadline.expires_months,
    )
    again = Choice(code(StartApplication()), Text("Ajukan permohonan"))
    subject = Text("Permohonan %(number)s kami tutup", number=application.number)
    notices.tell_applicant(ctx, application, text, "expired", again, subject=subject)


def resubmit(ctx: Context, draft: Draft) -> Application:
    """The applicant sends the revision: the answers are frozen as the next revision, and the application returns to the
    same officer. Raises `ActionRefused` while a remark is not answered.
    """
    application = applications.of_draft(ctx.session, draft.id)
    if application is None:
        raise ActionRefused(Text("Permohonan itu tidak ada."))
    access.require(ctx, application, "resubmit")
    form = ctx.app.form(draft.form, draft.version)
    if drafts.next_open(drafts.path(ctx, form, draft), draft) is not None:
        raise ActionRefused(Text("Masih ada catatan yang belum dijawab."))
    due, days = _promise_after_pause(ctx, application)
    transitions.move(
        ctx,
        application,
        "resubmit",
        due_on=due.day,
        due_certain=due.certain,
        promised_days=days,
        round=application.round + 1,
        title=str(draft.answers["judul_kegiatan"]),
        organiser=str(draft.answers["instansi_penyelenggara"]),
    )
    sent = {question.id: draft.answers[question.id] for question in drafts.whole_path(ctx, form, draft)}
    applications.freeze(ctx.session, application, sent, ctx.now)
    for row in remarks.of_application(ctx.session, application.id, "open"):
        row.state, row.reply = "answered", str(draft.replies.get(row.question, ""))
    drafts.close(ctx, draft)
    if application.officer_id is not None and officers.get(ctx.session, application.officer_id) is None:
        transitions.move(ctx, application, "release", by_system=True, officer_id=None)
    _tell_about_revision(ctx, application)
    return application


def _promise_after_pause(ctx: Context, application: Application) -> tuple[Deadline, int]:
    """The promised day and the promised working days when a revision ends."""
    paused = _paused_days(ctx, application)
    return promises.deadline_of(ctx, application, paused), promises.promised_days(ctx, application) + paused


def _paused_days(ctx: Context, application: Application) -> int:
    """If the office's clock pauses during a revision, the promised day moves by the working days that it took."""
    if not ctx.office.deadline.pauses_during_revision:
        return 0
    return ctx.office.calendar.working_days_between(returned_on(ctx, application), ctx.today)


def _tell_about_revision(ctx: Context, application: Application) -> None:
    text = Text(
        "Perbaikan permohonan %(number)s sudah masuk (putaran %(round)s).",
        number=application.number,
        round=application.round,
    )
    is_assigned = application.officer_id is not None
    opens = ListRemarks(application.id) if is_assigned else OpenCase(application.id)
    notices.tell_case_officer(ctx, application, text, "resubmitted", Choice(code(opens), Text("Periksa")))
