"""What happens to an application at the desk, up to the verdict, which is in `decisions.py`. Each use case checks
permission, moves the lifecycle, writes the audit line and queues what people are told; all of it in the caller's
transaction. Source: SK 66/BPS/Tahun 2023.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.service import access, audit, drafts, notices, officers, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.pages import Page, page_of
from domain.form.definition import Question
from domain.lifecycle import Verdict
from domain.text import Json, Text
from storage import applications, cases, file_records, letters
from storage import officers as officer_rows
from storage import remarks as remark_rows
from storage.tables import Application, File, Letter, Note, Remark, Submission

PAGE = 6
MOST_URGENT = 3
#: lists beside the states of work: what the actor holds; what is done with, the newest first
MINE, ENDED = "mine", "ended"
#: states in which the desk has to do something
AT_THE_DESK = ("submitted", "under_review", "letter_drafted")
FEASIBLE: Verdict = "layak"
REJECTED: Verdict = "ditolak"
VERDICTS: Mapping[str, Text] = {FEASIBLE: Text("Layak"), REJECTED: Text("Ditolak")}


def inbox(ctx: Context, which: str, page: int) -> Page[Application]:
    """One page of the applications in a status, the most urgent first, or of one of the other lists."""
    access.require_staff(ctx)
    if which == MINE:
        return page_of(cases.assigned_to(ctx.session, ctx.actor.id, page, PAGE), PAGE)
    if which == ENDED:
        return page_of(cases.ended(ctx.session, page, PAGE), PAGE)
    return page_of(cases.in_status(ctx.session, which, page, PAGE), PAGE)


def search(ctx: Context, words: str, page: int) -> Page[Application]:
    """The applications in work that have all of the words in their title, organiser or number."""
    access.require_staff(ctx)
    return page_of(cases.search(ctx.session, words.split(), page, PAGE), PAGE)


def urgent(ctx: Context) -> Sequence[Application]:
    """What this person should look at first: what waits for them, or for anybody at the desk."""
    access.require_staff(ctx)
    role = officers.role(ctx)
    statuses = ("awaiting_issue",) if role == "director" else AT_THE_DESK
    return cases.urgent(ctx.session, statuses, ctx.actor.id, MOST_URGENT, of_all=role != "officer")


def counts(ctx: Context) -> dict[str, int]:
    access.require_staff(ctx)
    return cases.counts(ctx.session)


def find(ctx: Context, number: str) -> Application | None:
    access.require_staff(ctx)
    return cases.by_number(ctx.session, number)


def open_case(ctx: Context, application_id: int) -> Application:
    """The application for reading, locked. Whatever shows personal data of it is written down where it is read."""
    application = applications.get(ctx.session, application_id)
    if application is None:
        raise ActionRefused(Text("Permohonan itu tidak ada."))
    access.require(ctx, application, "read")
    return application


def answers(ctx: Context, application: Application, revision: int | None = None) -> Submission:
    """A frozen revision of the answers, the latest if none is named."""
    found = applications.submission(ctx.session, application.id, revision or application.round)
    if found is None:
        raise ActionRefused(Text("Revisi itu tidak ada."))
    return found


def read_block(ctx: Context, application: Application, section: str) -> None:
    audit.record(ctx, application, "read", {}, {"section": section})


def read_answers(ctx: Context, application: Application, *questions: str) -> None:
    audit.record(ctx, application, "read", {}, {"questions": list(questions)})


def remarks(ctx: Context, application: Application, *states: str) -> Sequence[Remark]:
    return remark_rows.of_application(ctx.session, application.id, *states)


def claim(ctx: Context, application: Application) -> None:
    """Two at once: one wins, the other is told who."""
    access.require(ctx, application, "claim")
    if application.status == "under_review" and application.officer_id != ctx.actor.id:
        holder = officers.name_of(ctx, application.officer_id)
        raise ActionRefused(Text("Permohonan ini sudah dipegang oleh %(name)s.", name=holder))
    transitions.move(ctx, application, "claim", officer_id=ctx.actor.id)


def release(ctx: Context, application: Application) -> None:
    transitions.move(ctx, application, "release", officer_id=None)


def take_over(ctx: Context, application: Application) -> None:
    """From another officer's hands, who is told."""
    before = application.officer_id
    transitions.move(ctx, application, "hand_over", officer_id=ctx.actor.id)
    if before is not None and before != ctx.actor.id:
        text = Text(
            "%(name)s mengambil alih permohonan %(number)s dari Anda.",
            name=officers.name_of(ctx, ctx.actor.id),
            number=application.number,
        )
        notices.tell(ctx, before, text, "taken_over")


def must_be_under_review(ctx: Context, application: Application) -> None:
    access.require(ctx, application, "remark")
    if application.status != "under_review":
        raise ActionRefused(Text("Catatan hanya dapat diurus selama permohonan diperiksa."))


def must_be_open_to_remarks(ctx: Context, application: Application, question: Question) -> None:
    """Asked also before the words are asked for."""
    must_be_under_review(ctx, application)
    if question.id not in answers(ctx, application).answers:
        raise ActionRefused(Text("Butir itu tidak ada di permohonan ini."))


def remark(ctx: Context, application: Application, question: Question, words: str) -> Remark:
    """A remark on one answer; the applicant sees it when revision is requested."""
    must_be_open_to_remarks(ctx, application, question)
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


def close_remark(ctx: Context, application: Application, remark_id: int) -> Remark:
    must_be_under_review(ctx, application)
    row = remark_rows.get(ctx.session, remark_id)
    if row is None or row.application_id != application.id or row.state == "closed":
        raise ActionRefused(Text("Catatan itu sudah tidak terbuka."))
    before = row.state
    row.state = "closed"
    ctx.session.flush()
    after: dict[str, Json] = {"question": row.question, "state": "closed", "text": row.text, "reply": row.reply}
    audit.record(ctx, application, "close_remark", {"state": before}, after)
    return row


def must_be_free_of_remarks(ctx: Context, application: Application) -> None:
    """*Layak* is for an application on which nothing is open any more."""
    if remark_rows.of_application(ctx.session, application.id, "open", "answered"):
        raise ActionRefused(Text("Masih ada catatan yang belum ditutup. Tutup dahulu, atau minta perbaikan."))


def names(ctx: Context, ids: Iterable[int]) -> dict[int, str]:
    """What people of the office, and others, are called."""
    return officer_rows.names(ctx.session, set(ids))


def notes(ctx: Context, application: Application) -> Sequence[Note]:
    """What colleagues wrote; asked only by screens that `open_case` let through."""
    return remark_rows.notes(ctx.session, application.id)


def note(ctx: Context, application: Application, words: str) -> None:
    """For colleagues only."""
    access.require(ctx, application, "note")
    ctx.session.add(Note(application_id=application.id, author_id=ctx.actor.id, created_at=ctx.now, text=words))
    audit.record(ctx, application, "note", {}, {"text": words})


def letter(ctx: Context, application: Application) -> Letter | None:
    """The newest; asked only by screens that `open_case` let through."""
    return letters.newest(ctx.session, application.id)


def open_letter(ctx: Context, application: Application) -> File:
    """The newest letter, for reading in the actor's own conversation."""
    access.require(ctx, application, "read")
    newest = letter(ctx, application)
    if newest is None or newest.file_id is None:
        raise ActionRefused(Text("Suratnya masih disusun. Silakan coba lagi sebentar."))
    audit.record(ctx, application, "read_letter", {}, {"letter": newest.id})
    return _granted(ctx, ctx.session.get_one(File, newest.file_id))


def open_file(ctx: Context, application: Application, file_id: str) -> File:
    """An upload of this application, for reading in the actor's own conversation."""
    access.require(ctx, application, "read")
    files = {str(file["id"]): file for file in _files(answers(ctx, application).answers)}
    if file_id not in files:
        raise ActionRefused(Text("Berkas itu bukan bagian dari permohonan ini."))
    audit.record(ctx, application, "read_file", {}, {"file": int(file_id)})
    return _granted(ctx, ctx.session.get_one(File, int(file_id)))


def _files(frozen: dict[str, Json]) -> list[dict[str, Json]]:
    """The uploads among the answers."""
    lists = [value for value in frozen.values() if isinstance(value, list)]
    return [item for items in lists for item in items if isinstance(item, dict) and "kind" in item and "id" in item]


def _granted(ctx: Context, file: File) -> File:
    """A row of the actor's own for the same bytes: a conversation shows only its person's files."""
    own = file_records.of_person(ctx.session, ctx.actor.id, file.object)
    if own is None:
        own = drafts.add_file(ctx, file.name, file.kind, file.size, file.object, file.owner)
    return own
