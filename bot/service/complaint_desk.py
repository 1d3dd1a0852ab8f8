"""What the staff do with complaints: read, take, answer, close. Nobody acts on one of their own or about themselves.

What is asked here for permission holds at the act: whom a complaint is about finds it neither in a list nor by its
button. Reading one stands in the audit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.actions import code
from bot.actions.complaint import ComplainerStep
from bot.actions.officer import OpenComplaint
from bot.chat import Choice
from bot.service import access, attachments, audit, notices, officers
from bot.service.context import Context
from domain.complaints import REOPEN_WITHIN
from domain.pages import ListPage, Place
from domain.permissions import Act
from domain.text import Text, paragraphs
from storage import complaints, people
from storage import officers as rows
from storage.complaints import ComplaintReader
from storage.tables import Complaint, ComplaintEntry, File, Officer, Person

PAGE = 6


def count_open(ctx: Context) -> int:
    """How many wait for an answer; 0 for those who may not list them."""
    reader = _reader(ctx, "list_complaints")
    return complaints.count_open(ctx.session, reader) if reader else 0


def list_open(ctx: Context, start: Place | int) -> ListPage[Complaint]:
    """One page of the complaints that wait for an answer, the oldest first; empty for those who may not list them."""
    reader = _reader(ctx, "list_complaints")
    return complaints.list_open(ctx.session, reader, start, PAGE) if reader else ListPage(())


def find(ctx: Context, number: str) -> int | None:
    """The id of the complaint with this number, if the actor may read it. Records nothing."""
    found = complaints.by_number(ctx.session, number)
    return found.id if found is not None and _may(ctx, found.id, "read_complaint") else None


def read(ctx: Context, complaint_id: int) -> Complaint | None:
    """The complaint, locked; reading is recorded. None for those who may not read it."""
    complaint = _lock(ctx, complaint_id, "read_complaint")
    if complaint is not None:
        _record(ctx, complaint, "read")
    return complaint


def entries(ctx: Context, complaint: Complaint) -> Sequence[ComplaintEntry]:
    """The caller has read it."""
    return complaints.entries(ctx.session, complaint.id)


def complainer(ctx: Context, complaint: Complaint) -> Person | None:
    """None for a complaint without a name. The caller has read it."""
    return None if complaint.person_id is None else people.get(ctx.session, complaint.person_id)


def open_file(ctx: Context, complaint_id: int, file_id: int) -> File | None:
    """The actor's own row for a file of it; reading is recorded. None for those who may not read the complaint."""
    complaint = _lock(ctx, complaint_id, "read_complaint")
    file = complaints.file_in(ctx.session, complaint_id, file_id)
    if complaint is None or file is None:
        return None
    audit.record(ctx, complaint, "read_file", after={"file": file.id})
    return attachments.copy_for(ctx, file, ctx.person_id, complaint_id=complaint.id)


def can_take(ctx: Context, complaint: Complaint) -> bool:
    """What somebody else has taken, only the head takes, or whoever may once that person has left."""
    if complaint.state != "open" or complaint.officer_id == ctx.person_id:
        return False
    return _is_free(ctx, complaint) or officers.role(ctx) == "head"


def can_answer(ctx: Context, complaint: Complaint) -> bool:
    """Asked before the answer is typed."""
    return access.may_do(ctx, "answer_complaint") and _is_theirs(ctx, complaint)


def can_close(ctx: Context, complaint: Complaint) -> bool:
    """What was answered: whoever answered it, and the head."""
    return complaint.state == "answered" and (complaint.officer_id == ctx.person_id or officers.role(ctx) == "head")


def peek(ctx: Context, complaint_id: int) -> Complaint | None:
    """For a question about it, which shows nothing of it; reading it is another act."""
    return ctx.session.get(Complaint, complaint_id) if _may(ctx, complaint_id, "read_complaint") else None


def take(ctx: Context, complaint_id: int) -> bool:
    complaint = _lock(ctx, complaint_id, "take_complaint")
    if complaint is None or not can_take(ctx, complaint):
        return False
    before, complaint.officer_id = complaint.officer_id, ctx.actor.id
    ctx.session.flush()
    _record(ctx, complaint, "take")
    if before is not None:
        text = Text(
            "%(name)s mengambil alih pengaduan %(number)s.",
            name=officers.name_of(ctx, ctx.actor.id),
            number=complaint.number,
        )
        notices.tell_officer(ctx, before, text, "complaint_taken_over")
    return True


def release(ctx: Context, complaint_id: int) -> bool:
    """Back to everybody who may handle it."""
    complaint = _lock(ctx, complaint_id, "take_complaint")
    if complaint is None or complaint.state != "open" or complaint.officer_id != ctx.actor.id:
        return False
    complaint.officer_id = None
    ctx.session.flush()
    _record(ctx, complaint, "release")
    text = Text("Pengaduan %(number)s menunggu petugas lain.", number=complaint.number)
    tell_readers(ctx, readers_of(ctx, complaint), text, "complaint", complaint)
    return True


def answer(
    ctx: Context, complaint_id: int, words: str, *, is_final: bool = True, file_ids: Collection[int] = ()
) -> bool:
    """False when it is answered already, or when the actor may not answer it. An interim answer keeps it open until
    the day of its settlement. A complaint without a name gets no files: nobody may have a copy of its own.
    """
    complaint = _lock(ctx, complaint_id, "answer_complaint")
    if complaint is None or not _is_theirs(ctx, complaint):
        return False
    if complaint.answered_at is None:
        complaint.answered_at, complaint.in_time = ctx.now, ctx.today <= complaint.first_answer_by
    complaint.officer_id, complaint.changed_at = ctx.actor.id, ctx.now
    if is_final:
        complaint.state = "answered"
    else:
        complaint.due_on = complaint.settle_by
    kind = "answer" if is_final else "interim"
    ctx.session.add(
        ComplaintEntry(complaint_id=complaint.id, kind=kind, text=words, author_id=ctx.actor.id, at=ctx.now)
    )
    files = _files_for_complainer(ctx, complaint, file_ids)
    ctx.session.flush()
    _record(ctx, complaint, kind)
    _tell_complainer(ctx, complaint, words, is_final, files)
    return True


def _files_for_complainer(ctx: Context, complaint: Complaint, file_ids: Collection[int]) -> list[File]:
    """The complainer's own rows for files of an answer."""
    if complaint.person_id is None:
        attachments.drop(ctx, file_ids)
        return []
    files = [attachments.copy_for(ctx, file, complaint.person_id) for file in attachments.unsent(ctx, file_ids)]
    complaints.add_files(ctx.session, complaint, files, ctx.now, author_id=ctx.actor.id)
    return files


def close(ctx: Context, complaint_id: int) -> bool:
    """After its answer. Its writer is told, and can still reopen it once."""
    complaint = _lock(ctx, complaint_id, "close_complaint")
    if complaint is None or not can_close(ctx, complaint):
        return False
    end(ctx, complaint)
    return True


def end(ctx: Context, complaint: Complaint, *, by_system: bool = False) -> None:
    """Closes an answered complaint."""
    complaint.state = "closed"
    if not by_system:
        complaint.changed_at = ctx.now
    ctx.session.flush()
    audit.record(ctx, complaint, "close", after={"state": complaint.state}, by_system=by_system)
    if complaint.person_id is not None and not by_system:
        text = Text("Pengaduan %(number)s kami nyatakan selesai.", number=complaint.number)
        choices = (_unsettled(complaint),) if complaint.round == 1 else ()
        notices.tell(ctx, complaint.person_id, text, "complaint_closed", *choices)


def readers_of(ctx: Context, complaint: Complaint) -> list[Officer]:
    """Who may handle it and can be reached."""
    left_out = {*complaints.excluded(ctx.session, complaint), complaint.person_id}
    roles = ("head",) if complaint.for_heads else ("officer", "head")
    return [officer for officer in rows.reachable(ctx.session, *roles) if officer.person_id not in left_out]


def tell_of_new(ctx: Context, complaint: Complaint) -> bool:
    """Tells those who may handle it; where there is nobody, the admins are told without its content. False then."""
    readers = readers_of(ctx, complaint)
    text = Text(
        "Pengaduan baru %(number)s, jawab paling lambat %(day)s.",
        number=complaint.number,
        day=complaint.first_answer_by,
    )
    tell_readers(ctx, readers, text, "complaint", complaint)
    return _warn_unless(ctx, readers, complaint)


def tell_of_reopened(ctx: Context, complaint: Complaint) -> bool:
    """The officer who answered it, and the heads. False when nobody can be reached; the admins are told then."""
    text = Text(
        "Pengaduan %(number)s dibuka lagi oleh pengadunya, jawab paling lambat %(day)s.",
        number=complaint.number,
        day=complaint.due_on,
    )
    readers = readers_of(ctx, complaint)
    concerned = [officer for officer in readers if officer.role == "head" or officer.person_id == complaint.officer_id]
    tell_readers(ctx, concerned or readers, text, "complaint_reopened", complaint)
    return _warn_unless(ctx, readers, complaint)


def _warn_unless(ctx: Context, readers: Sequence[Officer], complaint: Complaint) -> bool:
    """Whether somebody can read it; where nobody can, the admins are told."""
    if not readers:
        nobody = Text(
            "Pengaduan %(number)s belum dapat dibaca siapa pun: tidak ada petugas atau kepala yang boleh membukanya. "
            "Mohon undang petugas atau kepala lain.",
            number=complaint.number,
        )
        for admin in rows.reachable(ctx.session, "admin"):
            notices.tell_officer(ctx, admin.person_id, nobody, "complaint_unread")
    return bool(readers)


def tell_readers(ctx: Context, readers: Sequence[Officer], text: Text, reason: str, complaint: Complaint) -> None:
    """All of them but the actor, with the button that opens it."""
    opens = Choice(code(OpenComplaint(complaint.id)), Text("Baca"))
    for officer in readers:
        if officer.person_id != ctx.person_id:
            notices.tell_officer(ctx, officer.person_id, text, reason, opens)


def _tell_complainer(ctx: Context, complaint: Complaint, words: str, is_final: bool, files: Sequence[File]) -> None:
    """Who gave no name is told nothing: they read the answer with their code."""
    if complaint.person_id is None:
        return
    for file in files:
        caption = Text("Berkas untuk pengaduan %(number)s: %(file)s", number=complaint.number, file=file.name)
        notices.send_file(ctx, complaint.person_id, file, caption, "complaint_file")
    heading = Text("Jawaban atas pengaduan %(number)s:", number=complaint.number)
    settled = Choice(code(ComplainerStep("settled", complaint.id)), Text("Sudah selesai"))
    choices: tuple[Choice, ...] = (settled, _unsettled(complaint)) if complaint.round == 1 else (settled,)
    text = paragraphs(heading, Text("%(words)s", words=words), _what_follows(ctx, complaint, is_final))
    notices.tell(ctx, complaint.person_id, text, "complaint_answered", *(choices if is_final else ()))


def _what_follows(ctx: Context, complaint: Complaint, is_final: bool) -> Text:
    if not is_final:
        return Text("Pengaduan ini kami selesaikan paling lambat %(day)s.", day=complaint.settle_by)
    if complaint.round > 1:
        return Text("Bila belum selesai, silakan sampaikan melalui saluran lain di halaman Pengaduan.")
    last_day = (ctx.now + REOPEN_WITHIN).astimezone(ctx.office.zone).date()
    return Text("Bila belum selesai, Anda dapat membukanya lagi satu kali, paling lambat %(day)s.", day=last_day)


def _unsettled(complaint: Complaint) -> Choice:
    return Choice(code(ComplainerStep("unsettled", complaint.id)), Text("Belum selesai"))


def _reader(ctx: Context, act: Act) -> ComplaintReader | None:
    """The actor, if their role may do this."""
    return ComplaintReader(ctx.person_id, officers.role(ctx) == "head") if access.may_do(ctx, act) else None


def _may(ctx: Context, complaint_id: int, act: Act) -> bool:
    reader = _reader(ctx, act)
    return reader is not None and complaints.may_see(ctx.session, reader, complaint_id)


def _lock(ctx: Context, complaint_id: int, act: Act) -> Complaint | None:
    """Locked first, then asked for permission: what was handed over meanwhile counts."""
    complaint = complaints.lock(ctx.session, complaint_id)
    return complaint if complaint is not None and _may(ctx, complaint_id, act) else None


def _is_theirs(ctx: Context, complaint: Complaint) -> bool:
    """Whether the actor may answer: what nobody has taken, or they themselves."""
    if complaint.state != "open":
        return False
    return complaint.officer_id == ctx.person_id or _is_free(ctx, complaint)


def _is_free(ctx: Context, complaint: Complaint) -> bool:
    """Nobody has taken it who can still answer it."""
    holder = complaint.officer_id
    return holder is None or holder not in {officer.person_id for officer in readers_of(ctx, complaint)}


def _record(ctx: Context, complaint: Complaint, act: str) -> None:
    audit.record(ctx, complaint, act, after={"state": complaint.state})
