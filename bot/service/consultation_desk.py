"""What the staff do with consultations: read, take, answer. Nobody answers a question of their own. What is asked here
for permission holds at the act.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.service import access, attachments, audit, consultation_notices, consultations, notices, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.pages import ListPage, Place
from domain.text import Text
from storage import consultations as rows
from storage import people
from storage.tables import Consultation, File, Person

PAGE = 6
_NOT_YOURS = Text("Konsultasi itu sudah dijawab, atau sedang ditangani petugas lain.")
_NOT_NOW = Text("Itu tidak dapat dilakukan pada konsultasi ini sekarang.")


def may_advise(ctx: Context) -> bool:
    return access.may_do(ctx, "advise")


def count_open(ctx: Context) -> int:
    """How many wait for an answer; 0 for those who may not answer."""
    return rows.count_open(ctx.session, ctx.person_id) if may_advise(ctx) else 0


def list_open(ctx: Context, start: Place | int) -> ListPage[Consultation]:
    """One page, the oldest first. Raises `ActionRefused`."""
    access.require_staff(ctx, "advise")
    return rows.list_open(ctx.session, ctx.person_id, start, PAGE)


def find(ctx: Context, number: str) -> int | None:
    """The id of the consultation with this number, if the actor may answer it. Records nothing."""
    found = rows.by_number(ctx.session, number) if may_advise(ctx) else None
    return found.id if found is not None and found.person_id != ctx.person_id else None


def read(ctx: Context, consultation_id: int) -> Consultation:
    """Locked; reading is recorded. Raises `ActionRefused`."""
    consultation = _lock(ctx, consultation_id)
    consultations.record(ctx, consultation, "read")
    return consultation


def asker(ctx: Context, consultation: Consultation) -> Person:
    """The caller has read it."""
    return people.get(ctx.session, consultation.person_id)


def asker_name(ctx: Context, consultation: Consultation) -> str | Text:
    return asker(ctx, consultation).name or Text("Penanya")


def can_take(ctx: Context, consultation: Consultation) -> bool:
    """What somebody else has taken, only the head takes, or whoever may once that person has left."""
    if consultation.state != "open" or consultation.officer_id == ctx.person_id:
        return False
    return _is_free(ctx, consultation) or officers.role(ctx) == "head"


def can_answer(ctx: Context, consultation: Consultation) -> bool:
    """What nobody has taken, or they themselves."""
    is_theirs = consultation.officer_id == ctx.person_id or _is_free(ctx, consultation)
    return consultation.state == "open" and is_theirs


def take(ctx: Context, consultation_id: int) -> None:
    """Whoever had it is told. Raises `ActionRefused`."""
    consultation = _lock(ctx, consultation_id)
    if not can_take(ctx, consultation):
        raise ActionRefused(_NOT_NOW)
    before, consultation.officer_id = consultation.officer_id, ctx.actor.id
    ctx.session.flush()
    consultations.record(ctx, consultation, "take")
    if before is not None:
        text = Text(
            "%(name)s mengambil alih konsultasi %(number)s.",
            name=officers.name_of(ctx, ctx.actor.id),
            number=consultation.number,
        )
        notices.tell_officer(ctx, before, text, "consultation_taken_over")


def release(ctx: Context, consultation_id: int) -> None:
    """Back to everybody who may answer it. Raises `ActionRefused`."""
    consultation = _lock(ctx, consultation_id)
    if consultation.state != "open" or consultation.officer_id != ctx.actor.id:
        raise ActionRefused(_NOT_NOW)
    consultation.officer_id = None
    ctx.session.flush()
    consultations.record(ctx, consultation, "release")
    consultation_notices.tell_of_free(ctx, consultation)


def check(ctx: Context, consultation_id: int) -> Consultation:
    """Raises `ActionRefused` when the actor may not answer it now; asked before the answer is typed."""
    consultation = _lock(ctx, consultation_id)
    if not can_answer(ctx, consultation):
        raise ActionRefused(_NOT_YOURS)
    return consultation


def answer(ctx: Context, consultation_id: int, words: str, file_ids: Collection[int] = ()) -> None:
    """The asker gets the words, and a copy of each file. Raises `ActionRefused`."""
    consultation = check(ctx, consultation_id)
    if consultation.answered_at is None:
        consultation.answered_at, consultation.in_time = ctx.now, ctx.today <= consultation.due_on
    consultation.officer_id, consultation.state, consultation.changed_at = ctx.actor.id, "answered", ctx.now
    ctx.session.flush()
    files = [attachments.copy_for(ctx, file, consultation.person_id) for file in attachments.unsent(ctx, file_ids)]
    consultations.add(ctx, consultation, ctx.actor.id, words, files)
    consultations.record(ctx, consultation, "answer")
    name = officers.name_of(ctx, ctx.actor.id)
    consultation_notices.tell_asker(ctx, consultation, name, words, files)


def open_file(ctx: Context, consultation_id: int, file_id: int) -> File:
    """The actor's own row for a file of it; reading is recorded. Raises `ActionRefused`."""
    consultation = _lock(ctx, consultation_id)
    file = consultations.file_in(ctx, consultation, file_id)
    audit.record(ctx, consultation, "read_file", after={"file": file.id})
    return attachments.copy_for(ctx, file, ctx.person_id, consultation.id)


def _lock(ctx: Context, consultation_id: int) -> Consultation:
    """Locked first, then asked for permission: who has a role now counts."""
    consultation = rows.lock(ctx.session, consultation_id)
    access.require_staff(ctx, "advise")
    if consultation is None or consultation.person_id == ctx.person_id:
        raise ActionRefused(consultations.NOT_OPEN)
    return consultation


def _is_free(ctx: Context, consultation: Consultation) -> bool:
    """Nobody has taken it who can still answer it."""
    holder = consultation.officer_id
    readers = consultation_notices.readers_of(ctx, consultation)
    return holder is None or holder not in {officer.person_id for officer in readers}
