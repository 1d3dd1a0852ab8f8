"""Complaints told in chat: a number at once, the desk is told, the answer comes back in the same conversation.

The days are the office's (`[complaints]`): usual in law, to be confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.types import Choice
from bot.service import notices, officers
from bot.service.desk import Desk
from desk.numbers import application_number
from desk.permissions import may
from desk.text import Text, paragraphs
from storage import applications, audit
from storage import complaints as rows
from storage.tables import Complaint

PAGE = 6
NUMBER = "ADU-%(year)s-%(serial)04d"


def file(desk: Desk, words: str) -> Complaint:
    """Keeps it, gives a number, tells the desk."""
    year = desk.today.year
    serial = applications.next_number(desk.session, f"complaint/{year}")
    due = desk.office.calendar.deadline(desk.today, desk.office.complaints.first_answer_days)
    row = Complaint(
        number=application_number(NUMBER, year, serial),
        person_id=desk.actor.id,
        text=words,
        created_at=desk.now,
        first_answer_by=due.day,
        state="open",
        answer="",
    )
    desk.session.add(row)
    desk.session.flush()
    _audit(desk, row, "complain")
    text = Text("Pengaduan baru %(number)s, jawab paling lambat %(day)s.", number=row.number, day=row.first_answer_by)
    notices.tell_staff(desk, ("officer", "head"), text, "complaint", Choice(f"complaint:show:{row.id}", Text("Baca")))
    return row


def count_open(desk: Desk) -> int:
    """How many wait for an answer; none for those who may not give one."""
    return rows.count_open(desk.session) if _may_answer(desk) else 0


def waiting(desk: Desk, page: int) -> tuple[Sequence[Complaint], bool]:
    """One page of those that wait, the oldest first, and whether there are more."""
    found = rows.open_ones(desk.session, page, PAGE) if _may_answer(desk) else ()
    return found[:PAGE], len(found) > PAGE


def _may_answer(desk: Desk) -> bool:
    return may(officers.role(desk), "answer_complaint", owns=False, holds=False)


def can_be_answered(desk: Desk, complaint_id: int) -> bool:
    """Asked before the words are asked for; nothing is read for it."""
    row = desk.session.get(Complaint, complaint_id)
    return row is not None and row.state == "open" and row.person_id != desk.actor.id and _may_answer(desk)


def find(desk: Desk, complaint_id: int) -> Complaint | None:
    """For those who may answer it; anybody else's request is as good as a wrong number."""
    if not _may_answer(desk):
        return None
    row = desk.session.get(Complaint, complaint_id, with_for_update=True)
    if row is not None:
        _audit(desk, row, "read")
    return row


def answer(desk: Desk, complaint_id: int, words: str) -> bool:
    """False when it is answered already, or not this person's to answer."""
    row = find(desk, complaint_id)
    if row is None or row.state != "open" or row.person_id == desk.actor.id:
        return False
    row.state, row.answer, row.answered_by, row.answered_at = "answered", words, desk.actor.id, desk.now
    desk.session.flush()
    _audit(desk, row, "answer")
    text = paragraphs(Text("Jawaban atas pengaduan %(number)s:", number=row.number), Text("%(words)s", words=words))
    notices.tell(desk, row.person_id, text, "complaint_answered")
    return True


def _audit(desk: Desk, row: Complaint, act: str) -> None:
    case = f"complaint/{row.id}"
    audit.write(desk.session, case, f"person/{desk.actor.id}", act, desk.now, {}, {"state": row.state})
