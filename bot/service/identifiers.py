"""A person keeps everything when the platform gives them another identifier, such as a new phone number."""

from __future__ import annotations

from datetime import datetime

from bot.chat import Prompt
from bot.service import audit, devices, notices
from bot.service.context import AppContext, context_of_address
from domain.text import Text
from storage import officers, outbox, people
from storage.tables import Address
from storage.unit import Session

_SUSPENDED = Text(
    "Nomor Anda di aplikasi ini berganti, jadi peran Anda di kantor tidak berlaku lagi di sini. Untuk bertugas lagi, "
    "mintalah undangan baru kepada admin."
)


def move(session: Session, app: AppContext, now: datetime, channel: str, previous: str, current: str) -> None:
    """The address keeps its draft, its dialogue and its news. A role in the office needs a new invitation there. The
    owner of the account is told in the other chats and by e-mail, with a code that undoes it.
    """
    before = people.identified_by(session, channel, previous)
    after = people.identified_by(session, channel, current)
    if before is None or before is after:
        return
    was_staff = before.staff_since is not None
    used = before
    if after is not None:
        used = after if _is_settled(session, after) else before
        _retire(session, before if used is after else after, used, now)
    if used is before:
        people.replace_identifier(session, before, previous, current)
    ctx = context_of_address(session, app, now, used.id)
    audit.record(ctx, ctx.actor, "change_identifier", after={"address": used.id}, by_system=True)
    if was_staff and used is before:
        used.staff_since = None
        outbox.hide_messages(session, used, now)
        notices.queue(ctx, [used], Prompt(_SUSPENDED, reason="revoked", commands="applicant"))
    if ctx.actor.registered_at is not None:
        devices.announce(ctx)


def _is_settled(session: Session, address: Address) -> bool:
    """Whether something is known of its person: they are registered, or of the staff."""
    person = people.get(session, address.person_id)
    return person.registered_at is not None or officers.get(session, person.id) is not None


def _retire(session: Session, address: Address, used: Address, now: datetime) -> None:
    """Nobody is reached at this address any more. What its person began goes on at the address in use, unless both
    people are known: then only their mailbox can say that they are one.
    """
    losing, remaining = people.get(session, address.person_id), people.get(session, used.person_id)
    is_known = _is_settled(session, address)
    outbox.hide_messages(session, address, now)
    people.retire(session, address)
    if losing.id != remaining.id and not is_known:
        people.merge(session, losing, remaining)
