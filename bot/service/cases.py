"""What happens to an application at the desk, up to the verdict, which is in `decisions.py`. Each use case checks
permission, moves the lifecycle, writes the audit line and queues what people are told; all of it in the caller's
transaction. Source: SK 66/BPS/Tahun 2023.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bot.service import drafts, notices, officers
from bot.service.context import Context
from domain import lifecycle
from domain.form.definition import Question
from domain.lifecycle import Event, Status
from domain.permissions import Act, may
from domain.text import Json, Text
from storage import applications, audit, cases
from storage.tables import Application, File, Letter, Note, Remark, Submission

PAGE = 6
MOST_URGENT = 3
#: lists beside the states of work: what the actor holds; what is done with, the newest first
MINE, ENDED = "mine", "ended"
#: states in which the desk has to do something
AT_THE_DESK = ("submitted", "under_review", "letter_drafted")
FEASIBLE, REJECTED = "layak", "ditolak"
VERDICTS = {FEASIBLE: Text("Layak"), REJECTED: Text("Ditolak")}
_NOT_NOW = Text("Itu tidak dapat dilakukan pada status permohonan sekarang.")


class ActionRefused(Exception):
    """The act does not happen; `text` says why. What was written down about it stays."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


def inbox(ctx: Context, which: str, page: int) -> tuple[Sequence[Application], bool]:
    """One page of the applications in a state of work, the most urgent first, or of one of the other lists, and
    whether there are more.
    """
    _must_be_staff(ctx)
    if which == MINE:
        return _page(cases.held_by(ctx.session, ctx.actor.id, page, PAGE))
    if which == ENDED:
        return _page(cases.ended(ctx.session, page, PAGE))
    return _page(cases.inbox(ctx.session, which, page, PAGE))


def search(ctx: Context, words: str, page: int) -> tuple[Sequence[Application], bool]:
    """Those in work with all of the words in their title, organiser or number."""
    _must_be_staff(ctx)
    return _page(cases.search(ctx.session, words.split(), page, PAGE))


def _page(found: Sequence[Application]) -> tuple[Sequence[Application], bool]:
    return found[:PAGE], len(found) > PAGE


def can_hold(ctx: Context) -> bool:
    """Whether applications can be in the actor's hands."""
    return may(officers.role(ctx), "claim", owns=False, holds=False)


def urgent(ctx: Context) -> Sequence[Application]:
    """What this person should look at first: what waits for them, or for anybody at the desk."""
    _must_be_staff(ctx)
    role = officers.role(ctx)
    statuses = ("awaiting_issue",) if role == "director" else AT_THE_DESK
    return cases.urgent(ctx.session, statuses, ctx.actor.id, MOST_URGENT, of_all=role != "officer")


def counts(ctx: Context) -> dict[str, int]:
    _must_be_staff(ctx)
    return cases.counts(ctx.session)


def find(ctx: Context, number: str) -> Application | None:
    _must_be_staff(ctx)
    return cases.by_number(ctx.session, number)


def open_case(ctx: Context, application_id: int) -> Application:
    """The application for reading, locked. Whatever shows personal data of it is written down where it is read."""
    application = applications.get(ctx.session, application_id)
    if application is None:
        raise ActionRefused(Text("Permohonan itu tidak ada."))
    must(ctx, "read", application)
    return application


def answers(ctx: Context, application: Application, revision: int | None = None) -> Submission:
    """A frozen revision of the answers, the latest if none is named."""
    found = cases.submission(ctx.session, application.id, revision or application.round)
    if found is None:
        raise ActionRefused(Text("Revisi itu tidak ada."))
    return found


def read_block(ctx: Context, application: Application, section: str) -> None:
    write_down(ctx, application, "read", {}, {"section": section})


def read_answers(ctx: Context, application: Application, *questions: str) -> None:
    write_down(ctx, application, "read", {}, {"questions": list(questions)})


def remarks(ctx: Context, application: Application, *states: str) -> Sequence[Remark]:
    return cases.remarks(ctx.session, application.id, *states)


def claim(ctx: Context, application: Application) -> None:
    """Two at once: one wins, the other is told who."""
    must(ctx, "claim", application)
    if application.status == "under_review" and application.officer_id != ctx.actor.id:
        holder = officers.name_of(ctx, application.officer_id)
        raise ActionRefused(Text("Permohonan ini sudah dipegang oleh %(name)s.", name=holder))
    move(ctx, application, "claim", officer_id=ctx.actor.id)


def release(ctx: Context, application: Application) -> None:
    move(ctx, application, "release", officer_id=None)


def take_over(ctx: Context, application: Application) -> None:
    """From another officer's hands, who is told."""
    before = application.officer_id
    move(ctx, application, "hand_over", officer_id=ctx.actor.id)
    if before is not None and before != ctx.actor.id:
        text = Text(
            "%(name)s mengambil alih permohonan %(number)s dari Anda.",
            name=officers.name_of(ctx, ctx.actor.id),
            number=application.number,
        )
        notices.tell(ctx, before, text, "taken_over")


def must_be_under_review(ctx: Context, application: Application) -> None:
    must(ctx, "remark", application)
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
    write_down(ctx, application, "remark", {}, {"question": question.id, "text": words})
    return row


def close_remark(ctx: Context, application: Application, remark_id: int) -> Remark:
    must_be_under_review(ctx, application)
    row = cases.remark(ctx.session, remark_id)
    if row is None or row.application_id != application.id or row.state == "closed":
        raise ActionRefused(Text("Catatan itu sudah tidak terbuka."))
    before = row.state
    row.state = "closed"
    ctx.session.flush()
    after: dict[str, Json] = {"question": row.question, "state": "closed", "text": row.text, "reply": row.reply}
    write_down(ctx, application, "close_remark", {"state": before}, after)
    return row


def must_be_free_of_remarks(ctx: Context, application: Application) -> None:
    """*Layak* is for an application on which nothing is open any more."""
    if cases.remarks(ctx.session, application.id, "open", "answered"):
        raise ActionRefused(Text("Masih ada catatan yang belum ditutup. Tutup dahulu, atau minta perbaikan."))


def names(ctx: Context, ids: Iterable[int]) -> dict[int, str]:
    """What people of the office, and others, are called."""
    return cases.names(ctx.session, set(ids))


def notes(ctx: Context, application: Application) -> Sequence[Note]:
    """What colleagues wrote; asked only by screens that `open_case` let through."""
    return cases.notes(ctx.session, application.id)


def note(ctx: Context, application: Application, words: str) -> None:
    """For colleagues only."""
    must(ctx, "note", application)
    ctx.session.add(Note(application_id=application.id, author_id=ctx.actor.id, created_at=ctx.now, text=words))
    write_down(ctx, application, "note", {}, {"text": words})


def letter(ctx: Context, application: Application) -> Letter | None:
    """The newest; asked only by screens that `open_case` let through."""
    return cases.letter(ctx.session, application.id)


def open_letter(ctx: Context, application: Application) -> File:
    """The newest letter, for reading in the actor's own conversation."""
    must(ctx, "read", application)
    newest = letter(ctx, application)
    if newest is None or newest.file_id is None:
        raise ActionRefused(Text("Suratnya masih disusun. Silakan coba lagi sebentar."))
    write_down(ctx, application, "read_letter", {}, {"letter": newest.id})
    return _granted(ctx, ctx.session.get_one(File, newest.file_id))


def open_file(ctx: Context, application: Application, file_id: str) -> File:
    """An upload of this application, for reading in the actor's own conversation."""
    must(ctx, "read", application)
    files = {str(file["id"]): file for file in _files(answers(ctx, application).answers)}
    if file_id not in files:
        raise ActionRefused(Text("Berkas itu bukan bagian dari permohonan ini."))
    write_down(ctx, application, "read_file", {}, {"file": int(file_id)})
    return _granted(ctx, ctx.session.get_one(File, int(file_id)))


def _files(frozen: dict[str, Json]) -> list[dict[str, Json]]:
    """The uploads among the answers."""
    lists = [value for value in frozen.values() if isinstance(value, list)]
    return [item for items in lists for item in items if isinstance(item, dict) and "kind" in item and "id" in item]


def _granted(ctx: Context, file: File) -> File:
    """A row of the actor's own for the same bytes: a conversation shows only its person's files."""
    own = cases.own_file(ctx.session, ctx.actor.id, file.object)
    if own is None:
        own = drafts.add_file(ctx, file.name, file.kind, file.size, file.object, file.owner)
    return own


def _must_be_staff(ctx: Context) -> None:
    if not may(officers.role(ctx), "list", owns=False, holds=False):
        raise ActionRefused(Text("Perintah ini hanya untuk petugas."))


def can(ctx: Context, application: Application, act: Act) -> bool:
    """Whether the act may be offered; asked again, and written down when refused, where it happens."""
    owns, holds = application.person_id == ctx.actor.id, application.officer_id == ctx.actor.id
    return may(officers.role(ctx), act, owns=owns, holds=holds)


def can_open(ctx: Context, application_id: int) -> bool:
    application = applications.get(ctx.session, application_id)
    return application is not None and can(ctx, application, "read")


def must(ctx: Context, act: Act, application: Application) -> None:
    if not officers.allowed(ctx, act, application):
        if application.person_id == ctx.actor.id:
            raise ActionRefused(Text("Petugas tidak dapat memproses permohonannya sendiri."))
        if may(officers.role(ctx), act, owns=False, holds=True):
            raise ActionRefused(_held_by_another(ctx, application))
        raise ActionRefused(Text("Anda tidak berwenang melakukan itu pada permohonan ini."))


def _held_by_another(ctx: Context, application: Application) -> Text:
    name = officers.name_of(ctx, application.officer_id)
    if not name:
        return Text("Permohonan ini belum Anda pegang. Ambil dahulu permohonannya.")
    return Text("Permohonan ini sekarang dipegang oleh %(name)s.", name=name)


def must_be_possible(ctx: Context, application: Application, event: Event, act: Act | None = None) -> Status:
    """Permission, then the lifecycle table; the status that follows. Asked also before words are asked for, so that
    nobody types what is refused afterwards. `act`: where it is not named like the event.
    """
    must(ctx, act or event, application)  # type: ignore[arg-type]
    following = lifecycle.after(application.status, event)
    if following is None:
        raise ActionRefused(_NOT_NOW)
    return following


def move(
    ctx: Context,
    application: Application,
    event: Event,
    act: Act | None = None,
    also: Mapping[str, Json] | None = None,
    **values: Json | date,
) -> None:
    """What must be possible, then the line in the audit: the status, every value that changes, and what is `also` to
    be known.
    """
    following = must_be_possible(ctx, application, event, act)
    before: dict[str, Json] = {"status": application.status}
    after: dict[str, Json] = {"status": following, **(also or {})}
    for name, value in values.items():
        was = getattr(application, name)
        if not isinstance(value, datetime) and value != was:
            before[name], after[name] = _plain(was), _plain(value)
        setattr(application, name, value)
    application.status = following
    ctx.session.flush()
    write_down(ctx, application, event, before, after)


def _plain(value: Json | date) -> Json:
    return value.isoformat() if isinstance(value, date) else value


def chain(application: Application) -> str:
    """The name of its chain in the audit."""
    return f"application/{application.id}"


def write_down(
    ctx: Context, application: Application, act: str, before: dict[str, Json], after: dict[str, Json]
) -> None:
    audit.write(ctx.session, chain(application), f"person/{ctx.actor.id}", act, ctx.now, before, after)
