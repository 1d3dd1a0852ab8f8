"""Complaints: they get a number at once, staff are told, and the answer comes back to the person's conversations.

The office sets the days (`[complaints]` in its profile): usual in law, to be confirmed.
"""

from __future__ import annotations

from bot.actions import code
from bot.actions.officer import OpenComplaint
from bot.chat import Choice
from bot.service import access, audit, daily_limits, notices
from bot.service.context import Context
from domain.numbers import application_number
from domain.pages import ListPage, Place
from domain.text import Text, paragraphs
from storage import complaints
from storage.number_series import next_number
from storage.tables import Complaint

PAGE = 6
NUMBER = "ADU-%(year)s-%(serial)04d"


def file(ctx: Context, words: str) -> Complaint | None:
    """None when there are too many on this day."""
    if not daily_limits.may_complain(ctx):
        return None
    year = ctx.today.year
    serial = next_number(ctx.session, f"complaint/{year}")
    due = ctx.office.calendar.deadline(ctx.today, ctx.office.complaints.first_answer_days)
    complaint = Complaint(
        number=application_number(NUMBER, year, serial),
        person_id=ctx.actor.id,
        text=words,
        created_at=ctx.now,
        first_answer_by=due.day,
        state="open",
        answer="",
    )
    ctx.session.add(complaint)
    ctx.session.flush()
    _record(ctx, complaint, "complain")
    text = Text(
        "Pengaduan baru %(number)s, jawab paling lambat %(day)s.",
        number=complaint.number,
        day=complaint.first_answer_by,
    )
    read = Choice(code(OpenComplaint(complaint.id)), Text("Baca"))
    notices.tell_staff(ctx, ("officer", "head"), text, "complaint", read)
    return complaint


def count_open(ctx: Context) -> int:
    """How many wait for an answer; 0 for those who may not answer."""
    return complaints.count_open(ctx.session) if _may_answer(ctx) else 0


def list_open(ctx: Context, start: Place | int) -> ListPage[Complaint]:
    """One page of the complaints that wait for an answer, the oldest first; empty for those who may not answer."""
    return complaints.list_open(ctx.session, start, PAGE) if _may_answer(ctx) else ListPage(())


def can_be_answered(ctx: Context, complaint_id: int) -> bool:
    """Whether the actor may answer it now; asked before the answer is typed. Records nothing."""
    complaint = ctx.session.get(Complaint, complaint_id)
    if complaint is None or complaint.state != "open" or complaint.person_id == ctx.actor.id:
        return False
    return _may_answer(ctx)


def read(ctx: Context, complaint_id: int) -> Complaint | None:
    """The complaint, locked; reading is recorded. None for those who may not answer complaints."""
    if not _may_answer(ctx):
        return None
    complaint = ctx.session.get(Complaint, complaint_id, with_for_update=True, populate_existing=True)
    if complaint is not None:
        _record(ctx, complaint, "read")
    return complaint


def answer(ctx: Context, complaint_id: int, words: str) -> bool:
    """False when it is answered already, or when the actor may not answer it."""
    complaint = read(ctx, complaint_id)
    if complaint is None or complaint.state != "open" or complaint.person_id == ctx.actor.id:
        return False
    complaint.state, complaint.answer = "answered", words
    complaint.answered_by_id, complaint.answered_at = ctx.actor.id, ctx.now
    ctx.session.flush()
    _record(ctx, complaint, "answer")
    heading = Text("Jawaban atas pengaduan %(number)s:", number=complaint.number)
    text = paragraphs(heading, Text("%(words)s", words=words))
    notices.tell(ctx, complaint.person_id, text, "complaint_answered")
    return True


def _may_answer(ctx: Context) -> bool:
    return access.may_do(ctx, "answer_complaint")


def _record(ctx: Context, complaint: Complaint, act: str) -> None:
    audit.record(ctx, complaint, act, after={"state": complaint.state})
