"""What a check of the installation reads from the database. It changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage import deliveries, inbox, installation, jobs, officers
from storage.tables import InboxRow, Message, OutboxRow

#: messages that did not arrive are counted for so long
UNDELIVERED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StaffMember:
    role: str
    name: str
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class SystemState:
    key: str  #: fingerprint of the key that the content is sealed with; empty: no start yet
    newest_at: datetime | None  #: of all messages
    staff: tuple[StaffMember, ...]
    failed_messages: int
    pending_since: datetime | None  #: the oldest message that was kept and not handled yet
    failing_jobs: int
    given_up_jobs: int
    waiting_since: datetime | None  #: when the oldest message that should have left was due
    undelivered: int
    last_backup: datetime | None
    last_retention: datetime | None  #: when old data were deleted last


def read(session: Session, channels: Collection[str], now: datetime) -> SystemState:
    """`channels`: those that are sent to; pages fetch for themselves."""
    reachable = {officer.person_id for officer in officers.reachable(session)}
    failing = jobs.failing(session)
    return SystemState(
        key=installation.setting(session, installation.KEY),
        newest_at=session.scalar(select(func.max(Message.at))),
        staff=tuple(
            StaffMember(officer.role, officer.name, officer.person_id in reachable)
            for officer in officers.active(session)
        ),
        failed_messages=inbox.count_failed(session, None),
        pending_since=session.scalar(select(func.min(InboxRow.received_at)).where(InboxRow.state == "pending")),
        failing_jobs=sum(job.gave_up_at is None for job in failing),
        given_up_jobs=sum(job.gave_up_at is not None for job in failing),
        waiting_since=_waiting_since(session, channels, now),
        undelivered=len(deliveries.undelivered(session, now - UNDELIVERED_FOR)),
        last_backup=installation.moment(session, installation.LAST_BACKUP),
        last_retention=installation.moment(session, installation.LAST_RETENTION),
    )


def _waiting_since(session: Session, channels: Collection[str], now: datetime) -> datetime | None:
    query = select(func.min(OutboxRow.not_before)).where(
        OutboxRow.sent_at.is_(None),
        OutboxRow.gave_up_at.is_(None),
        OutboxRow.channel.in_(channels),
        OutboxRow.hold.is_(None),
        OutboxRow.not_before <= now,
        or_(OutboxRow.expires_at.is_(None), OutboxRow.expires_at > now),
    )
    return session.scalar(query)
