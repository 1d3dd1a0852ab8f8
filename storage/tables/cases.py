"""Applications, their examination, their letters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base

#: queries repeat these conditions literally, so that the database uses the partial indexes
IN_WORK = text("status IN ('submitted', 'under_review', 'revision_requested', 'letter_drafted', 'awaiting_issue')")
ISSUED = text("status = 'issued'")
_UNANCHORED = text("position IS NULL")
#: the same applications, for lists of all statuses: SQLite would read `IN_WORK` status by status, and sort afterwards
NOT_ENDED = text("status NOT IN ('issued', 'closed', 'withdrawn', 'expired')")
ENDED = text("status IN ('issued', 'closed', 'withdrawn', 'expired')")
NOT_IN_ROMANTIK = text("verdict = 'layak' AND issued_at IS NOT NULL AND romantik_number = ''")
RATED = text("stars IS NOT NULL")
COMMENTED = text("comment <> ''")
WITH_DOCUMENTS = text("ended_at IS NOT NULL AND documents_deleted_at IS NULL")


#: instead of a channel: an officer sent it for a visitor
COUNTER = "counter"


class Application(Base):
    """A submitted request. `domain.lifecycle` has the statuses; `Submission` has the answers."""

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
    submitted_at: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(20), default="", server_default="")  #: on which it was sent, or COUNTER
    due_on: Mapped[date]
    due_certain: Mapped[bool]
    promised_days: Mapped[int | None]  #: working days until `due_on`; None: sent before they were recorded
    withdrawn_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  #: when it was closed, withdrawn or expired
    documents_deleted_at: Mapped[datetime | None]  #: its uploads and the papers made from it, after `ended_at`
    round: Mapped[int]  #: 1 with the first submission, one more with each resubmission
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: the officer who holds it
    verdict: Mapped[str] = mapped_column(String(10))  #: "", layak, ditolak
    grounds: Mapped[list[Json]]  #: for the verdict
    advice: Mapped[list[Json]]  #: what the letter asks the applicant to note
    first_result_at: Mapped[datetime | None]  #: when revision was first requested, or the verdict was given
    returned_at: Mapped[datetime | None]  #: when revision was last requested
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    days_total: Mapped[int | None]  #: working days until the verdict
    days_with_applicant: Mapped[int | None]  #: of these, those on which a revision was awaited
    issued_at: Mapped[datetime | None] = mapped_column(index=True)
    director_note: Mapped[str]
    #: in BPS's own application; empty: not recorded there
    romantik_number: Mapped[str] = mapped_column(String(60), default="", server_default="")
    recipient: Mapped[str] = mapped_column(default="", server_default="")  #: of the letter; empty: the organiser's head
    recipient_place: Mapped[str] = mapped_column(default="", server_default="")  #: empty: the office's district
    signer: Mapped[dict[str, Json] | None]  #: of the letter: title, name, rank, nip; None: as the office's profile says
    place: Mapped[str] = mapped_column(default="", server_default="")  #: of the letter; empty: as the profile says
    copies: Mapped[list[Json] | None]  #: who gets a copy of the letter; None: as the office's profile says
    __table_args__ = (
        Index("ix_applications_work", "status", "due_on", "id", sqlite_where=IN_WORK, postgresql_where=IN_WORK),
        Index("ix_applications_due", "due_on", "id", sqlite_where=NOT_ENDED, postgresql_where=NOT_ENDED),
        Index("ix_applications_officer", "officer_id", "due_on", "id", sqlite_where=IN_WORK, postgresql_where=IN_WORK),
        Index("ix_applications_ended", "id", sqlite_where=ENDED, postgresql_where=ENDED),
        Index("ix_applications_issued", "issued_at", "id", sqlite_where=ISSUED, postgresql_where=ISSUED),
        Index(
            "ix_applications_not_in_romantik",
            "id",
            sqlite_where=NOT_IN_ROMANTIK,
            postgresql_where=NOT_IN_ROMANTIK,
        ),
        Index("ix_applications_form_version", "form", "version"),
        Index("ix_applications_documents", "ended_at", sqlite_where=WITH_DOCUMENTS, postgresql_where=WITH_DOCUMENTS),
    )


class Submission(Base):
    """The answers of one submission. They never change."""

    __tablename__ = "submissions"
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[dict[str, Json]]
    submitted_at: Mapped[datetime]


class Remark(Base):
    """An examiner's remark on one answer. The applicant changes the answer, or keeps it and replies."""

    __tablename__ = "remarks"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int] = mapped_column(server_default="0")  #: within its application; never changes
    round: Mapped[int]
    question: Mapped[str] = mapped_column(String(60))
    severity: Mapped[str] = mapped_column(String(10), default="mendable", server_default="mendable")  #: or fatal
    rule: Mapped[str] = mapped_column(String(20), default="", server_default="")  #: of the finding that it states
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))  #: open, answered, closed
    reply: Mapped[str]
    #: the answer that the officer proposes, under "value"; empty: none
    proposal: Mapped[dict[str, Json]] = mapped_column(default=dict, server_default="{}")
    __table_args__ = (Index("ix_remarks_application_id_state", "application_id", "state"),)


class SectionReview(Base):
    """An officer has opened a section of an application, and may have called it clear."""

    __tablename__ = "section_reviews"
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(60), primary_key=True)
    round: Mapped[int]  #: of the answers that were read last
    is_clear: Mapped[bool]
    at: Mapped[datetime]


class Note(Base):
    """An internal note on a case. The applicant never sees it."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    text: Mapped[str]


class Letter(Base):
    """One drawing of a letter: the facts from which the worker renders it, which never change, and the file. A letter
    that was corrected has several with its number; the register names the newest.
    """

    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))  #: draft, issued, uploaded
    state: Mapped[str] = mapped_column(String(10))  #: pending, to_sign, ready
    facts: Mapped[dict[str, Json]]
    number: Mapped[str | None] = mapped_column(String(60))
    identity: Mapped[str | None] = mapped_column(String(30))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)  #: of the file that was sent; empty until then
    #: of the file that waits for a signature; empty for others, and where it waited before there was this column
    drawn_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime]


class SignedCopy(Base):
    """A letter that came back with its signature: one of ours, or one that is to be recorded. Of each letter the newest
    stays.
    """

    __tablename__ = "signed_copies"
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)  #: empty until it is recorded
    kind: Mapped[str] = mapped_column(String(10))  #: signature; scan: of a paper that was signed by hand
    signer: Mapped[str] = mapped_column(String(200))  #: the name in the certificate; empty for a scan
    fingerprint: Mapped[str] = mapped_column(String(64))  #: of the certificate; empty for a scan
    taken_at: Mapped[datetime]


class RegisterEntry(Base):
    """An outgoing letter with its number, in the office's register. Entries stay, whatever becomes of the letter."""

    __tablename__ = "register"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)  #: the newest drawing
    number: Mapped[str] = mapped_column(String(60), unique=True)
    identity: Mapped[str | None] = mapped_column(String(30), unique=True)
    code: Mapped[str] = mapped_column(String(26), unique=True)  #: 128 random bits in base32, for checking the letter
    day: Mapped[date]
    title: Mapped[str]
    organiser: Mapped[str]
    verdict: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))  #: valid, replaced, revoked
    reason: Mapped[str]  #: why it is not valid any more
    changed_at: Mapped[datetime | None]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"))


class Rating(Base):
    """1 to 5 stars and a comment; one for each application."""

    __tablename__ = "ratings"
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    stars: Mapped[int]
    comment: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_ratings_comment", "created_at", "application_id", sqlite_where=COMMENTED, postgresql_where=COMMENTED),
    )


class AuditLine(Base):
    """Who did what to which case, with the values before and after. Each line is signed together with the signature of
    the previous one.
    """

    __tablename__ = "audit"
    case: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Json]]
    after: Mapped[dict[str, Json]]
    version: Mapped[int] = mapped_column(server_default="1")  #: 1: a hash without a key; 2: signed with the key
    hash: Mapped[str] = mapped_column(String(64))  #: the signature
    position: Mapped[int | None]  #: among the lines of all chains; given after the commit, see `storage.audit_anchor`
    __table_args__ = (
        Index("uq_audit_position", "position", unique=True),
        Index("ix_audit_unanchored", "at", sqlite_where=_UNANCHORED, postgresql_where=_UNANCHORED),
    )
