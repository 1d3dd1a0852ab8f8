"""What officers write about an application: remarks, which the applicant answers, and notes for colleagues.

Source: SK 66/BPS/Tahun 2023, step 5 online.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.service import access, audit, cases
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import Question
from domain.text import Json, Text
from storage import remarks
from storage.tables import Application, Note, Remark


def list_remarks(ctx: Context, application: Application, *states: str) -> Sequence[Remark]:
    """The oldest first; only those in `states`, if any are named. The caller has opened the case."""
    return remarks.of_application(ctx.session, application.id, *states)


def check_under_review(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` when the actor may not write or close remarks now."""
    access.require(ctx, application, "remark")
    if application.status != "under_review":
        raise ActionRefused(Text("Catatan hanya dapat diurus selama permohonan diperiksa."))


def check_question(ctx: Context, application: Application, question: Question) -> None:
    """Raises `ActionRefused` when the actor may not write a remark on this answer; asked before the remark is typed."""
    check_under_review(ctx, application)
    if question.id not in cases.answers(ctx, application).answers:
        raise ActionRefused(Text("Butir itu tidak ada di permohonan ini."))


def check_none_open(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` while a remark is open or answered: the verdict *layak* needs all of them closed."""
    if remarks.of_application(ctx.session, application.id, "open", "answered"):
        raise ActionRefused(Text("Masih ada catatan yang belum ditutup. Tutup dahulu, atau minta perbaikan."))


def add(ctx: Context, application: Application, question: Question, words: str) -> Remark:
    """A remark on one answer. The applicant sees it when revision is requested."""
    check_question(ctx, application, question)
    row = Remark(
        application_id=application.id,
        round=application.round,
        question=question.id,
        text=words,
        author_id=ctx.actor.id,
        created_at=ctx.now,
        state="open",
        reply="",
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(ctx, application, "remark", {}, {"question": question.id, "text": words})
    return row


def close(ctx: Context, application: Application, remark_id: int, round: int) -> Remark:
    """`round`: the round whose answer the officer has seen. Raises `ActionRefused` for another one."""
    check_under_review(ctx, application)
    cases.check_round(application, round)
    row = remarks.get(ctx.session, remark_id)
    if row is None or row.application_id != application.id or row.state == "closed":
        raise ActionRefused(Text("Catatan itu sudah tidak terbuka."))
    before = row.state
    row.state = "closed"
    ctx.session.flush()
    after: dict[str, Json] = {"question": row.question, "state": "closed", "text": row.text, "reply": row.reply}
    audit.record(ctx, application, "close_remark", {"state": before}, after)
    return row


def list_notes(ctx: Context, application: Application) -> Sequence[Note]:
    """The oldest first. The caller has opened the case."""
    return remarks.notes(ctx.session, application.id)


def add_note(ctx: Context, application: Application, words: str) -> None:
    """For colleagues; the applicant never sees it."""
    access.require(ctx, application, "note")
    ctx.session.add(Note(application_id=application.id, author_id=ctx.actor.id, created_at=ctx.now, text=words))
    audit.record(ctx, application, "note", {}, {"text": words})
