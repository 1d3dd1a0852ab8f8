"""People and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from storage.tables import (
    Address,
    Application,
    Complaint,
    Continuation,
    Draft,
    EmailCode,
    File,
    Note,
    Officer,
    Person,
    Remark,
)
from storage.unit import insert_new

#: the channel of mailboxes
MAIL = "email"

#: what is a person's
_OWNED = (Address.person_id, Draft.person_id, File.person_id, Application.person_id, Complaint.person_id)
#: what a person did or holds as an officer; others have no such rows, and no index leads to them
_OF_OFFICERS = (Application.officer_id, Remark.author_id, Note.author_id, Complaint.answered_by_id)


def get_or_create_address(
    session: Session, channel: str, external_id: str, locale: str, now: datetime, alternate_address: str = ""
) -> Address:
    """The address row, made together with a new person at the first message. `alternate_address`: another identifier
    of the same address; two rows that turn out to be one become one.
    """
    found = find(session, channel, external_id)
    if alternate_address and (found is None or found.alternate_address != alternate_address):
        found = _one_of_two(session, found, channel, external_id, alternate_address)
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
    found.alternate_address = alternate_address or None
    return found


def _one_of_two(
    session: Session, known: Address | None, channel: str, external_id: str, alternate_address: str
) -> Address | None:
    """The platform vouches that both identifiers are one address. Who was known by the second only is found by the
    first from now on; of two rows the one with a registered person stays, and the other is never reached again.

    A number that went to somebody else does not hand over the earlier owner: where both are registered, both stay.
    """
    same = (
        Address.channel == channel,
        or_(Address.alternate_address == alternate_address, Address.external_id == alternate_address),
    )
    before = session.scalars(select(Address).where(*same).order_by(Address.id).with_for_update()).first()
    if before is None:
        if known is not None:
            known.alternate_address = alternate_address
        return known
    if known is None:
        if before.external_id != alternate_address:  # the number is another one's now
            before.alternate_address = None
            session.flush()
            return None
        before.external_id, before.alternate_address = external_id, alternate_address
        return before
    stays, goes = (
        (before, known) if _registered(session, before) and not _registered(session, known) else (known, before)
    )
    goes.alternate_address = None
    if goes.external_id in {alternate_address, external_id}:
        goes.external_id = f"{goes.external_id} (#{goes.id})"
    session.flush()
    stays.external_id, stays.alternate_address = external_id, alternate_address
    return stays


def _registered(session: Session, address: Address) -> bool:
    return session.get_one(Person, address.person_id).registered_at is not None


def change_external_id(session: Session, address: Address, external_id: str) -> None:
    """The platform gave the address another identifier. One that is known already stays what it is."""
    if find(session, address.channel, external_id) is None:
        address.external_id = external_id


def get_or_create_mailbox(session: Session, email: str, person_id: int, locale: str, now: datetime) -> Address:
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


def chat_addresses(session: Session, person_id: int) -> Sequence[Address]:
    """Where this person talks with us: everything but mailboxes."""
    return [address for address in addresses(session, person_id) if address.channel != MAIL]


def find_by_email(session: Session, email: str) -> Person | None:
    """The one person who has proven this e-mail address."""
    query = select(Person).where(
        Person.email == email, Person.email_proven_at.is_not(None), Person.merged_into_id.is_(None)
    )
    return session.scalars(query).first()


def merge(session: Session, losing: Person, into: Person) -> None:
    """Everything of one person becomes the other's; the losing row stays and says where it went. Only after an
    e-mail code. Whose seat in the office stays is decided before, in `bot.service.officers.inherit`.
    """
    for column in (*_OWNED, *(_OF_OFFICERS if session.get(Officer, losing.id) else ())):
        session.execute(update(column.class_).where(column == losing.id).values({column.key: into.id}))
    session.execute(delete(Continuation).where(Continuation.person_id == losing.id))
    losing.merged_into_id = into.id
    losing.name = losing.institution = losing.position = losing.phone = losing.email = ""
    losing.identity_kind = losing.identity_last4 = ""
    losing.email_proven_at = losing.identity_valid_until = None


def email_code(session: Session, address: Address) -> EmailCode | None:
    """The code on its way to this address's person."""
    return session.get(EmailCode, address.id, with_for_update=True)


def email_codes_to(session: Session, email: str) -> Sequence[EmailCode]:
    """All codes on their way to one mailbox, whoever asked for them."""
    return session.scalars(select(EmailCode).where(EmailCode.email == email)).all()
