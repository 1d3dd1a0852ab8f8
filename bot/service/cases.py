"""Applications as officers work on them: lists, reading, and who is assigned. Source: SK 66/BPS/Tahun 2023."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.service import access, audit, notices, officers, step_up, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import Question
from domain.lifecycle import Verdict
from domain.pages import ListPage, Place
from domain.text import Json, Text
from storage import applications, case_search, cases, file_records, letters
from storage import officers as officer_rows
from storage.tables import Application, File, Letter, Submission

PAGE = 6
MOST_URGENT = 3
#: lists beside those of one status: assigned to the actor; no longer in work, the newest first; accepted, but not in
#: Romantik yet
MINE, ENDED, NOT_IN_ROMANTIK = "mine", "ended", "romantik"
#: statuses in which an officer has to do something
OFFICERS_TURN = ("submitted", "under_review", "letter_drafted")
#: the question whose answer is a photo of the applicant's identity card
IDENTITY_SCAN = "identitas_pemohon"
FEASIBLE: Verdict = "layak"
REJECTED: Verdict = "ditolak"
LETTER_CHANGED = Text("Suratnya sudah berubah sejak tombol itu dikirim. Silakan baca yang terbaru.")
ROUND_CHANGED = Text("Isian permohonan ini sudah berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")


def inbox(ctx: Context, which: str, start: Place | int) -> ListPage[Application]:
    """One page of the applications in a status, the most urgent first, or of one of the other lists."""
    access.require_staff(ctx)
    if which == MINE:
        return cases.assigned_to(ctx.session, ctx.actor.id, start, PAGE)
    if which == ENDED:
        return cases.ended(ctx.session, start, PAGE)
    if which == NOT_IN_ROMANTIK:
        access.require_staff(ctx, "export_case")
        return cases.not_in_romantik(ctx.session, start, PAGE)
    return cases.in_status(ctx.session, which, start, PAGE)


def search(ctx: Context, words: str, start: Place | int) -> ListPage[Application]:
    """The applications in work that have all of the words in their title, organiser or number."""
    access.require_staff(ctx)
    return case_search.search(ctx.session, words.split(), start, PAGE)


def urgent(ctx: Context) -> Sequence[Application]:
    """What this person should look at first: assigned to them, or to nobody."""
    access.require_staff(ctx)
    role = officers.role(ctx)
    statuses = ("awaiting_issue",) if role == "director" else OFFICERS_TURN
    return cases.urgent(ctx.session, statuses, ctx.actor.id, MOST_URGENT, of_all=role != "officer")


def count_by_status(ctx: Context) -> dict[str, int]:
    """Status of work → how many applications."""
    access.require_staff(ctx)
    return cases.count_by_status(ctx.session)


def find_by_number(ctx: Context, number: str) -> Application | None:
    """`number`: as people read it, "REK-2026-0001". Not locked."""
    access.require_staff(ctx)
    return cases.by_number(ctx.session, number)


def names(ctx: Context, person_ids: Iterable[int]) -> dict[int, str]:
    """Person id → name."""
    return officer_rows.names(ctx.session, set(person_ids))


def open_case(ctx: Context, application_id: int) -> Application:
    """The application, locked. Raises `ActionRefused` for those who may not read it.

    Opening alone is not recorded: the functions that read personal data of it record this themselves.
    """
    application = applications.get(ctx.session, application_id)
    if application is None:
        raise ActionRefused(Text("Permohonan itu tidak ada."))
    access.require(ctx, application, "read")
    return application


def answers(ctx: Context, application: Application, revision: int | None = None) -> Submission:
    """The frozen answers of a revision, by default of the latest. Raises `ActionRefused` when there is none."""
    found = applications.submission(ctx.session, application.id, revision or application.round)
    if found is None:
        raise ActionRefused(Text("Perbaikan itu tidak ada."))
    return found


def check_answered(ctx: Context, application: Application, question: Question) -> None:
    """Raises `ActionRefused` for a question that the application does not answer."""
    if question.id not in answers(ctx, application).answers:
        raise ActionRefused(Text("Butir itu tidak ada di permohonan ini."))


def record_section_read(ctx: Context, application: Application, section_id: str) -> None:
    audit.record(ctx, application, "read", {}, {"section": section_id})


def record_answers_read(ctx: Context, application: Application, *question_ids: str) -> None:
    audit.record(ctx, application, "read", {}, {"questions": list(question_ids)})


def claim(ctx: Context, application: Application) -> None:
    """Assigns the application to the actor. Raises `ActionRefused`, with the colleague's name when it is assigned to a
    colleague.
    """
    access.require(ctx, application, "claim")
    if application.status == "under_review" and application.officer_id != ctx.actor.id:
        name = officers.name_of(ctx, application.officer_id)
        raise ActionRefused(Text("Permohonan ini sudah dipegang oleh %(name)s.", name=name))
    transitions.move(ctx, application, "claim", officer_id=ctx.actor.id)


def release(ctx: Context, application: Application) -> None:
    transitions.move(ctx, application, "release", officer_id=None)


def take_over(ctx: Context, application: Application) -> None:
    """Assigns a colleague's application to the actor, and tells the colleague."""
    before = application.officer_id
    transitions.move(ctx, application, "hand_over", officer_id=ctx.actor.id)
    if before is not None and before != ctx.actor.id:
        text = Text(
            "%(name)s mengambil alih permohonan %(number)s dari Anda.",
            name=officers.name_of(ctx, ctx.actor.id),
            number=application.number,
        )
        notices.tell_officer(ctx, before, text, "taken_over", about=application)


def newest_letter(ctx: Context, application: Application) -> Letter | None:
    """The caller has opened the case."""
    return letters.newest(ctx.session, application.id)


def drawn_letter(ctx: Context, application: Application) -> Letter:
    """The newest letter. Raises `ActionRefused` while it is not drawn yet. The caller has opened the case."""
    newest = newest_letter(ctx, application)
    if newest is None or newest.state != "ready" or newest.file_id is None:
        raise ActionRefused(Text("Suratnya masih disusun. Silakan coba beberapa saat lagi."))
    return newest


def check_newest(ctx: Context, application: Application, letter_id: int) -> None:
    """Raises `ActionRefused` unless this is the newest letter, drawn or not."""
    newest = newest_letter(ctx, application)
    if newest is not None and newest.id != letter_id:
        raise ActionRefused(LETTER_CHANGED)


def check_round(application: Application, round: int) -> None:
    """Raises `ActionRefused` when the applicant has sent newer answers than those that the actor has seen."""
    if application.round != round:
        raise ActionRefused(ROUND_CHANGED)


def check_seen(ctx: Context, application: Application, letter_id: int) -> None:
    """Raises `ActionRefused` unless this is the newest letter and it is drawn: nobody confirms a letter unseen."""
    if drawn_letter(ctx, application).id != letter_id:
        raise ActionRefused(LETTER_CHANGED)


def open_letter(ctx: Context, application: Application) -> File:
    """The newest letter, as a file of the actor. Raises `ActionRefused` while it is not drawn yet."""
    access.require(ctx, application, "read")
    newest = drawn_letter(ctx, application)
    audit.record(ctx, application, "read_letter", {}, {"letter": newest.id})
    return as_own_file(ctx, application, ctx.session.get_one(File, newest.file_id))


def open_file(ctx: Context, application: Application, file_id: str) -> File:
    """An upload of this application, as a file of the actor. Raises `ActionRefused` for any other file."""
    access.require(ctx, application, "read")
    frozen = answers(ctx, application).answers
    if file_id not in _ids_of_files(frozen):
        raise ActionRefused(Text("Berkas itu bukan bagian dari permohonan ini."))
    if file_id in _ids_of_files({IDENTITY_SCAN: frozen.get(IDENTITY_SCAN)}):
        step_up.require(ctx, "read_identity")
    file = ctx.session.get(File, int(file_id))
    if file is None:
        raise ActionRefused(Text("Berkas itu sudah dihapus, karena masa simpannya habis atau pemiliknya memintanya."))
    audit.record(ctx, application, "read_file", {}, {"file": file.id})
    return as_own_file(ctx, application, file)


def _ids_of_files(frozen: Mapping[str, Json]) -> frozenset[str]:
    """Of the uploads among the answers."""
    items = [item for value in frozen.values() if isinstance(value, list) for item in value]
    return frozenset(str(item["id"]) for item in items if isinstance(item, dict) and "kind" in item and "id" in item)


def as_own_file(ctx: Context, application: Application, file: File) -> File:
    """The actor's own row for the same stored object: a conversation shows only files of its person."""
    own = file_records.of_person(ctx.session, ctx.actor.id, file.object)
    if own is None:
        own = file_records.add(
            ctx.session,
            ctx.actor.id,
            file.object,
            file.owner,
            file.name,
            file.kind,
            file.size,
            ctx.now,
            application.id,
        )
    return own
