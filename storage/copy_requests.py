"""Who asks to copy whose application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import CopyRequest
from storage.unit import insert_new

#: rows on one page of a daily job
PAGE = 100


def add(session: Session, person_id: int, number: str, application_id: int | None, now: datetime) -> CopyRequest | None:
    """`None` when this person has a request about the number already."""
    row = {"person_id": person_id, "number": number, "application_id": application_id, "state": "asked"}
    return find(session, person_id, number) if insert_new(session, CopyRequest, row | {"asked_at": now}) else None


def find(session: Session, person_id: int, number: str) -> CopyRequest | None:
    same = (CopyRequest.person_id == person_id, CopyRequest.number == number)
    return session.scalars(select(CopyRequest).where(*same)).first()


def get(session: Session, request_id: int) -> CopyRequest | None:
    """Not locked."""
    return session.get(CopyRequest, request_id)


def lock(session: Session, request_id: int) -> CopyRequest | None:
    """The caller has locked the application before."""
    return session.get(CopyRequest, request_id, with_for_update=True, populate_existing=True)


def count_open(session: Session, application_id: int) -> int:
    """How many wait for the answer of this application's applicant."""
    about = (CopyRequest.application_id == application_id, CopyRequest.state == "asked")
    return session.scalar(select(func.count()).select_from(CopyRequest).where(*about)) or 0


def allowed(session: Session, person_id: int, since: datetime) -> Sequence[CopyRequest]:
    """What this person may copy, the newest answer first."""
    usable = (CopyRequest.person_id == person_id, CopyRequest.state == "allowed", CopyRequest.answered_at >= since)
    return session.scalars(select(CopyRequest).where(*usable).order_by(CopyRequest.answered_at.desc())).all()


def unanswered(session: Session, before: datetime) -> Sequence[CopyRequest]:
    """One page of those that were asked before this moment, the oldest first; locked."""
    late = (CopyRequest.state == "asked", CopyRequest.asked_at < before)
    query = select(CopyRequest).where(*late).order_by(CopyRequest.asked_at, CopyRequest.id).limit(PAGE)
    return session.scalars(query.with_for_update(skip_locked=True)).all()
