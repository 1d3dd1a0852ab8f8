"""What applicants do with their applications: send, look up, withdraw. Source: SK 66/BPS/Tahun 2023."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from bot.chat import Prompt
from bot.service import buttons, copies, drafts, notices, promises, receipts, register, transitions
from bot.service.context import Context
from domain.checks import Finding, advice, basis, blocking, examine, examine_answer, is_examined_alone
from domain.form.definition import Answers, Form
from domain.form.form_answers import CheckContext
from domain.form.loading import REQUEST_FORM
from domain.frozen import frozen
from domain.lifecycle import WITHDRAWABLE
from domain.numbers import application_number
from domain.text import Text, paragraphs
from storage import applications, continuations, letters, people
from storage import drafts as draft_rows
from storage.number_series import next_number
from storage.tables import COUNTER, Application, Draft, File, Letter

FORM = REQUEST_FORM

Refusal = Literal["not_registered", "incomplete", "blocked"]


@frozen
class NotSubmitted:
    reason: Refusal


def findings(ctx: Context, form: Form, answers: Answers, day: date | None = None) -> tuple[Finding, ...]:
    """What the examiner's rules say about the answers; nothing for forms that nobody examines.

    `day`: the day of submission, by default today.
    """
    if form.id != FORM:
        return ()
    return examine(form, answers, _check_context(ctx, form, answers, day or ctx.today))


def findings_of_answer(ctx: Context, form: Form, answers: Answers, question_id: str) -> tuple[Finding, ...]:
    """What the examiner will probably ask about this answer alone."""
    if form.id != FORM or not is_examined_alone(question_id):
        return ()
    return examine_answer(form, answers, _check_context(ctx, form, answers, ctx.today), question_id)


def leave_findings(ctx: Context, form: Form, draft: Draft, question_ids: Iterable[str]) -> None:
    """The person leaves what was found in these answers. It is not asked again while the answers stay."""
    found = [one for id in question_ids for one in findings_of_answer(ctx, form, draft.answers, id)]
    drafts.leave_findings(ctx, draft, {one.rule: basis(one, draft.answers) for one in found})


def leave_finding(ctx: Context, form: Form, draft: Draft, rule: str, mark: str) -> None:
    """The same for what one rule says about complete answers. `mark`: its `basis` when it was shown; nothing is left
    when those answers have changed since.
    """
    for found in advice(findings(ctx, form, draft.answers)):
        if found.rule == rule and basis(found, draft.answers) == mark:
            drafts.leave_findings(ctx, draft, {rule: mark})


def is_left(draft: Draft, finding: Finding, answers: Answers) -> bool:
    """Whether the person of the draft said that these answers stay as they are."""
    return draft.left_findings.get(finding.rule) == basis(finding, answers)


def left_rules(ctx: Context, application: Application, found: Iterable[Finding], answers: Answers) -> frozenset[str]:
    """The rules whose findings the applicant left as they are. `answers`: those of the application."""
    left = draft_rows.left_findings(ctx.session, application.draft_id)
    return frozenset(finding.rule for finding in found if left.get(finding.rule) == basis(finding, answers))


def _check_context(ctx: Context, form: Form, answers: Answers, day: date) -> CheckContext:
    office = ctx.office
    return CheckContext.of(
        form, answers, day, office.calendar, office.switches, working_days=office.deadline.working_days
    )


def submit(ctx: Context, draft: Draft) -> Application | NotSubmitted:
    """Sends the draft: revision 1 of the answers is frozen, the application gets its number and its promised day, and
    the receipt is queued. Only the draft's own person can, and only after registration, or an officer at the counter
    who has registered them.
    """
    is_known = ctx.actor.email_proven_at is not None or ctx.recorder_id is not None
    if draft.person_id != ctx.actor.id or not is_known:
        return NotSubmitted("not_registered")
    form = ctx.app.form(draft.form)
    path = drafts.path(ctx, form, draft)
    if drafts.next_open(path, draft) is not None:
        return NotSubmitted("incomplete")
    if blocking(findings(ctx, form, draft.answers)):
        return NotSubmitted("blocked")
    frozen = {question.id: draft.answers[question.id] for question in path}
    application = _application(ctx, draft, form)
    transitions.submit(ctx, application, frozen)
    drafts.close(ctx, draft)
    receipts.request(ctx, application)
    copies.mail_to_addressee(ctx, application, form, frozen)
    text = Text("Permohonan baru %(number)s: “%(title)s”", number=application.number, title=application.title)
    notices.tell_staff(ctx, ("officer", "head"), text, "submitted", buttons.open_case(application), about=application)
    return application


def _application(ctx: Context, draft: Draft, form: Form) -> Application:
    """A new application, not stored and without its status."""
    due = promises.deadline(ctx)
    year = ctx.today.year
    serial = next_number(ctx.session, f"application/{year}")
    return Application(
        number=application_number(ctx.office.numbers.application_number, year, serial),
        person_id=ctx.actor.id,
        draft_id=draft.id,
        form=form.id,
        version=form.version,
        title=str(draft.answers["judul_kegiatan"]),
        organiser=str(draft.answers["instansi_penyelenggara"]),
        submitted_at=ctx.now,
        channel=ctx.sender.channel if ctx.recorder_id is None else COUNTER,
        due_on=due.day,
        due_certain=due.certain,
        promised_days=ctx.office.deadline.working_days,
        round=1,
        verdict="",
        grounds=[],
        advice=[],
        director_note="",
    )


def list_mine(ctx: Context) -> Sequence[Application]:
    """The actor's applications, the newest first."""
    return applications.of_person(ctx.session, ctx.actor.id)


def get_mine(ctx: Context, application_id: int) -> Application | None:
    """Locked. None for an application of somebody else."""
    application = applications.get(ctx.session, application_id)
    return application if application is not None and application.person_id == ctx.actor.id else None


def find(ctx: Context, application_id: int) -> Application | None:
    """Locked; of anybody. For lines of the audit."""
    return applications.get(ctx.session, application_id)


def find_mine(ctx: Context, number: str) -> Application | None:
    """The actor's application with this number, as people read it."""
    return next((application for application in list_mine(ctx) if application.number == number), None)


def letter_file(ctx: Context, application: Application) -> File | None:
    """The letter of the actor's own application, once it is issued and drawn."""
    letter = _sent_letter(ctx, application) if application.person_id == ctx.actor.id else None
    if letter is None or register.revoked_letter(ctx, application) is not None:
        return None
    return ctx.session.get_one(File, letter.file_id)


def is_letter_sent(ctx: Context, application: Application) -> bool:
    """False while it is drawn, or waits for its signature."""
    return _sent_letter(ctx, application) is not None


def _sent_letter(ctx: Context, application: Application) -> Letter | None:
    newest = letters.newest(ctx.session, application.id)
    return newest if newest is not None and newest.stage != "draft" and newest.state == "ready" else None


def withdraw(ctx: Context, application: Application, round: int) -> bool:
    """False when the actor can no longer withdraw it, or has sent newer answers since. The office keeps the answers.

    `round`: the round that the question was about.
    """
    if application.round != round or application.person_id != ctx.actor.id or application.status not in WITHDRAWABLE:
        return False
    if application.status == "revision_requested":
        drafts.close(ctx, draft_rows.of_application(ctx.session, application))
    transitions.move(ctx, application, "withdraw", withdrawn_at=ctx.now)
    withdrawn = Text("Permohonan %(number)s sudah ditarik atas permintaan Anda.", number=application.number)
    chats = people.chat_addresses(ctx.session, ctx.actor.id)
    mailed = paragraphs(withdrawn, continuations.way_back(ctx.session, chats))
    mail = Prompt(mailed, subject=withdrawn, reason="withdrawn")
    notices.queue(ctx, notices.mailbox_of(ctx, ctx.actor.id, chats), mail)
    if application.officer_id is not None:
        text = Text("Pemohon menarik permohonan %(number)s. Pemeriksaannya selesai.", number=application.number)
        notices.tell_case_officer(ctx, application, text, "withdrawn", buttons.open_case(application))
    return True
