"""People and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import Address, Application, Draft, EmailCode, File, Person
from storage.unit import insert_new

#: the channel of mailboxes
MAIL = "email"


def reach(session: Session, channel: str, external_id: str, locale: str, now: datetime) -> Address:
    """The address row, made together with a new person at the first message."""
    found = find(session, channel, external_id)
    if found is not None:
        return found
    person = Person(created_at=now)
    session.add(person)
    session.flush()
    row = {"person_id": person.id, "channel": channel, "external_id": external_id, "locale": locale, "created_at": now}
    if not insert_new(session, Address, row):
        session.delete(person)
    found = find(session, channel, external_id)
    assert found is not None
    return found


def reach_mailbox(session: Session, email: str, person_id: int, locale: str, now: datetime) -> Address:
    """The address row of an e-mail address. Whose it is, only a code can tell: until then the row stays with its
    first asker.
    """
    row = {"person_id": person_id, "channel": MAIL, "external_id": email, "locale": locale, "created_at": now}
    insert_new(session, Address, row)
    return session.scalars(select(Address).where(Address.channel == MAIL, Address.external_id == email)).one()


def find(session: Session, channel: str, external_id: str) -> Address | None:
    return session.scalars(
        select(Address).where(Address.channel == channel, Address.external_id == external_id)
    ).first()


def get(session: Session, person_id: int) -> Person:
    return session.get_one(Person, person_id)


def addresses(session: Session, person_id: int) -> Sequence[Address]:
    return session.scalars(select(Address).where(Address.person_id == person_id).order_by(Address.id)).all()


def chats(session: Session, person_id: int) -> Sequence[Address]:
    """Where this person talks with us: everything but mailboxes."""
    return [address for address in addresses(session, person_id) if address.channel != MAIL]


def by_email(session: Session, email: str) -> Person | None:
    """The one person who has proven this e-mail address."""
    query = select(Person).where(
        Person.email == email, Person.email_proven_at.is_not(None), Person.merged_into.is_(None)
    )
    return session.scalars(query).first()


def merge(session: Session, losing: Person, into: Person) -> None:
    """Everything of one person becomes the other's; the losing row stays and says where it went. Only after an
    e-mail code.
    """
    for table in (Address, Draft, File, Application):
        session.execute(update(table).where(table.person_id == losing.id).values(person_id=into.id))
    losing.merged_into = into.id
    losing.name = losing.institution = losing.position = losing.phone = losing.email = ""
    losing.identity_kind = losing.identity_last4 = ""
    losing.email_proven_at = losing.identity_valid_until = None


def code(session: Session, address: Address) -> EmailCode | None:
    """The code on its way to this address's person."""
    return session.get(EmailCode, address.id, with_for_update=True)


def codes_to(session: Session, email: str) -> Sequence[EmailCode]:
    """All codes on their way to one mailbox, whoever asked for them."""
    return session.scalars(select(EmailCode).where(EmailCode.email == email)).all()
