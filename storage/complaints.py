"""Complaints: lists, those that are due, and what was said about them.

Nobody of the staff finds a complaint about themselves: each query for a reader leaves those out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from domain.pages import ListPage, Place
from storage.clock import Cursor, due_page, oldest_before
from storage.pages import Order, read_page
from storage.statistics import Moments
from storage.tables import (
    COMPLAINT_ANSWERED,
    COMPLAINT_OPEN,
    Application,
    AuditLine,
    Complaint,
    ComplaintEntry,
    ComplaintExclusion,
    File,
)

_OLDEST_FIRST = Order(Complaint.id, Complaint.id, number=int, stored=int)
_NEWEST_FIRST = Order(Complaint.id, Complaint.id, number=int, stored=int, newest_first=True)


@frozen
class ComplaintReader:
    """Somebody of the staff."""

    person_id: int
    is_head: bool

    def may_see(self) -> tuple[ColumnElement[bool], ...]:
        """Conditions of complaints that are neither theirs nor about them."""
        excluded = exists().where(
            ComplaintExclusion.complaint_id == Complaint.id, ComplaintExclusion.person_id == self.person_id
        )
        holds_case = exists().where(
            Application.id == Complaint.about_application_id, Application.officer_id == self.person_id
        )
        own = func.coalesce(Complaint.person_id, 0) == self.person_id
        return (~excluded, ~holds_case, ~own, *(() if self.is_head else (Complaint.for_heads.is_(False),)))


def count_open(session: Session, reader: ComplaintReader) -> int:
    query = select(func.count()).select_from(Complaint).where(COMPLAINT_OPEN, *reader.may_see())
    return session.scalar(query) or 0


def list_open(session: Session, reader: ComplaintReader, start: Place | int, size: int) -> ListPage[Complaint]:
    """One page, the oldest first."""
    query = select(Complaint).where(COMPLAINT_OPEN, *reader.may_see())
    return read_page(session, query, _OLDEST_FIRST, start, size)


def may_see(session: Session, reader: ComplaintReader, complaint_id: int) -> bool:
    query = select(Complaint.id).where(Complaint.id == complaint_id, *reader.may_see())
    return session.scalar(query) is not None


def of_person(session: Session, person_id: int, start: Place | int, size: int) -> ListPage[Complaint]:
    """One page of the complaints that this person filed with their name, the newest first."""
    return read_page(session, select(Complaint).where(Complaint.person_id == person_id), _NEWEST_FIRST, start, size)


def lock(session: Session, complaint_id: int) -> Complaint | None:
    return session.get(Complaint, complaint_id, with_for_update=True, populate_existing=True)


def by_number(session: Session, number: str) -> Complaint | None:
    return session.scalars(select(Complaint).where(Complaint.number == number)).first()


def entries(session: Session, complaint_id: int) -> Sequence[ComplaintEntry]:
    """Oldest first."""
    query = select(ComplaintEntry).where(ComplaintEntry.complaint_id == complaint_id).order_by(ComplaintEntry.id)
    return session.scalars(query).all()


def add_files(
    session: Session, complaint: Complaint, files: Sequence[File], at: datetime, author_id: int | None = None
) -> None:
    """`author_id`: the officer; `None`: the complainer."""
    for file in files:
        entry = ComplaintEntry(complaint_id=complaint.id, kind="file", text=file.name, author_id=author_id, at=at)
        entry.file_id = file.id
        session.add(entry)
    session.flush()


def files_in(session: Session, *chosen: ColumnElement[bool]) -> Sequence[File]:
    """The files that came with these complaints, the oldest first."""
    query = select(File).join(ComplaintEntry, ComplaintEntry.file_id == File.id)
    query = query.join(Complaint, Complaint.id == ComplaintEntry.complaint_id).where(*chosen)
    return session.scalars(query.order_by(ComplaintEntry.id)).all()


def file_in(session: Session, complaint_id: int, file_id: int) -> File | None:
    return next((file for file in files_in(session, Complaint.id == complaint_id) if file.id == file_id), None)


def files_and_copies(session: Session, *chosen: ColumnElement[bool]) -> Sequence[int]:
    """Ids of the same, with the copies of officers."""
    objects = {file.object for file in files_in(session, *chosen)}
    return session.scalars(select(File.id).where(File.object.in_(objects))).all()


def exclude(session: Session, complaint_id: int, person_ids: Collection[int]) -> None:
    session.add_all(
        ComplaintExclusion(complaint_id=complaint_id, person_id=person_id) for person_id in sorted(person_ids)
    )
    session.flush()


def excluded(session: Session, complaint: Complaint) -> set[int]:
    """Ids of the people whom it is about, also of who holds the case today."""
    found = select(ComplaintExclusion.person_id).where(ComplaintExclusion.complaint_id == complaint.id)
    holder = select(Application.officer_id).where(Application.id == complaint.about_application_id)
    return {person_id for person_id in (*session.scalars(found), session.scalar(holder)) if person_id is not None}


def who_acted(session: Session, chain: str) -> set[str]:
    """The actors of a chain of audit lines, such as "person/12"."""
    return set(session.scalars(select(AuditLine.actor).where(AuditLine.case == chain).distinct()))


def due_by(session: Session, until: date, after: Cursor | None) -> Sequence[Complaint]:
    """Open complaints whose promised day is not later than `until`, the earliest first; locked. Those that another
    transaction has locked are skipped: the next run finds them.
    """
    query = select(Complaint).where(COMPLAINT_OPEN, Complaint.due_on <= until)
    return due_page(session, query, Complaint.due_on, Complaint.id, after)


def answered_before(session: Session, before: datetime) -> Sequence[Complaint]:
    """One page of those that were answered and not reopened since; locked."""
    return oldest_before(session, select(Complaint).where(COMPLAINT_ANSWERED), Complaint.changed_at, before)


@frozen
class ComplaintFigures:
    """Counts without content."""

    filed: int
    in_time: int  #: of them, answered first by the promised day
    late: int  #: answered later, or not yet although the day is over


def figures(session: Session, moments: Moments, today: date) -> ComplaintFigures:
    """Of the complaints that were filed then."""
    is_overdue = Complaint.in_time.is_(None) & (Complaint.first_answer_by < today)
    query = select(
        func.count(),
        func.coalesce(func.sum(case((Complaint.in_time.is_(True), 1), else_=0)), 0),
        func.coalesce(func.sum(case((Complaint.in_time.is_(False) | is_overdue, 1), else_=0)), 0),
    ).where(moments.hold(Complaint.created_at))
    filed, in_time, late = session.execute(query).one()
    return ComplaintFigures(filed, in_time, late)
