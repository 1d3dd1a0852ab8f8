"""The tables. Times are aware UTC; documents are JSON written whole, never changed in place; what a person typed
outside the answers lies sealed (AES-GCM) and goes when its time is over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime, TypeDecorator

from desk.text import Json

_WAITING = text("sent_at IS NULL AND gave_up_at IS NULL")
_KNOCKED = text("knocked_at IS NOT NULL AND sent_at IS NULL AND gave_up_at IS NULL")
_OPEN = text("state IN ('pending', 'failed')")
_PROVEN = text("email_proven_at IS NOT NULL AND merged_into IS NULL")
#: also said literally by the queries that want the index
IN_WORK = text("status IN ('submitted', 'under_review', 'revision_requested', 'letter_drafted', 'awaiting_issue')")
_COMPLAINT = text("state = 'open'")
ISSUED = text("status = 'issued'")
_UNDONE = text("done_at IS NULL")


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as UTC. SQLite forgets zones, so a naive time is refused going in and made aware coming
    out.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone does not go into a table")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Moment,
        int: BigInteger().with_variant(Integer, "sqlite"),
        dict[str, Json]: JSON,
        list[Json]: JSON,
        bytes: LargeBinary,
    }


class Person(Base):
    """Somebody who has written at least once. Registration fills the row; `merged_into` is kept when two turn out
    to be one.
    """

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    consent_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(default="")
    institution: Mapped[str] = mapped_column(default="")
    position: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    email_proven_at: Mapped[datetime | None]
    identity_kind: Mapped[str] = mapped_column(default="")
    identity_last4: Mapped[str] = mapped_column(default="")
    identity_valid_until: Mapped[date | None]
    eligibility: Mapped[str] = mapped_column(default="")  #: what the eligibility questions found: "", "kabupaten"
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    __table_args__ = (Index("uq_people_email", "email", unique=True, sqlite_where=_PROVEN, postgresql_where=_PROVEN),)


class Address(Base):
    """Where a person can be reached: a channel and its own identifier for them."""

    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(200))
    also: Mapped[str | None] = mapped_column(String(200))  #: another identifier of the same address: a phone number
    locale: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]  #: the last message from there
    blocked_at: Mapped[datetime | None]  #: the person shut us out; nothing but mail reaches them
    paced_until: Mapped[datetime | None]  #: up to when the messages of this address are spent
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("uq_addresses_channel_also", "channel", "also", unique=True),
    )


class InboxRow(Base):
    """One received message. The payload is there only while it is pending or failed."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10))  #: done, pending, failed
    payload: Mapped[bytes | None]  #: sealed
    error: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class Dialogue(Base):
    """Where the talk with one address stands."""

    __tablename__ = "dialogues"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    conversation: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Json]]
    asked: Mapped[str | None]
    asked_message: Mapped[int | None]  #: the message that carried the open question
    first_asked: Mapped[int | None]  #: the first of the messages since then that carried it: a question may come again
    choices: Mapped[list[Json]]
    takes_file: Mapped[bool] = mapped_column(default=False)  #: whether the last message asked for a file
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class Message(Base):
    """What was said, both ways, sealed; kept for the office's `retention.messages` days."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    direction: Mapped[str] = mapped_column(String(3))  #: in, out
    at: Mapped[datetime] = mapped_column(index=True)
    locale: Mapped[str] = mapped_column(String(8))
    body: Mapped[bytes]  #: sealed JSON of a prompt
    external_id: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (Index("ix_messages_address_id_id", "address_id", "id"),)


class OutboxRow(Base):
    """A message on its way out. One row per address is in flight, the lowest id among those due."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    channel: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40))
    bulk: Mapped[bool]  #: a notice; replies go first
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    replaces: Mapped[str] = mapped_column(String(200), default="")  #: the platform's id of the message to be changed
    remote_ids: Mapped[list[Json]]  #: the platform's ids of what was sent
    remote_id: Mapped[str | None] = mapped_column(String(200))  #: the last of them
    progress: Mapped[str] = mapped_column(String(10), default="")  #: sent, delivered, read, failed: told later
    knocked_at: Mapped[datetime | None]  #: a template told the person that this waits until they write
    __table_args__ = (
        Index("ix_outbox_channel_remote_id", "channel", "remote_id"),
        Index("ix_outbox_knocked", "address_id", sqlite_where=_KNOCKED, postgresql_where=_KNOCKED),
        Index("ix_outbox_lane", "address_id", "bulk", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_outbox_due", "channel", "not_before", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )


class Draft(Base):
    """The answers of one form while it is being filled. Survives a restart, a lost phone and a change of channel."""

    __tablename__ = "drafts"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    form: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))  #: open, revising, submitted, set_aside
    answers: Mapped[dict[str, Json]]
    changed: Mapped[dict[str, Json]]  #: question → draft revision at its last change
    partial: Mapped[dict[str, Json]]  #: question → what is typed of it so far
    refill: Mapped[list[Json]]  #: to be answered again: the form changed, or the examiner remarked on it
    remarks: Mapped[dict[str, Json]]  #: of a revision: question → the examiner's remark; only these are open
    replies: Mapped[dict[str, Json]]  #: of a revision: question → the applicant's reply
    said: Mapped[dict[str, Json]] = mapped_column(
        default=dict
    )  #: question → the message that answered it, which may be edited later
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (Index("ix_drafts_person_id_form_state", "person_id", "form", "state"),)


class File(Base):
    """An inspected upload or a rendered document; the bytes lie encrypted in the file store under `object`."""

    __tablename__ = "files"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    object: Mapped[str] = mapped_column(String(64), index=True)
    owner: Mapped[str] = mapped_column(String(40))  #: whom the bytes are encrypted for
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    created_at: Mapped[datetime]


class RemoteFile(Base):
    """A file that a platform keeps since it was sent once: sent again by its id there."""

    __tablename__ = "remote_files"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    remote: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class Application(Base):
    """A submitted request. Its lifecycle is desk.lifecycle's; the answers of each submission are frozen in
    `Submission`.
    """

    __tablename__ = "applications"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), unique=True)
    form: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    title: Mapped[str]
    organiser: Mapped[str]
    submitted_at: Mapped[datetime]
    due_on: Mapped[date]
    due_certain: Mapped[bool]
    withdrawn_at: Mapped[datetime | None]
    round: Mapped[int]  #: 1 with the first submission, one more with each resubmission
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: in whose hands it is
    verdict: Mapped[str] = mapped_column(String(10))  #: "", layak, ditolak
    grounds: Mapped[list[Json]]  #: of the verdict
    heed: Mapped[list[Json]]  #: remarks to heed, in the letter
    first_result_at: Mapped[datetime | None]  #: the first return or verdict
    returned_at: Mapped[datetime | None]  #: the last time that revision was requested
    decided_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    director_note: Mapped[str]
    __table_args__ = (
        Index("ix_applications_work", "status", "due_on", "id", sqlite_where=IN_WORK, postgresql_where=IN_WORK),
        Index("ix_applications_issued", "issued_at", "id", sqlite_where=ISSUED, postgresql_where=ISSUED),
    )


class Submission(Base):
    """One numbered revision of an application's answers, frozen."""

    __tablename__ = "submissions"
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[dict[str, Json]]
    submitted_at: Mapped[datetime]


class Remark(Base):
    """What an examiner says about one answer. The applicant changes the answer or keeps it with a reply."""

    __tablename__ = "remarks"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    round: Mapped[int]
    question: Mapped[str] = mapped_column(String(60))
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))  #: open, answered, closed
    reply: Mapped[str]
    __table_args__ = (Index("ix_remarks_application_id_state", "application_id", "state"),)


class Note(Base):
    """What officers tell each other about a case; the applicant never sees it."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    text: Mapped[str]


class Letter(Base):
    """A letter as a frozen snapshot of facts; the worker draws it from these alone."""

    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))  #: draft, issued, uploaded
    state: Mapped[str] = mapped_column(String(10))  #: pending, ready
    facts: Mapped[dict[str, Json]]
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    identity: Mapped[str | None] = mapped_column(String(30), unique=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Rating(Base):
    """1 to 5 stars and a comment, one an application."""

    __tablename__ = "ratings"
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    stars: Mapped[int]
    comment: Mapped[str]
    created_at: Mapped[datetime]


class Complaint(Base):
    """Told in chat, with a number; the desk answers in the same conversation."""

    __tablename__ = "complaints"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str]
    created_at: Mapped[datetime]
    first_answer_by: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))  #: open, answered
    answer: Mapped[str]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_complaints_open", "id", sqlite_where=_COMPLAINT, postgresql_where=_COMPLAINT),)


class Officer(Base):
    """Somebody of the office: joined by a one-time code, until revoked."""

    __tablename__ = "officers"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))  #: officer, head, director, admin
    name: Mapped[str]
    joined_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Invite(Base):
    """A one-time code for joining, kept as a keyed hash."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    name: Mapped[str]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Continuation(Base):
    """A one-time code for going on in another channel, kept as a keyed hash; one a person."""

    __tablename__ = "continuations"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class JoinTries(Base):
    """Wrong codes from one address."""

    __tablename__ = "join_tries"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime]


class NumberSeries(Base):
    """The last number given out of a series such as "application/2026"."""

    __tablename__ = "number_series"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int]


class EmailCode(Base):
    """A six-digit code on its way to an e-mail address. Kept as a keyed hash."""

    __tablename__ = "email_codes"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int]


class CatalogueEntry(Base):
    """An activity that already has a recommendation."""

    __tablename__ = "catalogue"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        String(64), unique=True
    )  #: hash of what makes an entry the same on a second import
    title: Mapped[str]
    organiser: Mapped[str]
    year: Mapped[int]
    region: Mapped[str]
    region_code: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(40))
    recommendation_identity: Mapped[str] = mapped_column(String(30))
    letter_number: Mapped[str] = mapped_column(String(60))
    letter_date: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(30))
    source: Mapped[str]
    note: Mapped[str]
    __table_args__ = (Index("ix_catalogue_year_id", "year", "id"),)


class CatalogueWord(Base):
    """The words of an entry, folded: search by the beginnings of words with one index on every database."""

    __tablename__ = "catalogue_words"
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("catalogue.id", ondelete="CASCADE"), primary_key=True, index=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Job(Base):
    """Something to be done later by the worker, once. `key` makes asking twice harmless."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    arguments: Mapped[dict[str, Json]]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    __table_args__ = (Index("ix_jobs_due", "due_at", sqlite_where=_UNDONE, postgresql_where=_UNDONE),)


class Lease(Base):
    """What only one process may do at a time, such as asking a platform for what is new."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]


class Told(Base):
    """A reminder that was sent; its key makes it the only one of its kind, however many processes look at the clock."""

    __tablename__ = "told"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class AuditLine(Base):
    """Who did what to which case, before and after; each line carries the hash of the one before it."""

    __tablename__ = "audit"
    case: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Json]]
    after: Mapped[dict[str, Json]]
    hash: Mapped[str] = mapped_column(String(64))


class Setting(Base):
    """Facts of this installation, such as the fingerprint of its key."""

    __tablename__ = "installation"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str]
