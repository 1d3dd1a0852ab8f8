"""Asks the applicant of an earlier application whether a colleague of the same institution may copy its answers.

Whoever asks is told the same whether the number exists or not, and whether it is of their institution: nobody learns
from a number who applies for what.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from bot.actions import code
from bot.actions.applicant import AllowCopy, BeginCopy, RefuseCopy, StartApplication
from bot.chat import Choice
from bot.service import access, audit, daily_limits, earlier_applications, notices
from bot.service.access import ActionRefused
from bot.service.applications import FORM
from bot.service.context import Context
from domain.institutions import is_same_institution
from domain.text import Text, paragraphs
from storage import applications, cases, copy_requests, people
from storage.tables import Application, CopyRequest, Draft

#: how long an answer is waited for, and how long a permission can be used
ANSWER_WITHIN = timedelta(days=7)
USABLE_FOR = timedelta(days=30)
#: questions about one application that wait for an answer at once
MOST_OPEN = 3

Asked = Literal["asked", "waiting", "allowed", "ended", "own", "too_many", "not_registered"]
_OVER = Text("Permintaan itu sudah tidak berlaku.")


def ask(ctx: Context, number: str) -> tuple[Asked, CopyRequest | None]:
    """Asks about the application with this number, and says what became of it. "asked" says nothing about the number.
    "own": it is the actor's.
    """
    person = ctx.actor
    if person.registered_at is None or person.email_proven_at is None:
        return "not_registered", None
    application = cases.by_number(ctx.session, number)
    if application is not None and application.person_id == person.id:
        return "own", None
    before = copy_requests.find(ctx.session, person.id, number)
    if before is not None:
        return _standing(ctx, before), before
    if not daily_limits.may_ask_to_copy(ctx):
        return "too_many", None
    asked = application if application is not None and _may_be_asked(ctx, application) else None
    request = copy_requests.add(ctx.session, person.id, number, asked.id if asked else None, ctx.now)
    if request is not None and asked is not None:
        audit.record(ctx, asked, "ask_copy", after={"request": request.id})
        _tell_applicant(ctx, asked, request)
    return "asked", request


def answer(ctx: Context, request_id: int, *, allows: bool) -> Application:
    """The applicant of the asked application answers. A permission can be taken back until the copy was made; a refusal
    stays, because whoever asked was told. Raises `ActionRefused`, for everybody else in the words for a request that
    nobody was asked about: else whoever asks would learn whether there is somebody.
    """
    application, request = _open(ctx, request_id)
    try:
        access.require(ctx, application, "allow_copy")
    except ActionRefused as refused:
        raise ActionRefused(_OVER) from refused
    state = "allowed" if allows else "refused"
    if request.state == "copied":
        raise ActionRefused(Text("Jawaban permohonan itu sudah disalin."))
    is_late = request.state == "asked" and ctx.now >= request.asked_at + ANSWER_WITHIN
    if request.state not in {"asked", "allowed", state} or is_late:
        raise ActionRefused(_OVER)
    if request.state != state:
        request.state, request.answered_at = state, ctx.now
        audit.record(ctx, application, "allow_copy" if allows else "refuse_copy", after={"request": request.id})
        _tell_asker(ctx, request)
    return application


def begin(ctx: Context, request_id: int) -> Draft | None:
    """A new draft with the allowed answers, without personal data and files. `None` where the actor may not copy them,
    or not any more.
    """
    found = copy_requests.get(ctx.session, request_id)
    if found is None or found.person_id != ctx.actor.id or found.application_id is None:
        return None
    application, request = _open(ctx, request_id)
    if not _is_usable(ctx, request):
        return None
    draft = earlier_applications.begin_with(ctx, application, of_colleague=True)
    if draft is not None:
        request.state = "copied"
        audit.record(ctx, application, "copied", after={"request": request.id})
    return draft


def list_allowed(ctx: Context) -> Sequence[CopyRequest]:
    """What the actor may copy now."""
    return copy_requests.allowed(ctx.session, ctx.actor.id, ctx.now - USABLE_FOR)


def expire(ctx: Context, request: CopyRequest) -> None:
    """Nobody has answered in time; whoever asked is told. `ctx`: of whoever asked."""
    request.state, request.answered_at = "expired", ctx.now
    _tell_asker(ctx, request)


def _open(ctx: Context, request_id: int) -> tuple[Application, CopyRequest]:
    """Both locked, the application first. Raises `ActionRefused`."""
    found = copy_requests.get(ctx.session, request_id)
    about = found.application_id if found is not None else None
    application = applications.get(ctx.session, about) if about is not None else None
    request = copy_requests.lock(ctx.session, request_id) if application is not None else None
    if application is None or request is None:
        raise ActionRefused(_OVER)
    return application, request


def _standing(ctx: Context, request: CopyRequest) -> Asked:
    """What whoever asks again is told about a number."""
    if request.state == "asked" and ctx.now < request.asked_at + ANSWER_WITHIN:
        return "waiting"
    return "allowed" if _is_usable(ctx, request) else "ended"


def _is_usable(ctx: Context, request: CopyRequest) -> bool:
    answered = request.answered_at
    return request.state == "allowed" and answered is not None and ctx.now < answered + USABLE_FOR


def _may_be_asked(ctx: Context, application: Application) -> bool:
    """Whether its applicant is a colleague who can be reached, and is not asked by too many already."""
    applicant = people.get(ctx.session, application.person_id)
    names = (applicant.institution, application.organiser)
    return (
        application.form == FORM
        and any(is_same_institution(ctx.actor.institution, name) for name in names)
        and bool(people.reachable_chats(ctx.session, applicant.id))
        and copy_requests.count_open(ctx.session, application.id) < MOST_OPEN
    )


def _tell_applicant(ctx: Context, application: Application, request: CopyRequest) -> None:
    last = (request.asked_at + ANSWER_WITHIN).astimezone(ctx.office.zone).date()
    who, number = ctx.actor, application.number
    asked = Text(
        "%(name)s dari %(institution)s (%(email)s) ingin memulai permohonan baru dari jawaban permohonan Anda "
        "%(number)s, “%(title)s”. Izinkan jawabannya disalin?",
        name=who.name,
        institution=who.institution,
        email=who.email,
        number=number,
        title=application.title,
    )
    kept = Text("Nama dan kontak orang, tahun, jadwal, dan berkas tidak ikut disalin.")
    until = Text("Bila Anda tidak menjawab sampai %(day)s, permintaan ini gugur.", day=last)
    how = Text("Silakan jawab di percakapan Anda: tekan Izinkan atau Tolak.")
    notices.tell_applicant(
        ctx,
        application,
        paragraphs(asked, kept, until),
        "copy_request",
        Choice(code(AllowCopy(request.id)), Text("Izinkan")),
        Choice(code(RefuseCopy(request.id)), Text("Tolak")),
        subject=Text("Permintaan menyalin jawaban permohonan %(number)s", number=number),
        mail_text=paragraphs(asked, kept, until, how),
    )


def _tell_asker(ctx: Context, request: CopyRequest) -> None:
    """Who was not answered, who was refused, and who asked about nobody's number are told the same."""
    if request.state == "allowed":
        last = (ctx.now + USABLE_FOR).astimezone(ctx.office.zone).date()
        text = Text("Jawaban permohonan %(number)s boleh Anda salin sampai %(day)s.", number=request.number, day=last)
        choice = begin_choice(request)
    else:
        text = Text(
            "Jawaban permohonan %(number)s tidak dapat disalin karena izinnya tidak ada. Silakan isi dari awal.",
            number=request.number,
        )
        choice = Choice(code(StartApplication()), Text("Ajukan permohonan"))
    notices.tell(ctx, request.person_id, text, "copy_answer", choice)


def begin_choice(request: CopyRequest) -> Choice:
    return Choice(
        code(BeginCopy(request.id)), Text("Salin %(number)s", number=request.number), Text("Salin yang diizinkan")
    )
