"""How far messages got, for the staff. Never what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage import people
from storage.outbox import SUPERSEDED
from storage.tables import UNDELIVERED, Address, Message, OutboxRow

DeliveryState = Literal["failed", "waiting", "template_sent", "sent", "delivered", "read"]
#: all states; the last one is the furthest
STATES: tuple[DeliveryState, ...] = ("failed", "waiting", "template_sent", "sent", "delivered", "read")
#: the most notices of one moment: one for each address of a person
_MAX_ADDRESSES = 20


@frozen
class Delivery:
    at: datetime  #: when it was queued
    channel: str
    reason: str
    state: DeliveryState
    failure: str


def newest_notice(session: Session, person_id: int) -> Delivery | None:
    """The newest notice to this person, at the address where it got furthest."""
    query = (
        select(OutboxRow, Message.at)
        .join(Message, Message.id == OutboxRow.message_id)
        .where(OutboxRow.address_id.in_(select(Address.id).where(Address.person_id == person_id)), OutboxRow.bulk)
        .order_by(OutboxRow.message_id.desc())
        .limit(_MAX_ADDRESSES)
    )
    found = [_delivery(row, at) for row, at in session.execute(query)]
    same = [delivery for delivery in found if (delivery.at, delivery.reason) == (found[0].at, found[0].reason)]
    return max(same, key=lambda delivery: STATES.index(delivery.state), default=None)


def has_reached_chat(session: Session, person_id: int, application_id: int, reason: str, since: datetime) -> bool:
    """Whether a notice about this application, or a reply with the same content, was sent to a chat of the person.

    Older versions queued notices without their application: one that was sent after `since` counts.
    """
    about_it = or_(
        and_(OutboxRow.application_id == application_id, OutboxRow.reason.in_((reason, "reply"))),
        and_(OutboxRow.application_id.is_(None), OutboxRow.reason == reason, OutboxRow.sent_at >= since),
    )
    query = (
        select(OutboxRow.id)
        .join(Address, Address.id == OutboxRow.address_id)
        .where(Address.person_id == person_id, Address.channel != people.MAIL, about_it)
        .where(OutboxRow.sent_at.is_not(None), OutboxRow.progress != "failed")
    )
    return session.scalar(query.limit(1)) is not None


def undelivered(session: Session, since: datetime) -> list[Delivery]:
    """Messages that were given up or failed later, oldest first; not those that a newer one superseded."""
    query = (
        select(OutboxRow, Message.at)
        .join(Message, Message.id == OutboxRow.message_id)
        .where(UNDELIVERED, OutboxRow.failure != SUPERSEDED, Message.at >= since)
        .order_by(OutboxRow.id)
    )
    return [_delivery(row, at) for row, at in session.execute(query)]


def _delivery(row: OutboxRow, at: datetime) -> Delivery:
    return Delivery(at, row.channel, row.reason, _state(row), row.failure)


def _state(row: OutboxRow) -> DeliveryState:
    match row.progress:
        case "delivered" | "read" as progress:
            return "read" if progress == "read" else "delivered"
        case "failed":
            return "failed"
    if row.gave_up_at is not None:
        return "failed"
    return "sent" if row.sent_at is not None else "template_sent" if row.template_sent_at is not None else "waiting"
