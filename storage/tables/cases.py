"""Applications, their examination, their letters; complaints."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base

#: also said literally by the queries that want the index
IN_WORK = text("status IN ('submitted', 'under_review', 'revision_requested', 'letter_drafted', 'awaiting_issue')")
_COMPLAINT = text("state = 'open'")
ISSUED = text("status = 'issued'")


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
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_complaints_open", "id", sqlite_where=_COMPLAINT, postgresql_where=_COMPLAINT),)


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
