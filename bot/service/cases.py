"""What happens to an application at the desk, up to the verdict, which is in `decisions.py`. Each use case checks
permission, moves the lifecycle, writes the audit line and queues what people are told; all of it in the caller's
transaction. Source: SK 66/BPS/Tahun 2023.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bot.service import drafts, notices, officers
from bot.service.desk import Desk
from desk import lifecycle
from desk.forms import Question
from desk.lifecycle import Event, Status
from desk.permissions import Act, may
from desk.text import Json, Text
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


class Refused(Exception):
    """The act does not happen; `text` says why. What was written down about it stays."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


def inbox(desk: Desk, which: str, page: int) -> tuple[Sequence[Application], bool]:
    """One page of the applications in a state of work, the most urgent first, or of one of the other lists, and
    whether there are more.
    """
    _must_be_staff(desk)
    if which == MINE:
        return _page(cases.held_by(desk.session, desk.actor.id, page, PAGE))
    if which == ENDED:
        return _page(cases.ended(desk.session, page, PAGE))
    return _page(cases.inbox(desk.session, which, page, PAGE))


def search(desk: Desk, words: str, page: int) -> tuple[Sequence[Application], bool]:
    """Those in work with all of the words in their title, organiser or number."""
    _must_be_staff(desk)
    return _page(cases.search(desk.session, words.split(), page, PAGE))


def _page(found: Sequence[Application]) -> tuple[Sequence[Application], bool]:
    return found[:PAGE], len(found) > PAGE


def can_hold(desk: Desk) -> bool:
    """Whether applications can be in the actor's hands."""
    return may(officers.role(desk), "claim", owns=False, holds=False)


def urgent(desk: Desk) -> Sequence[Application]:
    """What this person should look at first: what waits for them, or for anybody at the desk."""
    _must_be_staff(desk)
    role = officers.role(desk)
    statuses = ("awaiting_issue",) if role == "director" else AT_THE_DESK
    return cases.urgent(desk.session, statuses, desk.actor.id, MOST_URGENT, of_all=role != "officer")


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


def read_answers(desk: Desk, application: Application, *questions: str) -> None:
    write_down(desk, application, "read", {}, {"questions": list(questions)})


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


def must_be_under_review(desk: Desk, application: Application) -> None:
    must(desk, "remark", application)
    if application.status != "under_review":
        raise Refused(Text("Catatan hanya dapat diurus selama permohonan diperiksa."))


def must_be_open_to_remarks(desk: Desk, application: Application, question: Question) -> None:
    """Asked also before the words are asked for."""
    must_be_under_review(desk, application)
    if question.id not in answers(desk, application).answers:
        raise Refused(Text("Butir itu tidak ada di permohonan ini."))


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


def close_remark(desk: Desk, application: Application, remark_id: int) -> Remark:
    must_be_under_review(desk, application)
    row = cases.remark(desk.session, remark_id)
    if row is None or row.application_id != application.id or row.state == "closed":
        raise Refused(Text("Catatan itu sudah tidak terbuka."))
    before = row.state
    row.state = "closed"
    desk.session.flush()
    after: dict[str, Json] = {"question": row.question, "state": "closed", "text": row.text, "reply": row.reply}
    write_down(desk, application, "close_remark", {"state": before}, after)
    return row


def must_be_free_of_remarks(desk: Desk, application: Application) -> None:
    """*Layak* is for an application on which nothing is open any more."""
    if cases.remarks(desk.session, application.id, "open", "answered"):
        raise Refused(Text("Masih ada catatan yang belum ditutup. Tutup dahulu, atau minta perbaikan."))


def names(desk: Desk, ids: Iterable[int]) -> dict[int, str]:
    """What people of the office, and others, are called."""
    return cases.names(desk.session, set(ids))


def notes(desk: Desk, application: Application) -> Sequence[Note]:
    """What colleagues wrote; asked only by screens that `open_case` let through."""
    return cases.notes(desk.session, application.id)


def note(desk: Desk, application: Application, words: str) -> None:
    """For colleagues only."""
    must(desk, "note", application)
    desk.session.add(Note(application_id=application.id, author_id=desk.actor.id, created_at=desk.now, text=words))
    write_down(desk, application, "note", {}, {"text": words})


def letter(desk: Desk, application: Application) -> Letter | None:
    """The newest; asked only by screens that `open_case` let through."""
    return cases.letter(desk.session, application.id)


def open_letter(desk: Desk, application: Application) -> File:
    """The newest letter, for reading in the actor's own conversation."""
    must(desk, "read", application)
    newest = letter(desk, application)
    if newest is None or newest.file_id is None:
        raise Refused(Text("Suratnya masih disusun. Silakan coba lagi sebentar."))
    write_down(desk, application, "read_letter", {}, {"letter": newest.id})
    return _granted(desk, desk.session.get_one(File, newest.file_id))


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


def can(desk: Desk, application: Application, act: Act) -> bool:
    """Whether the act may be offered; asked again, and written down when refused, where it happens."""
    owns, holds = application.person_id == desk.actor.id, application.officer_id == desk.actor.id
    return may(officers.role(desk), act, owns=owns, holds=holds)


def can_open(desk: Desk, application_id: int) -> bool:
    application = applications.get(desk.session, application_id)
    return application is not None and can(desk, application, "read")


def must(desk: Desk, act: Act, application: Application) -> None:
    if not officers.allowed(desk, act, application):
        if application.person_id == desk.actor.id:
            raise Refused(Text("Petugas tidak dapat memproses permohonannya sendiri."))
        if may(officers.role(desk), act, owns=False, holds=True):
            raise Refused(_held_by_another(desk, application))
        raise Refused(Text("Anda tidak berwenang melakukan itu pada permohonan ini."))


def _held_by_another(desk: Desk, application: Application) -> Text:
    name = officers.name_of(desk, application.officer_id)
    if not name:
        return Text("Permohonan ini belum Anda pegang. Ambil dahulu permohonannya.")
    return Text("Permohonan ini sekarang dipegang oleh %(name)s.", name=name)


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
    **values: Json | date,
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
            before[name], after[name] = _plain(was), _plain(value)
        setattr(application, name, value)
    application.status = following
    desk.session.flush()
    write_down(desk, application, event, before, after)


def _plain(value: Json | date) -> Json:
    return value.isoformat() if isinstance(value, date) else value


def chain(application: Application) -> str:
    """The name of its chain in the audit."""
    return f"application/{application.id}"


def write_down(desk: Desk, application: Application, act: str, before: dict[str, Json], after: dict[str, Json]) -> None:
    audit.write(desk.session, chain(application), f"person/{desk.actor.id}", act, desk.now, before, after)
