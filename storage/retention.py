"""What is kept for a time only: which rows are past it, and how they end. One table of rules.

Each rule ends one page of rows in a transaction; the condition of partial indexes is written literally.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.form.files import upload_ids
from domain.form.loading import COUNTER_VISITOR, GUEST_BOOK
from domain.frozen import frozen
from storage import complaints, personal_data, satisfaction, threads
from storage.tables import (
    UNSENT_DRAFT,
    UNSENT_FILE,
    WITH_DOCUMENTS,
    Application,
    CodeAttempts,
    Complaint,
    ComplaintEntry,
    Consultation,
    Continuation,
    CopyRequest,
    Draft,
    EmailCode,
    File,
    FormImport,
    GuestVisit,
    InboxRow,
    Invite,
    LiveChat,
    LiveMessage,
    Message,
    PageKey,
    QueueTicket,
    SatisfactionSurvey,
    SigningKey,
    UnknownPhrase,
    WaitingFile,
)

#: rows that one transaction ends
PAGE = 100
#: how long a code, or the count of wrong ones, is of use after it has expired
CODES = timedelta(days=1)
#: how long the export of one's own data waits for its person
EXPORTS = timedelta(days=3)
#: how long a phrase that was not understood waits to be read by the office
UNKNOWN_PHRASES = timedelta(days=90)
#: how long it is kept who asked to copy whose application; until then they do not ask about the same number again
COPY_REQUESTS = timedelta(days=90)
#: how long a finished survey names what it follows, and one that was not finished waits; longer than it can be answered
SURVEYS = timedelta(days=60)
_OF_VISITORS = (GUEST_BOOK, COUNTER_VISITOR)
Key: TypeAlias = int | str


@frozen
class RetentionLimits:
    """Everything from before these moments and days is past its time."""

    now: datetime
    messages: datetime
    received: datetime
    documents: datetime
    drafts: datetime
    queue: date
    visits: date


@frozen
class RetentionRule:
    key: InstrumentedAttribute[Any]  #: the primary key
    overdue: Callable[[RetentionLimits], tuple[Any, ...]]  #: the conditions
    end: Callable[[Session, Sequence[Key], RetentionLimits], None]
    in_order: bool = False  #: locked along the key, because others lock several of these rows at once too


def _delete(key: InstrumentedAttribute[Any]) -> Callable[[Session, Sequence[Key], RetentionLimits], None]:
    def end(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
        session.execute(delete(key.class_).where(key.in_(keys)))

    return end


def _delete_messages(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    personal_data.delete_message_rows(session, [int(key) for key in keys])


def _delete_talks(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    """With the files that officers got in them; those about an application stay with it."""
    chats = select(LiveMessage.chat_id).where(LiveMessage.id.in_(keys))
    personal_data.delete_files(session, files=threads.copies_of_chats(session, LiveChat.id.in_(chats)))
    session.execute(delete(LiveMessage).where(LiveMessage.id.in_(keys)))


def _delete_consultations(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    """What was written, with its files. The row stays, for the figures."""
    personal_data.delete_files(session, files=threads.files_of_consultations(session, Consultation.id.in_(keys)))
    session.execute(delete(LiveMessage).where(LiveMessage.consultation_id.in_(keys)))
    session.execute(update(Consultation).where(Consultation.id.in_(keys)).values(comment=""))


def _delete_complaint_files(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    """Their names stay with the complaint."""
    personal_data.delete_files(session, files=complaints.files_and_copies(session, Complaint.id.in_(keys)))
    session.execute(update(ComplaintEntry).where(ComplaintEntry.complaint_id.in_(keys)).values(file_id=None))


def _delete_files(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    personal_data.delete_files(session, files=[int(key) for key in keys])


def _forget_holders(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    """Numbers of earlier days keep no person, and no words of theirs, which nobody could have deleted any more; number
    and stars still count.
    """
    session.execute(update(QueueTicket).where(QueueTicket.id.in_(keys)).values(person_id=None, comment=""))


def _forget_respondents(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    """Finished surveys name nothing any more; they still count."""
    session.execute(update(SatisfactionSurvey).where(SatisfactionSurvey.id.in_(keys)).values(satisfaction.NAMELESS))


def _discard(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    """With the files that were uploaded for them."""
    filled = session.scalars(select(Draft.answers).where(Draft.id.in_(keys)))
    uploads = {id for answers in filled for id in upload_ids(answers)}
    personal_data.delete_files(session, files=uploads)
    personal_data.empty_drafts(session, [int(key) for key in keys])
    session.execute(update(Draft).where(Draft.id.in_(keys)).values(state="discarded"))


def _delete_documents(session: Session, keys: Sequence[Key], limits: RetentionLimits) -> None:
    for application in session.scalars(select(Application).where(Application.id.in_(keys)).order_by(Application.id)):
        _delete_documents_of(session, application, limits)


def _delete_documents_of(session: Session, application: Application, limits: RetentionLimits) -> None:
    """The uploads of a case that has ended, the copies of the staff, and old papers of its applicant that no other form
    or case of theirs has. Letters stay.
    """
    application.documents_deleted_at = limits.now
    session.flush()
    person_id = application.person_id
    needed = {
        id
        for draft in personal_data.drafts_of(session, person_id)
        if draft.state != "submitted"
        for id in upload_ids(draft.answers)
    }
    own = _uploads_of(session, application)
    for other in personal_data.applications_of(session, person_id):
        if other.documents_deleted_at is None:
            needed |= _uploads_of(session, other)
    for consultation in personal_data.consultations_of(session, person_id):
        needed |= {file.id for file in threads.files_in(session, consultation)}
    needed |= {file.id for file in complaints.files_in(session, Complaint.person_id == person_id)}
    unneeded = [file for file in personal_data.files_of(session, person_id) if file.id not in needed]
    gone = [file.id for file in unneeded if file.id in own or file.created_at < limits.messages]
    personal_data.delete_files(session, application.id, files=gone)


def _uploads_of(session: Session, application: Application) -> set[int]:
    submissions = personal_data.submissions_of(session, application.id)
    return {id for submission in submissions for id in upload_ids(submission.answers)}


def _rule(key: InstrumentedAttribute[Any], overdue: Callable[[RetentionLimits], tuple[Any, ...]]) -> RetentionRule:
    return RetentionRule(key, overdue, _delete(key))


#: name of what ends → its rule
RULES: Mapping[str, RetentionRule] = {
    "messages": RetentionRule(Message.id, lambda limits: (Message.at < limits.messages,), _delete_messages),
    "conversations with officers": RetentionRule(
        LiveMessage.id,
        lambda limits: (
            LiveMessage.at < limits.messages,
            LiveMessage.chat_id.in_(select(LiveChat.id).where(LiveChat.application_id.is_(None))),
        ),
        _delete_talks,
    ),
    "consultations": RetentionRule(
        Consultation.id,
        lambda limits: (
            Consultation.state == "closed",
            Consultation.changed_at < limits.documents,
            exists().where(LiveMessage.consultation_id == Consultation.id),
        ),
        _delete_consultations,
    ),
    "files of complaints": RetentionRule(
        Complaint.id,
        lambda limits: (
            Complaint.state == "closed",
            Complaint.changed_at < limits.documents,
            exists().where(ComplaintEntry.complaint_id == Complaint.id, ComplaintEntry.file_id.is_not(None)),
        ),
        _delete_complaint_files,
    ),
    "files not sent": RetentionRule(
        File.id, lambda limits: (UNSENT_FILE, File.unsent_since < limits.messages), _delete_files
    ),
    "received ids": _rule(
        InboxRow.id, lambda limits: (InboxRow.received_at < limits.received, InboxRow.state == "done")
    ),
    "returned forms": _rule(FormImport.draft_id, lambda limits: (FormImport.created_at < limits.messages,)),
    "links to pages": _rule(PageKey.digest, lambda limits: (PageKey.expires_at <= limits.now,)),
    "links for signing": _rule(SigningKey.digest, lambda limits: (SigningKey.expires_at <= limits.now,)),
    "files without their message": _rule(WaitingFile.id, lambda limits: (WaitingFile.expires_at <= limits.now,)),
    "codes by mail": _rule(EmailCode.address_id, lambda limits: (EmailCode.expires_at < limits.now - CODES,)),
    "codes for another channel": _rule(Continuation.person_id, lambda limits: (Continuation.expires_at < limits.now,)),
    "wrong codes": _rule(CodeAttempts.address_id, lambda limits: (CodeAttempts.last_at < limits.now - CODES,)),
    "invitations": _rule(Invite.id, lambda limits: (Invite.expires_at < limits.messages,)),
    "holders of numbers": RetentionRule(
        QueueTicket.id,
        lambda limits: (QueueTicket.day < limits.queue, QueueTicket.person_id.is_not(None)),
        _forget_holders,
    ),
    "visits not sent": RetentionRule(
        Draft.id,
        lambda limits: (UNSENT_DRAFT, Draft.form.in_(_OF_VISITORS), Draft.updated_at < limits.messages),
        _discard,
        in_order=True,
    ),
    "exports of one's own data": _rule(
        File.id, lambda limits: (File.kind == "zip", File.created_at < limits.now - EXPORTS)
    ),
    "surveys not finished": _rule(
        SatisfactionSurvey.id,
        lambda limits: (SatisfactionSurvey.finished_at.is_(None), SatisfactionSurvey.started_at < limits.now - SURVEYS),
    ),
    "respondents of surveys": RetentionRule(
        SatisfactionSurvey.id,
        lambda limits: (
            SatisfactionSurvey.finished_at < limits.now - SURVEYS,
            satisfaction.NAMES_SOMEBODY,
        ),
        _forget_respondents,
    ),
    "phrases not understood": _rule(
        UnknownPhrase.digest, lambda limits: (UnknownPhrase.last_at < limits.now - UNKNOWN_PHRASES,)
    ),
    "requests to copy": _rule(CopyRequest.id, lambda limits: (CopyRequest.asked_at < limits.now - COPY_REQUESTS,)),
    "visits": _rule(GuestVisit.id, lambda limits: (GuestVisit.day < limits.visits,)),
    "drafts": RetentionRule(
        Draft.id,
        lambda limits: (UNSENT_DRAFT, Draft.form.not_in(_OF_VISITORS), Draft.updated_at < limits.drafts),
        _discard,
        in_order=True,
    ),
    "documents": RetentionRule(
        Application.id,
        lambda limits: (WITH_DOCUMENTS, Application.ended_at < limits.documents),
        _delete_documents,
        in_order=True,
    ),
}


def end_page(session: Session, name: str, limits: RetentionLimits) -> int:
    """Ends one page of what is past its time, and returns how many rows."""
    rule = RULES[name]
    query = _overdue(rule, limits).order_by(rule.key) if rule.in_order else _overdue(rule, limits)
    keys = list(session.scalars(query.limit(PAGE).with_for_update()))
    if keys:
        rule.end(session, keys, limits)
    return len(keys)


def count_overdue(session: Session, limits: RetentionLimits) -> dict[str, int]:
    """Name → how many rows are past their time now."""
    return {
        name: session.scalar(select(func.count()).select_from(_overdue(rule, limits).subquery())) or 0
        for name, rule in RULES.items()
    }


def drafts_to_warn_of(session: Session, before: datetime, after: int) -> Sequence[Draft]:
    """One page of unsent drafts that nobody has touched since, above an id."""
    query = select(Draft).where(UNSENT_DRAFT, Draft.form.not_in(_OF_VISITORS), Draft.updated_at < before)
    return session.scalars(query.where(Draft.id > after).order_by(Draft.id).limit(PAGE).with_for_update()).all()


def _overdue(rule: RetentionRule, limits: RetentionLimits) -> Select[Any]:
    return select(rule.key).where(*rule.overdue(limits))
