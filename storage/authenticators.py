"""Authenticators of the staff, and where a right code was given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables import Authenticator, StepUpGrant


def has_one(session: Session, person_id: int) -> bool:
    """Whether a code has confirmed one."""
    found = session.get(Authenticator, person_id)
    return found is not None and found.secret is not None


def owners(session: Session, person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people who have one."""
    query = select(Authenticator.person_id).where(Authenticator.secret.is_not(None))
    return frozenset(session.scalars(query.where(Authenticator.person_id.in_(person_ids))))


def lock(session: Session, person_id: int) -> Authenticator | None:
    """The row, locked: of several codes at once, each is counted."""
    return session.get(Authenticator, person_id, with_for_update=True, populate_existing=True)


def lock_or_add(session: Session, person_id: int) -> Authenticator:
    """The caller has locked the person's address."""
    found = lock(session, person_id)
    if found is None:
        found = Authenticator(person_id=person_id, last_step=0, wrong_codes=0)
        session.add(found)
    return found


def of_link(session: Session, digest: str, now: datetime) -> Authenticator | None:
    """By the keyed hash of an open link; locked."""
    found = session.scalars(select(Authenticator).where(Authenticator.link == digest).with_for_update()).first()
    return found if found is not None and found.link_expires_at is not None and now < found.link_expires_at else None


def locks(session: Session, person_id: int) -> bool:
    """Whether a conversation locks that was idle: there is one, or an admin has removed it."""
    found = session.get(Authenticator, person_id)
    return found is not None and (found.secret is not None or _is_removed(found))


def remove(session: Session, person_id: int) -> bool:
    """Whether there was one. Codes that were given hold no longer. An empty row stays, so that what locks with an
    authenticator still locks without one.
    """
    found = lock(session, person_id)
    if found is None or found.secret is None:
        return False
    session.execute(delete(StepUpGrant).where(StepUpGrant.person_id == person_id))
    found.secret = found.pending_secret = found.link = found.link_expires_at = found.paused_until = None
    found.last_step = found.wrong_codes = 0
    session.flush()
    return True


def delete_of(session: Session, person_id: int) -> None:
    """Of somebody whose role has ended."""
    for table in (StepUpGrant, Authenticator):
        session.execute(delete(table).where(table.person_id == person_id))


def forget_removal(session: Session, person_id: int) -> None:
    """After a new invitation."""
    found = lock(session, person_id)
    if found is not None and _is_removed(found):
        delete_of(session, person_id)


def _is_removed(row: Authenticator) -> bool:
    return row.secret is None and row.pending_secret is None and row.link is None


def is_granted(session: Session, address_id: int, person_id: int, now: datetime) -> bool:
    found = session.get(StepUpGrant, address_id)
    return found is not None and found.person_id == person_id and now < found.expires_at


def grant(session: Session, address_id: int, person_id: int, expires_at: datetime) -> None:
    session.merge(StepUpGrant(address_id=address_id, person_id=person_id, expires_at=expires_at))
    session.flush()
