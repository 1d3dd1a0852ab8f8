"""Complaints told in chat: a number at once, the desk is told, the answer comes back in the same conversation.

The days are the office's (`[complaints]`): usual in law, to be confirmed.
"""

from __future__ import annotations

from bot.actions import code
from bot.actions.officer import OpenComplaint
from bot.chat import Choice
from bot.service import audit, notices, officers
from bot.service.context import Context
from bot.service.pages import Page, page_of
from domain.numbers import application_number
from domain.permissions import may
from domain.text import Text, paragraphs
from storage import complaints as rows
from storage.number_series import next_number
from storage.tables import Complaint

PAGE = 6
NUMBER = "ADU-%(year)s-%(serial)04d"


def file(ctx: Context, words: str) -> Complaint:
    """Keeps it, gives a number, tells the desk."""
    year = ctx.today.year
    serial = next_number(ctx.session, f"complaint/{year}")
    due = ctx.office.calendar.deadline(ctx.today, ctx.office.complaints.first_answer_days)
    row = Complaint(
        number=application_number(NUMBER, year, serial),
        person_id=ctx.actor.id,
        text=words,
        created_at=ctx.now,
        first_answer_by=due.day,
        state="open",
        answer="",
    )
    ctx.session.add(row)
    ctx.session.flush()
    _audit(ctx, row, "complain")
    text = Text("Pengaduan baru %(number)s, jawab paling lambat %(day)s.", number=row.number, day=row.first_answer_by)
    notices.tell_staff(ctx, ("officer", "head"), text, "complaint", Choice(code(OpenComplaint(row.id)), Text("Baca")))
    return row


def count_open(ctx: Context) -> int:
    """How many wait for an answer; none for those who may not give one."""
    return rows.count_open(ctx.session) if _may_answer(ctx) else 0


def waiting(ctx: Context, page: int) -> Page[Complaint]:
    """One page of the complaints that wait for an answer, the oldest first."""
    found = rows.list_open(ctx.session, page, PAGE) if _may_answer(ctx) else ()
    return page_of(found, PAGE)


def _may_answer(ctx: Context) -> bool:
    return may(officers.role(ctx), "answer_complaint", owns=False, holds=False)


def can_be_answered(ctx: Context, complaint_id: int) -> bool:
    """Asked before the words are asked for; nothing is read for it."""
    row = ctx.session.get(Complaint, complaint_id)
    return row is not None and row.state == "open" and row.person_id != ctx.actor.id and _may_answer(ctx)


def find(ctx: Context, complaint_id: int) -> Complaint | None:
    """For those who may answer it; anybody else's request is as good as a wrong number."""
    if not _may_answer(ctx):
        return None
    row = ctx.session.get(Complaint, complaint_id, with_for_update=True)
    if row is not None:
        _audit(ctx, row, "read")
    return row


def answer(ctx: Context, complaint_id: int, words: str) -> bool:
    """False when it is answered already, or not this person's to answer."""
    row = find(ctx, complaint_id)
    if row is None or row.state != "open" or row.person_id == ctx.actor.id:
        return False
    row.state, row.answer, row.answered_by_id, row.answered_at = "answered", words, ctx.actor.id, ctx.now
    ctx.session.flush()
    _audit(ctx, row, "answer")
    text = paragraphs(Text("Jawaban atas pengaduan %(number)s:", number=row.number), Text("%(words)s", words=words))
    notices.tell(ctx, row.person_id, text, "complaint_answered")
    return True


def _audit(ctx: Context, row: Complaint, act: str) -> None:
    audit.record(ctx, row, act, after={"state": row.state})
