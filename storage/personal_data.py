"""The rows of one person: what is deleted with their data, and what of it is left empty because other rows name it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from domain.text import Json
from storage import complaints, satisfaction, threads
from storage.tables import (
    Address,
    Application,
    CodeAttempts,
    Complaint,
    ComplaintEntry,
    Consultation,
    Continuation,
    CopyRequest,
    CounterRecord,
    CoverLetterSigner,
    Dialogue,
    Draft,
    EmailCode,
    File,
    FormImport,
    GuestVisit,
    InboxRow,
    Job,
    Letter,
    LiveChat,
    LiveMessage,
    Message,
    OutboxRow,
    PageKey,
    Person,
    QueueTicket,
    SignedCopy,
    SigningKey,
    Submission,
    WaitingFile,
)

#: columns of a draft in which there are words of its person → empty
_EMPTY_DRAFT: dict[str, object] = {
    **{name: {} for name in ("answers", "changed", "partial", "remarks", "proposals", "replies")},
    **{name: {} for name in ("source_messages", "left_findings")},
    **{name: [] for name in ("unconfirmed", "refill")},
    "last_question": "",
}
#: why a message to an address is given up whose person has deleted their data
FORGOTTEN = "the address was forgotten"
#: rows that a conversation needs while it goes on
_OF_ADDRESS = (EmailCode, CodeAttempts, PageKey, SigningKey)


def lock(session: Session, person_id: int) -> Sequence[Address]:
    """Locks the addresses and the drafts of a person, so that nobody sends or begins anything meanwhile. Returns the
    addresses.
    """
    locked = select(Address).where(Address.person_id == person_id).order_by(Address.id).with_for_update()
    addresses = session.scalars(locked.execution_options(populate_existing=True)).all()
    session.execute(select(Draft.id).where(Draft.person_id == person_id).order_by(Draft.id).with_for_update())
    return addresses


def applications_of(session: Session, person_id: int) -> Sequence[Application]:
    """All of them, as they are now."""
    query = select(Application).where(Application.person_id == person_id).order_by(Application.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def complaints_of(session: Session, person_id: int) -> Sequence[Complaint]:
    return session.scalars(select(Complaint).where(Complaint.person_id == person_id).order_by(Complaint.id)).all()


def talks_of(session: Session, person_id: int) -> Sequence[LiveChat]:
    """Conversations with officers of which something is kept."""
    kept = (LiveChat.person_id == person_id, exists().where(LiveMessage.chat_id == LiveChat.id))
    return session.scalars(select(LiveChat).where(*kept).order_by(LiveChat.id)).all()


def drafts_of(session: Session, person_id: int) -> Sequence[Draft]:
    return session.scalars(select(Draft).where(Draft.person_id == person_id).order_by(Draft.id)).all()


def visits_of(session: Session, person_id: int) -> Sequence[GuestVisit]:
    return session.scalars(select(GuestVisit).where(GuestVisit.person_id == person_id).order_by(GuestVisit.id)).all()


def submissions_of(session: Session, application_id: int) -> Sequence[Submission]:
    query = select(Submission).where(Submission.application_id == application_id).order_by(Submission.revision)
    return session.scalars(query).all()


def messages_of(session: Session, address_ids: Collection[int]) -> Sequence[Message]:
    """In the order in which they were said."""
    return session.scalars(select(Message).where(Message.address_id.in_(address_ids)).order_by(Message.id)).all()


def files_of(session: Session, person_id: int) -> Sequence[File]:
    return session.scalars(select(File).where(File.person_id == person_id).order_by(File.id)).all()


def queue_tickets_of(session: Session, person_id: int) -> Sequence[QueueTicket]:
    query = select(QueueTicket).where(QueueTicket.person_id == person_id)
    return session.scalars(query.order_by(QueueTicket.id)).all()


def consultations_of(session: Session, person_id: int) -> Sequence[Consultation]:
    query = select(Consultation).where(Consultation.person_id == person_id)
    return session.scalars(query.order_by(Consultation.id)).all()


def sent_files_of(session: Session, person_id: int) -> Sequence[int]:
    """Ids of what others got of the files that this person sent in conversations, consultations and complaints."""
    copies = threads.copies_of_chats(session, LiveChat.person_id == person_id)
    complained = complaints.files_and_copies(session, Complaint.person_id == person_id)
    return [*copies, *complained, *threads.files_of_consultations(session, Consultation.person_id == person_id)]


def erase(session: Session, person: Person, now: datetime) -> None:
    """Deletes what belongs to the person alone. Applications, letters and conversations have functions of their own."""
    own = select(Draft.id).where(Draft.person_id == person.id)
    session.execute(delete(CounterRecord).where(CounterRecord.draft_id.in_(own)))
    session.execute(delete(PageKey).where(PageKey.page == "draft", PageKey.row_id.in_(own)))
    empty_drafts(session, own)
    unsent = (Draft.person_id == person.id, Draft.state != "submitted")
    session.execute(update(Draft).where(*unsent).values(state="discarded", updated_at=now))
    for owned in (GuestVisit, Continuation, CopyRequest, CoverLetterSigner):
        session.execute(delete(owned).where(owned.person_id == person.id))
    applied = select(Application.id).where(Application.person_id == person.id)
    permitted = (CopyRequest.application_id.in_(applied), CopyRequest.state == "allowed")
    session.execute(update(CopyRequest).where(*permitted).values(state="expired"))
    satisfaction.forget_person(session, person.id)
    visited = update(QueueTicket).where(QueueTicket.person_id == person.id)
    session.execute(visited.values(person_id=None, comment=""))
    chats = select(LiveChat.id).where(LiveChat.person_id == person.id)
    session.execute(update(LiveChat).where(LiveChat.person_id == person.id).values(state="ended", ended_at=now))
    asked = select(Consultation.id).where(Consultation.person_id == person.id)
    closed = {"state": "closed", "changed_at": now, "comment": ""}
    session.execute(update(Consultation).where(Consultation.person_id == person.id).values(closed))
    in_threads = LiveMessage.chat_id.in_(chats) | LiveMessage.consultation_id.in_(asked)
    session.execute(delete(LiveMessage).where(in_threads))  # also what an officer has just written
    filed = select(Complaint.id).where(Complaint.person_id == person.id)
    session.execute(delete(ComplaintEntry).where(ComplaintEntry.complaint_id.in_(filed)))
    session.execute(update(Complaint).where(Complaint.person_id == person.id).values(text="", about=""))
    person.name = person.institution = person.position = person.phone = person.email = person.mailbox = ""
    person.identity_kind = person.identity_last4 = person.eligibility = ""
    person.email_proven_at = person.identity_valid_until = person.consent_at = person.registered_at = None
    person.erased_at = now
    session.flush()


def clear_answers(session: Session, submission: Submission, question_ids: Collection[str]) -> None:
    """These answers of a frozen submission become skipped ones."""
    left: dict[str, Json] = {name: None for name in submission.answers if name in question_ids}
    if any(submission.answers[name] is not None for name in left):
        submission.answers = {**submission.answers, **left}
        session.flush()


def empty_drafts(session: Session, draft_ids: Collection[int] | Select[int]) -> None:
    """Their rows stay, because applications and jobs name them."""
    empty = {**_EMPTY_DRAFT, "revision": Draft.revision + 1}
    session.execute(update(Draft).where(Draft.id.in_(draft_ids)).values(empty))
    session.execute(delete(FormImport).where(FormImport.draft_id.in_(draft_ids)))


def delete_files(session: Session, *of: int, files: Collection[int] = (), person_id: int | None = None) -> list[str]:
    """Deletes rows of files: the copies for the staff of these applications, `files`, and all of a person. Letters and
    their signed copies stay. Returns the names of the objects in the store, which other rows may still name.
    """
    kept = select(Letter.file_id).where(Letter.file_id.is_not(None)).union(select(SignedCopy.file_id))
    chosen = or_(File.application_id.in_(of), File.id.in_(files), File.person_id == person_id)
    gone = list(session.execute(select(File.id, File.object).where(chosen, File.id.not_in(kept))))
    session.execute(delete(File).where(File.id.in_([id for id, _ in gone])))
    return sorted({name for _, name in gone})


def end_jobs(session: Session, address_ids: Collection[int], now: datetime) -> None:
    """What these addresses have ordered and is not made yet is not made."""
    waiting = session.scalars(select(Job).where(Job.done_at.is_(None), Job.gave_up_at.is_(None)))
    for job in waiting:
        if job.arguments.get("address") in address_ids:
            job.done_at = now
    session.flush()


def forget_dialogues(session: Session, address_ids: Collection[int]) -> None:
    """Where these conversations stood, and the codes on their way to them."""
    session.execute(
        update(Dialogue)
        .where(Dialogue.address_id.in_(address_ids))
        .values(conversation="", data={}, asked=None, choices=[], unsent=[], takes_file=False)
    )
    for table in _OF_ADDRESS:
        session.execute(delete(table).where(table.address_id.in_(address_ids)))


def delete_messages(session: Session, address_id: int, up_to: int, limit: int = 100) -> int:
    """Deletes up to `limit` messages of an address up to an id, with their outbox rows, and returns how many."""
    chosen = select(Message.id).where(Message.address_id == address_id, Message.id <= up_to).limit(limit)
    old = list(session.scalars(chosen))
    delete_message_rows(session, old)
    return len(old)


def delete_message_rows(session: Session, ids: Collection[int]) -> None:
    """With their outbox rows."""
    session.execute(delete(OutboxRow).where(OutboxRow.message_id.in_(ids)))
    session.execute(delete(Message).where(Message.id.in_(ids)))


def is_waiting(session: Session, address_id: int) -> bool:
    """Whether a message has not left yet."""
    unsent = (OutboxRow.address_id == address_id, OutboxRow.sent_at.is_(None), OutboxRow.gave_up_at.is_(None))
    return session.scalar(select(OutboxRow.id).where(*unsent).limit(1)) is not None


def has_written(session: Session, address_id: int, after: int) -> bool:
    """Whether a message has come in after this one."""
    later = (Message.address_id == address_id, Message.id > after, Message.direction == "in")
    return session.scalar(select(Message.id).where(*later).limit(1)) is not None


def forget_identifiers(session: Session, address: Address, now: datetime) -> None:
    """The address loses its identifiers on its platform, here and among the received messages. Nothing is sent there
    any more.
    """
    known = [name for name in (address.external_id, address.alternate_address) if name]
    received = (InboxRow.channel == address.channel, InboxRow.address.in_(known), InboxRow.state != "pending")
    session.execute(update(InboxRow).where(*received).values(address="", payload=None, state="done", error=""))
    waiting = (WaitingFile.channel == address.channel, WaitingFile.address.in_(known))
    session.execute(delete(WaitingFile).where(*waiting))
    unsent = (OutboxRow.address_id == address.id, OutboxRow.sent_at.is_(None), OutboxRow.gave_up_at.is_(None))
    session.execute(update(OutboxRow).where(*unsent).values(gave_up_at=now, failure=FORGOTTEN))
    address.external_id, address.alternate_address = f"#{address.id}", None
    address.last_incoming_at = address.rate_used_until = None
    session.flush()
