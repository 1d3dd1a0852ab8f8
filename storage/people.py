"""People and their addresses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from domain.mailboxes import mailbox_of
from storage.dialogues import KnownAddress
from storage.statements import Statement, entity, loaded_entity
from storage.tables import (
    Address,
    Application,
    Complaint,
    ComplaintEntry,
    ComplaintExclusion,
    Consultation,
    Continuation,
    CopyRequest,
    CounterRecord,
    CoverLetterSigner,
    Draft,
    EmailCode,
    File,
    GuestVisit,
    Inquiry,
    LiveChat,
    LiveMessage,
    Note,
    Officer,
    Person,
    QueueTicket,
    RegisterEntry,
    Remark,
    SectionReview,
)
from storage.unit import insert_new

#: the name of the e-mail channel
MAIL = "email"

#: columns that name the person who owns a row
_OWNED = (
    Address.person_id,
    Draft.person_id,
    File.person_id,
    Application.person_id,
    Complaint.person_id,
    Consultation.person_id,
    QueueTicket.person_id,
    GuestVisit.person_id,
    LiveChat.person_id,
    CounterRecord.person_id,
)
#: columns that name an officer. Other people have no such rows, and the columns have no index.
_OF_OFFICERS = (
    Application.officer_id,
    Remark.author_id,
    LiveChat.officer_id,
    LiveMessage.officer_id,
    Note.author_id,
    Inquiry.author_id,
    Inquiry.answered_by_id,
    Complaint.officer_id,
    Consultation.officer_id,
    ComplaintEntry.author_id,
    ComplaintExclusion.person_id,
    QueueTicket.officer_id,
    QueueTicket.given_by_id,
    RegisterEntry.changed_by_id,
    GuestVisit.recorded_by_id,
    CounterRecord.officer_id,
)


def get_or_create_address(
    session: Session, channel: str, external_id: str, locale: str, now: datetime, alternate_address: str = ""
) -> Address:
    """The address row. The first message creates it, together with a new person.

    `alternate_address`: another identifier of the same address; two rows that turn out to be one address become one.
    """
    found = find(session, channel, external_id) or _by_alternate(session, channel, external_id)
    if alternate_address and (found is None or found.alternate_address != alternate_address):
        found = _match_identifiers(session, found, channel, external_id, alternate_address)
    if found is not None:
        return found
    person = create(session, now)
    row = {"person_id": person.id, "channel": channel, "external_id": external_id, "locale": locale, "created_at": now}
    if not insert_new(session, Address, row):
        session.delete(person)
    found = find(session, channel, external_id)
    assert found is not None
    found.alternate_address = alternate_address or None
    return found


def _by_alternate(session: Session, channel: str, identifier: str) -> Address | None:
    """The address whose other identifier this is: platforms do not always give both."""
    same = (Address.channel == channel, Address.alternate_address == identifier)
    return session.scalars(select(Address).where(*same)).first()


def identified_by(session: Session, channel: str, identifier: str) -> Address | None:
    """The address that has this as one of its identifiers; locked."""
    same = or_(Address.external_id == identifier, Address.alternate_address == identifier)
    return session.scalars(select(Address).where(Address.channel == channel, same).with_for_update()).first()


def replace_identifier(session: Session, address: Address, previous: str, current: str) -> None:
    if address.external_id == previous:
        address.external_id = current
    else:
        address.alternate_address = current
    session.flush()


def retire(session: Session, address: Address) -> None:
    """The address loses its identifiers, because another one has them."""
    address.external_id, address.alternate_address = f"{address.external_id} (#{address.id})", None
    session.flush()


def create(session: Session, now: datetime) -> Person:
    """Somebody of whom nothing is known."""
    person = Person(created_at=now)
    session.add(person)
    session.flush()
    return person


def _match_identifiers(
    session: Session, known: Address | None, channel: str, external_id: str, alternate_address: str
) -> Address | None:
    """Finds the one row of an address for which the platform gives two identifiers, and stores both.

    A row that is known only by the alternate identifier gets the first one. Of two rows the one with a registered
    person stays in use; where both are registered, the row of the first identifier does. A phone number that went to
    somebody else never leads to its earlier owner.
    """
    same = (
        Address.channel == channel,
        or_(Address.alternate_address == alternate_address, Address.external_id == alternate_address),
    )
    before = session.scalars(select(Address).where(*same).order_by(Address.id).with_for_update()).first()
    if before is None:
        if known is not None:
            if known.alternate_address is not None:  # another number than before: a role needs a new invitation
                known.staff_since = None
            known.alternate_address = alternate_address
        return known
    if known is None:
        if before.external_id != alternate_address:  # the number belongs to somebody else now
            before.alternate_address = None
            session.flush()
            return None
        before.external_id, before.alternate_address = external_id, alternate_address
        return before
    prefers_before = _is_registered(session, before) and not _is_registered(session, known)
    used, unused = (before, known) if prefers_before else (known, before)
    unused.alternate_address = None
    if unused.external_id in {alternate_address, external_id}:
        unused.external_id = f"{unused.external_id} (#{unused.id})"
    session.flush()
    used.external_id, used.alternate_address = external_id, alternate_address
    return used


def _is_registered(session: Session, address: Address) -> bool:
    return session.get_one(Person, address.person_id).registered_at is not None


def change_external_id(session: Session, address: Address, external_id: str) -> None:
    """Stores the new identifier of an address, unless another address has it."""
    if find(session, address.channel, external_id) is None:
        address.external_id = external_id


def get_or_create_mailbox(session: Session, email: str, person_id: int, locale: str, now: datetime) -> Address:
    """The address row of an e-mail address. A new row belongs to the given person until somebody proves the address
    with a code.
    """
    row = {"person_id": person_id, "channel": MAIL, "external_id": email, "locale": locale, "created_at": now}
    insert_new(session, Address, row)
    return session.scalars(select(Address).where(Address.channel == MAIL, Address.external_id == email)).one()


def find(session: Session, channel: str, external_id: str) -> Address | None:
    row = _FIND.first(session, channel=channel, external_id=external_id)
    return None if row is None else entity(session, Address, row)


async def read_address(session: AsyncSession, channel: str, external_id: str) -> Address | None:
    """`find`, for a read-only session."""
    return await session.scalar(select(Address).where(Address.channel == channel, Address.external_id == external_id))


def touch(session: Session, sender: KnownAddress, at: datetime, rate_used_until: datetime | None) -> None:
    """After a message that was sent at this time: who writes does not block us."""
    last = max(at, sender.last_incoming_at or at)
    _TOUCH.count(session, of_id=sender.id, last_incoming_at=last, rate_used_until=rate_used_until)


_GET: Statement[dict[str, Any]] = Statement(
    select(*Person.__table__.columns).where(Person.id == bindparam("of_id")),
    lambda *row: dict(zip(Person.__table__.columns.keys(), row, strict=True)),
)
_FIND: Statement[dict[str, Any]] = Statement(
    select(*Address.__table__.columns).where(
        Address.channel == bindparam("channel"), Address.external_id == bindparam("external_id")
    ),
    lambda *row: dict(zip(Address.__table__.columns.keys(), row, strict=True)),
)
_TOUCH: Statement[None] = Statement(
    update(Address)
    .where(Address.id == bindparam("of_id"))
    .values(
        last_incoming_at=bindparam("last_incoming_at"), rate_used_until=bindparam("rate_used_until"), blocked_at=None
    ),
    lambda: None,
)


def get(session: Session, person_id: int) -> Person:
    """Raises `NoResultFound`."""
    known = loaded_entity(session, Person, person_id)
    if known is not None:
        return known
    row = _GET.first(session, of_id=person_id)
    if row is None:
        raise NoResultFound(f"person {person_id}")
    return entity(session, Person, row)


def addresses(session: Session, person_id: int) -> Sequence[Address]:
    return session.scalars(select(Address).where(Address.person_id == person_id).order_by(Address.id)).all()


def chat_addresses(session: Session, person_id: int) -> Sequence[Address]:
    """All addresses of this person except mailboxes."""
    return [address for address in addresses(session, person_id) if address.channel != MAIL]


def reachable_chats(session: Session, person_id: int) -> Sequence[Address]:
    """Those that have not blocked us."""
    return [chat for chat in chat_addresses(session, person_id) if chat.blocked_at is None]


def staff_addresses(session: Session, person_id: int) -> Sequence[Address]:
    """The addresses from which this person joined the staff."""
    return [address for address in addresses(session, person_id) if address.staff_since is not None]


def find_by_undo_code(session: Session, digests: Collection[str]) -> Sequence[Address]:
    """By the keyed hashes of the code that signs the addresses out; locked."""
    query = select(Address).where(Address.undo_code.in_(digests)).order_by(Address.id)
    return session.scalars(query.with_for_update()).all()


def find_by_email(session: Session, email: str) -> Person | None:
    """The person who has proven this e-mail address."""
    query = select(Person).where(
        Person.mailbox == mailbox_of(email), Person.email_proven_at.is_not(None), Person.merged_into_id.is_(None)
    )
    return session.scalars(query).first()


def merge(session: Session, losing: Person, into: Person) -> None:
    """Gives everything of one person to another. The losing row stays, with `merged_into_id`.

    Call it only after an e-mail code, or the code from the counter, was entered, and after
    `bot.service.officers.end_role_of_merged`.
    """
    for column in (*_OWNED, *(_OF_OFFICERS if session.get(Officer, losing.id) else ())):
        session.execute(update(column.class_).where(column == losing.id).values({column.key: into.id}))
    for table in (Continuation, CopyRequest, CoverLetterSigner):
        session.execute(delete(table).where(table.person_id == losing.id))
    session.execute(delete(SectionReview).where(SectionReview.officer_id == losing.id))
    losing.merged_into_id = into.id
    losing.name = losing.institution = losing.position = losing.phone = losing.email = losing.mailbox = ""
    losing.identity_kind = losing.identity_last4 = ""
    losing.email_proven_at = losing.identity_valid_until = None


def email_code(session: Session, address: Address) -> EmailCode | None:
    """The e-mail code that this address has asked for; locked."""
    return session.get(EmailCode, address.id, with_for_update=True)


def asker_of_mail(session: Session, message_id: int) -> Address | None:
    """The address that asked for the code in this mail, while it waits for the code."""
    query = select(Address).join(EmailCode, EmailCode.address_id == Address.id)
    return session.scalars(query.where(EmailCode.message_id == message_id)).first()
