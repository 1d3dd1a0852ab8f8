"""Officers, and the codes with which they join."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.tables import Address, CodeAttempts, Invite, Officer, Person

IS_REACHABLE = exists().where(Address.person_id == Officer.person_id, Address.staff_since.is_not(None))


def get(session: Session, person_id: int) -> Officer | None:
    """Somebody who has joined and is not revoked."""
    found = session.get(Officer, person_id)
    return found if found is not None and found.revoked_at is None else None


def has_been_one(session: Session, person_id: int) -> bool:
    """Whether this person, or an account that was merged into theirs, works here or has worked here."""
    merged = select(Person.id).where(Person.merged_into_id == person_id)
    theirs = or_(Officer.person_id == person_id, Officer.person_id.in_(merged))
    return session.scalar(select(Officer.person_id).where(theirs).limit(1)) is not None


def lock(session: Session, person_ids: Collection[int]) -> None:
    """In the order of their ids; reads the rows anew."""
    query = select(Officer).where(Officer.person_id.in_(person_ids)).order_by(Officer.person_id).with_for_update()
    session.execute(query, execution_options={"populate_existing": True}).all()


def active(session: Session, *roles: str) -> Sequence[Officer]:
    """All who are not revoked, of these roles if any are named, in the order of their ids."""
    query = select(Officer).where(Officer.revoked_at.is_(None)).order_by(Officer.person_id)
    return session.scalars(query.where(Officer.role.in_(roles)) if roles else query).all()


def active_or_one_of(session: Session, person_ids: Collection[int]) -> Sequence[Officer]:
    """All who are not revoked, and these, in the order of their names."""
    query = select(Officer).where(or_(Officer.revoked_at.is_(None), Officer.person_id.in_(person_ids)))
    return session.scalars(query.order_by(Officer.name, Officer.person_id)).all()


def reachable(session: Session, *roles: str) -> Sequence[Officer]:
    """Of the same, those who have a conversation in which they joined. Who has signed out of all cannot act."""
    query = select(Officer).where(Officer.revoked_at.is_(None), IS_REACHABLE).order_by(Officer.person_id)
    return session.scalars(query.where(Officer.role.in_(roles)) if roles else query).all()


def is_reachable(session: Session, person_id: int) -> bool:
    query = select(Officer.person_id).where(Officer.person_id == person_id, Officer.revoked_at.is_(None), IS_REACHABLE)
    return session.scalar(query) is not None


async def read_on_channel(session: AsyncSession, channel: str) -> list[tuple[str, str]]:
    """(address, role) of the staff on a channel."""
    query = (
        select(Address.external_id, Officer.role)
        .join(Officer, Officer.person_id == Address.person_id)
        .where(Address.channel == channel, Address.staff_since.is_not(None), Officer.revoked_at.is_(None))
    )
    return [(address, role) for address, role in (await session.execute(query)).all()]


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Person id → the name as an officer, else the person's own name."""
    people = {person.id: person.name for person in session.scalars(select(Person).where(Person.id.in_(person_ids)))}
    found = session.scalars(select(Officer).where(Officer.person_id.in_(person_ids)))
    return people | {officer.person_id: officer.name for officer in found}


def invite(session: Session, digest: str) -> Invite | None:
    """By the keyed hash of its code; locked."""
    return session.scalars(select(Invite).where(Invite.code == digest).with_for_update()).first()


def code_attempts(session: Session, address_id: int, now: datetime) -> CodeAttempts:
    """The count of wrong codes from an address, made if missing; locked."""
    found = session.get(CodeAttempts, address_id, with_for_update=True)
    if found is None:
        found = CodeAttempts(address_id=address_id, count=0, last_at=now)
        session.add(found)
    return found
