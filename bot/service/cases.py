"""What happens to an application at the desk, up to the verdict, which is in `decisions.py`. Each use case checks
permission, moves the lifecycle, writes the audit line and queues what people are told; all of it in the caller's
transaction. Source: SK 66/BPS/Tahun 2023.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.conversations.types import Choice
from bot.service import drafts, notices, officers
from bot.service.desk import Desk
from desk import lifecycle
from desk.forms import Question, next_question
from desk.lifecycle import Event, Status
from desk.permissions import Act, may
from desk.text import Json, Text
from desk.working_days import months_later
from storage import applications, audit, cases
from storage.tables import Application, Draft, File, Note, Remark, Submission

PAGE = 6
FEASIBLE, REJECTED = "layak", "ditolak"
VERDICTS = {FEASIBLE: Text("Layak"), REJECTED: Text("Ditolak")}
_NOT_NOW = Text("Itu tidak dapat dilakukan pada status permohonan sekarang.")


class Refused(Exception):
    """The act does not happen; `text` says why. What was written down about it stays."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


def inbox(desk: Desk, status: str, page: int) -> tuple[Sequence[Application], bool]:
    """One page of the applications in a state, the most urgent first, and whether there are more."""
    _must_be_staff(desk)
    found = cases.inbox(desk.session, status, page, PAGE)
    return found[:PAGE], len(found) > PAGE


def counts(desk: Desk) -> dict[str, int]:
    _must_be_staff(desk)
    return cases.counts(desk.session)


def find(desk: Desk, number: str) -> Application | None:
    _must_be_staff(desk)
    return cases.by_number(desk.session, number)


def open_case(desk: Desk, application_id: int) -> Application:
    """The application for reading, locked. Whatever shows personal data of it is written down where it is read."""
    application = applications.get(desk.session, application_id)
    if application is None:
        raise Refused(Text("Permohonan itu tidak ada."))
    must(desk, "read", application)
    return application


def answers(desk: Desk, application: Application, revision: int | None = None) -> Submission:
    """A frozen revision of the answers, the latest if none is named."""
    found = cases.submission(desk.session, application.id, revision or application.round)
    if found is None:
        raise Refused(Text("Revisi itu tidak ada."))
    return found


def read_block(desk: Desk, application: Application, section: str) -> None:
    write_down(desk, application, "read", {}, {"section": section})


def remarks(desk: Desk, application: Application, *states: str) -> Sequence[Remark]:
    return cases.remarks(desk.session, application.id, *states)


def claim(desk: Desk, application: Application) -> None:
    """Two at once: one wins, the other is told who."""
    must(desk, "claim", application)
    if application.status == "under_review" and application.officer_id != desk.actor.id:
        holder = officers.name_of(desk, application.officer_id)
        raise Refused(Text("Permohonan ini sudah dipegang oleh %(name)s.", name=holder))
    move(desk, application, "claim", officer_id=desk.actor.id)


def release(desk: Desk, application: Application) -> None:
    move(desk, application, "release", officer_id=None)


def take_over(desk: Desk, application: Application) -> None:
    """From another officer's hands, who is told."""
    before = application.officer_id
    move(desk, application, "hand_over", officer_id=desk.actor.id)
    if before is not None and before != desk.actor.id:
        text = Text(
            "%(name)s mengambil alih permohonan %(number)s dari Anda.",
            name=officers.name_of(desk, desk.actor.id),
            number=application.number,
        )
        notices.tell(desk, before, text, "taken_over")


def must_be_open_to_remarks(desk: Desk, application: Application, question: Question) -> None:
    """Asked also before the words are asked for."""
    must(desk, "remark", application)
    if application.status != "under_review":
        raise Refused(Text("Catatan hanya dapat ditulis selama permohonan diperiksa."))
    if question.id not in answers(desk, application).answers:
        raise Refused(Text("Pertanyaan itu tidak ada di formulir ini."))


def remark(desk: Desk, application: Application, question: Question, words: str) -> Remark:
    """A remark on one answer; the applicant sees it when revision is requested."""
    must_be_open_to_remarks(desk, application, question)
    row = Remark(
        application_id=application.id,
        round=application.round,
        question=question.id,
        text=words,
        author_id=desk.actor.id,
        created_at=desk.now,
        state="open",
        reply="",
    )
    desk.session.add(row)
    desk.session.flush()
    write_down(desk, application, "remark", {}, {"question": question.id, "text": words})
    return row


def close_remark(desk: Desk, application: Application, remark_id: int) -> None:
    must(desk, "remark", application)
    if application.status != "under_review":
        raise Refused(_NOT_NOW)
    row = cases.remark(desk.session, remark_id)
    if row is None or row.application_id != application.id or row.state == "closed":
        raise Refused(Text("Catatan itu sudah tidak terbuka."))
    before = row.state
    row.state = "closed"
    desk.session.flush()
    after: dict[str, Json] = {"question": row.question, "state": "closed", "text": row.text, "reply": row.reply}
    write_down(desk, application, "close_remark", {"state": before}, after)


def notes(desk: Desk, application: Application) -> Sequence[Note]:
    """What colleagues wrote; asked only by screens that `open_case` let through."""
    return cases.notes(desk.session, application.id)


def note(desk: Desk, application: Application, words: str) -> None:
    """For colleagues only."""
    must(desk, "note", application)
    desk.session.add(Note(application_id=application.id, author_id=desk.actor.id, created_at=desk.now, text=words))
    write_down(desk, application, "note", {}, {"text": words})


def request_revision(desk: Desk, application: Application) -> None:
    """Opens the flagged answers to the applicant; needs at least one open remark."""
    must_be_possible(desk, application, "request_revision")
    flagged = cases.remarks(desk.session, application.id, "open", "answered")
    if not flagged:
        raise Refused(Text("Tulis paling sedikit satu catatan sebelum meminta perbaikan."))
    move(
        desk,
        application,
        "request_revision",
        also={"questions": list(dict.fromkeys(row.question for row in flagged))},
        first_result_at=application.first_result_at or desk.now,
        returned_at=desk.now,
    )
    draft = cases.draft_of(desk.session, application)
    by_question: dict[str, Json] = {}
    for row in flagged:
        row.state = "open"
        by_question[row.question] = "\n".join(filter(None, [str(by_question.get(row.question, "")), row.text]))
    draft.state, draft.remarks, draft.replies = "revising", by_question, {}
    sent = answers(desk, application).answers
    draft.refill = [*by_question, *(name for name in draft.answers if name not in sent)]
    draft.revision += 1
    text = Text(
        "Permohonan %(number)s sudah diperiksa. Ada %(count)s catatan yang perlu Anda jawab atau perbaiki. "
        "Buka percakapan ini, lalu pilih Perbaiki sekarang.",
        number=application.number,
        count=len(by_question),
    )
    fix = Choice(f"revise:start:{application.id}", Text("Perbaiki sekarang"))
    notices.tell_applicant(desk, application, text, "revision_requested", fix)


def returned_on(desk: Desk, application: Application) -> date:
    """The office's day on which revision was last requested."""
    return (application.returned_at or desk.now).astimezone(desk.office.zone).date()


def silent_until(desk: Desk, application: Application) -> date:
    """The last day for answering the remarks."""
    return months_later(returned_on(desk, application), desk.office.deadline.expires_months)


def silent_too_long(desk: Desk, application: Application) -> bool:
    return application.status == "revision_requested" and desk.today > silent_until(desk, application)


def expire(desk: Desk, application: Application) -> None:
    """Closes what nobody has answered for months; an officer confirms it, never the clock alone."""
    must(desk, "expire", application)
    if not silent_too_long(desk, application):
        raise Refused(Text("Batas waktu perbaikannya belum lewat."))
    move(desk, application, "expire")
    drafts.end_revision(cases.draft_of(desk.session, application))
    text = Text(
        "Permohonan %(number)s kami tutup karena catatan petugas belum dijawab selama %(months)s bulan. Isian Anda "
        "tetap tersimpan di register kami. Bila kegiatannya masih direncanakan, silakan ajukan permohonan baru; kami "
        "siap membantu.",
        number=application.number,
        months=desk.office.deadline.expires_months,
    )
    anew = Choice("apply:start", Text("Ajukan permohonan"))
    notices.tell_applicant(desk, application, text, "expired", anew)


def resubmit(desk: Desk, draft: Draft) -> Application:
    """The applicant sends the revision: a new numbered revision of the answers, back to the same officer."""
    application = applications.of_draft(desk.session, draft.id)
    if application is None:
        raise Refused(Text("Permohonan itu tidak ada."))
    must(desk, "resubmit", application)
    form = desk.house.form(draft.form, draft.version)
    path = drafts.path(desk, form, draft)
    if next_question(path, draft.answers, [str(name) for name in draft.refill]) is not None:
        raise Refused(Text("Masih ada catatan yang belum dijawab."))
    move(
        desk,
        application,
        "resubmit",
        round=application.round + 1,
        title=str(draft.answers["judul_kegiatan"]),
        organiser=str(draft.answers["instansi_penyelenggara"]),
    )
    on_path = drafts.whole_path(desk, form, draft)
    cases.freeze(desk.session, application, {q.id: draft.answers[q.id] for q in on_path}, desk.now)
    for row in cases.remarks(desk.session, application.id, "open"):
        row.state, row.reply = "answered", str(draft.replies.get(row.question, ""))
    drafts.end_revision(draft)
    desk.session.flush()
    if application.officer_id is not None and cases.officer(desk.session, application.officer_id) is None:
        application.status, application.officer_id = "submitted", None
        audit.write(
            desk.session, chain(application), "system", "release", desk.now,
            {"status": "under_review"}, {"status": "submitted"},
        )  # fmt: skip
    text = Text(
        "Perbaikan permohonan %(number)s sudah masuk (putaran %(round)s).",
        number=application.number,
        round=application.round,
    )
    look = Choice(f"case:show:{application.id}", Text("Periksa"))
    if application.officer_id is not None:
        notices.tell(desk, application.officer_id, text, "resubmitted", look)
    else:
        notices.tell_staff(desk, ("officer", "head"), text, "resubmitted", look)
    return application


def open_letter(desk: Desk, application: Application) -> File:
    """The newest letter, for reading in the actor's own conversation."""
    must(desk, "read", application)
    letter = cases.letter(desk.session, application.id)
    if letter is None or letter.file_id is None:
        raise Refused(Text("Suratnya masih disusun. Silakan coba lagi sebentar."))
    write_down(desk, application, "read_letter", {}, {"letter": letter.id})
    return _granted(desk, desk.session.get_one(File, letter.file_id))


def open_file(desk: Desk, application: Application, file_id: str) -> File:
    """An upload of this application, for reading in the actor's own conversation."""
    must(desk, "read", application)
    files = {str(file["id"]): file for file in _files(answers(desk, application).answers)}
    if file_id not in files:
        raise Refused(Text("Berkas itu bukan bagian dari permohonan ini."))
    write_down(desk, application, "read_file", {}, {"file": int(file_id)})
    return _granted(desk, desk.session.get_one(File, int(file_id)))


def _files(frozen: dict[str, Json]) -> list[dict[str, Json]]:
    """The uploads among the answers."""
    lists = [value for value in frozen.values() if isinstance(value, list)]
    return [item for items in lists for item in items if isinstance(item, dict) and "kind" in item and "id" in item]


def _granted(desk: Desk, file: File) -> File:
    """A row of the actor's own for the same bytes: a conversation shows only its person's files."""
    own = cases.own_file(desk.session, desk.actor.id, file.object)
    if own is None:
        own = drafts.add_file(desk, file.name, file.kind, file.size, file.object, file.owner)
    return own


def _must_be_staff(desk: Desk) -> None:
    if not may(officers.role(desk), "list", owns=False, holds=False):
        raise Refused(Text("Perintah ini hanya untuk petugas."))


def must(desk: Desk, act: Act, application: Application) -> None:
    if not officers.allowed(desk, act, application):
        if application.person_id == desk.actor.id:
            raise Refused(Text("Petugas tidak dapat memproses permohonannya sendiri."))
        raise Refused(Text("Anda tidak berwenang melakukan itu pada permohonan ini."))


def must_be_possible(desk: Desk, application: Application, event: Event, act: Act | None = None) -> Status:
    """Permission, then the lifecycle table; the status that follows. Asked also before words are asked for, so that
    nobody types what is refused afterwards. `act`: where it is not named like the event.
    """
    must(desk, act or event, application)  # type: ignore[arg-type]
    following = lifecycle.after(application.status, event)
    if following is None:
        raise Refused(_NOT_NOW)
    return following


def move(
    desk: Desk,
    application: Application,
    event: Event,
    act: Act | None = None,
    also: Mapping[str, Json] | None = None,
    **values: Json | datetime,
) -> None:
    """What must be possible, then the line in the audit: the status, every value that changes, and what is `also` to
    be known.
    """
    following = must_be_possible(desk, application, event, act)
    before: dict[str, Json] = {"status": application.status}
    after: dict[str, Json] = {"status": following, **(also or {})}
    for name, value in values.items():
        was = getattr(application, name)
        if not isinstance(value, datetime) and value != was:
            before[name], after[name] = was, value
        setattr(application, name, value)
    application.status = following
    desk.session.flush()
    write_down(desk, application, event, before, after)


def chain(application: Application) -> str:
    """The name of its chain in the audit."""
    return f"application/{application.id}"


def write_down(desk: Desk, application: Application, act: str, before: dict[str, Json], after: dict[str, Json]) -> None:
    audit.write(desk.session, chain(application), f"person/{desk.actor.id}", act, desk.now, before, after)
