"""What complainers do: file a complaint with or without their name, read its status, say whether it is settled.

A complaint with a name is answered in its writer's conversations. One without a name has no link to a person: its
status and its answer are read with its number and a secret code that is shown once. The office sets the days
(`[complaints]` in its profile): usual in law, to be confirmed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from hmac import compare_digest

from bot.service import attachments, audit, code_attempts, complaint_desk, daily_limits
from bot.service.complaint_subjects import Subject, who_is_meant
from bot.service.context import Context
from domain.complaints import CODE_LENGTH, NUMBER, REOPEN_WITHIN
from domain.frozen import frozen
from domain.numbers import application_number
from domain.pages import ListPage, Place
from domain.text import Text
from storage import complaints
from storage.complaints import ComplaintFigures
from storage.number_series import next_number
from storage.statistics import Moments
from storage.tables import Complaint, ComplaintEntry, File

PAGE = 6
_SECRET = "complaint"
_ENTRY_NAMES = {
    "answer": Text("Jawaban"),
    "interim": Text("Jawaban sementara"),
    "reopening": Text("Dibuka lagi"),
    "file": Text("Berkas"),
}


@frozen
class FiledComplaint:
    complaint: Complaint
    secret: str  #: shown once; empty for a complaint with a name
    has_reader: bool  #: somebody of the staff may handle it and can be reached


@frozen
class OwnComplaint:
    """A complaint as its writer reads it."""

    complaint: Complaint
    secret: str
    entries: Sequence[ComplaintEntry]
    can_settle: bool
    can_reopen: bool
    reopen_by: date


def entry_name(entry: ComplaintEntry) -> Text:
    """What came with the complaint, or was said after it was filed."""
    is_from_staff = entry.kind == "file" and entry.author_id is not None
    return Text("Berkas dari petugas") if is_from_staff else _ENTRY_NAMES[entry.kind]


def file(
    ctx: Context,
    words: str,
    *,
    named: bool = True,
    subject: Subject | None = None,
    file_ids: Collection[int] = (),
) -> FiledComplaint | None:
    """None when there are too many on this day. One without a name goes without files."""
    if not daily_limits.may_complain(ctx):
        return None
    secret = "" if named else code_attempts.new_code(CODE_LENGTH)
    complaint = _new(ctx, words, named)
    if secret:
        complaint.secret = _digests(ctx, complaint.number, secret)[0]
    meant = who_is_meant(ctx, subject or Subject())
    complaint.about, complaint.for_heads = meant.words, meant.is_unknown
    complaint.about_application_id = meant.application_id if named else None
    ctx.session.add(complaint)
    ctx.session.flush()
    complaints.exclude(ctx.session, complaint.id, meant.person_ids)
    _attach(ctx, complaint, file_ids)
    _record(ctx, complaint, "complain")
    return FiledComplaint(complaint, secret, complaint_desk.tell_of_new(ctx, complaint))


def _new(ctx: Context, words: str, named: bool) -> Complaint:
    year, terms, calendar = ctx.today.year, ctx.office.complaints, ctx.office.calendar
    first_answer_by = calendar.deadline(ctx.today, terms.first_answer_days).day
    return Complaint(
        number=application_number(NUMBER, year, next_number(ctx.session, f"complaint/{year}")),
        person_id=ctx.actor.id if named else None,
        text=words,
        created_at=ctx.now,
        first_answer_by=first_answer_by,
        due_on=first_answer_by,
        settle_by=calendar.deadline(ctx.today, terms.settled_days).day,
        state="open",
        round=1,
        changed_at=ctx.now,
    )


def _attach(ctx: Context, complaint: Complaint, file_ids: Collection[int]) -> None:
    """A complaint without a name goes without files: they can tell who sent them."""
    if complaint.person_id is None:
        attachments.drop(ctx, file_ids)
    else:
        complaints.add_files(ctx.session, complaint, attachments.send(ctx, file_ids), ctx.now)


def list_own(ctx: Context, start: Place | int) -> ListPage[Complaint]:
    """One page of those that carry the actor's name, the newest first."""
    return complaints.of_person(ctx.session, ctx.person_id, start, PAGE)


def find_own(ctx: Context, number: str) -> int | None:
    """The id of the actor's complaint with this number."""
    found = complaints.by_number(ctx.session, number)
    return found.id if found is not None and found.person_id == ctx.person_id else None


def find_with_secret(ctx: Context, number: str, secret: str) -> int | None:
    """The id of the complaint that this code opens. Wrong codes are counted: see `must_wait`."""
    found = complaints.by_number(ctx.session, number)
    if found is None:
        code_attempts.count_wrong(ctx)
        return None
    return found.id if _opens(ctx, found, secret) else None


def must_wait(ctx: Context) -> bool:
    """Whether too many wrong codes came from this address."""
    return code_attempts.must_wait(ctx)


def read_own(ctx: Context, complaint_id: int, secret: str = "") -> OwnComplaint | None:
    """Locked. None for a complaint of somebody else, and for a wrong code."""
    complaint = complaints.lock(ctx.session, complaint_id)
    if complaint is None or not _is_own(ctx, complaint, secret):
        return None
    reopen_by = complaint.changed_at + REOPEN_WITHIN
    is_answered = complaint.state in {"answered", "closed"}
    return OwnComplaint(
        complaint,
        secret,
        complaints.entries(ctx.session, complaint.id),
        can_settle=complaint.state == "answered",
        can_reopen=is_answered and complaint.round == 1 and ctx.now <= reopen_by,
        reopen_by=reopen_by.astimezone(ctx.office.zone).date(),
    )


def file_of_own(ctx: Context, complaint_id: int, file_id: int) -> File | None:
    """A file of a complaint that carries the actor's name, whoever sent it."""
    own = read_own(ctx, complaint_id)
    return complaints.file_in(ctx.session, complaint_id, file_id) if own is not None else None


def settle(ctx: Context, complaint_id: int, secret: str) -> bool:
    """Its writer is content. False when that cannot be said now."""
    own = read_own(ctx, complaint_id, secret)
    if own is None or not own.can_settle:
        return False
    own.complaint.state, own.complaint.changed_at = "closed", ctx.now
    ctx.session.flush()
    _record(ctx, own.complaint, "settled")
    return True


def reopen(
    ctx: Context, complaint_id: int, secret: str, words: str, file_ids: Collection[int] = ()
) -> FiledComplaint | None:
    """Once. The days count anew. None when that is not possible any more. Without a name it goes without files."""
    own = read_own(ctx, complaint_id, secret)
    if own is None or not own.can_reopen:
        return None
    complaint, terms, calendar = own.complaint, ctx.office.complaints, ctx.office.calendar
    complaint.state, complaint.round, complaint.changed_at = "open", complaint.round + 1, ctx.now
    complaint.due_on = calendar.deadline(ctx.today, terms.first_answer_days).day
    complaint.settle_by = calendar.deadline(ctx.today, terms.settled_days).day
    ctx.session.add(ComplaintEntry(complaint_id=complaint.id, kind="reopening", text=words, at=ctx.now))
    _attach(ctx, complaint, file_ids)
    ctx.session.flush()
    _record(ctx, complaint, "reopen_complaint")
    return FiledComplaint(complaint, secret, complaint_desk.tell_of_reopened(ctx, complaint))


def figures_of_year(ctx: Context) -> ComplaintFigures:
    """Of the current year, for everybody: counts without content."""
    begins, ends = (datetime(ctx.today.year + later, 1, 1, tzinfo=ctx.office.zone) for later in (0, 1))
    return complaints.figures(ctx.session, Moments(begins, ends), ctx.today)


def _is_own(ctx: Context, complaint: Complaint, secret: str) -> bool:
    return _opens(ctx, complaint, secret) if secret else complaint.person_id == ctx.person_id


def _opens(ctx: Context, complaint: Complaint, secret: str) -> bool:
    """Nothing is compared while the address must wait, so that codes cannot be tried one after the other."""
    if must_wait(ctx):
        return False
    given = _digests(ctx, complaint.number, secret)
    is_right = any(compare_digest(complaint.secret, one) for one in given)
    if not is_right:
        code_attempts.count_wrong(ctx)
    return is_right


def _digests(ctx: Context, number: str, secret: str) -> list[str]:
    return ctx.app.keys.digests(_SECRET, f"{number}/{code_attempts.normalise(secret)}")


def _record(ctx: Context, complaint: Complaint, act: str) -> None:
    """The lines of a complaint without a name do not say who wrote it."""
    audit.record(ctx, complaint, act, after={"state": complaint.state}, by_system=complaint.person_id is None)
