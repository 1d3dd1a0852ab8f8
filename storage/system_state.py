"""What a check of the installation reads from the database. It changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage import deliveries, inbox, installation, jobs, officers, outbox
from storage.tables import Message, OutboxRow

#: messages that did not arrive are counted for so long
UNDELIVERED_FOR = timedelta(days=7)


@frozen
class StaffMember:
    role: str
    name: str
    is_reachable: bool


@frozen
class OpenWork:
    """What is still to be done, and since when."""

    failed_messages: int
    pending_since: datetime | None  #: the oldest message that was kept and not handled yet
    failing_jobs: int
    given_up_jobs: int
    due_job_since: datetime | None  #: when the oldest job was due that nobody works on
    #: channel → of when its oldest message is that should have left; without those that have none
    unsent_since: Mapping[str, datetime]


@frozen
class SystemState:
    key: str  #: fingerprint of the key that the content is sealed with; empty: no start yet
    newest_at: datetime | None  #: of all messages
    staff: tuple[StaffMember, ...]
    work: OpenWork
    undelivered: int
    last_backup: datetime | None
    last_retention: datetime | None  #: when old data were deleted last


def read(session: Session, channels: Collection[str], now: datetime) -> SystemState:
    """`channels`: those that are sent to; pages fetch for themselves."""
    reachable = {officer.person_id for officer in officers.reachable(session)}
    return SystemState(
        key=installation.setting(session, installation.KEY),
        newest_at=session.scalar(select(func.max(Message.at))),
        staff=tuple(
            StaffMember(officer.role, officer.name, officer.person_id in reachable)
            for officer in officers.active(session)
        ),
        work=read_open_work(session, channels, now),
        undelivered=len(deliveries.undelivered(session, now - UNDELIVERED_FOR)),
        last_backup=installation.moment(session, installation.LAST_BACKUP),
        last_retention=installation.moment(session, installation.LAST_RETENTION),
    )


def read_open_work(session: Session, channels: Collection[str], now: datetime) -> OpenWork:
    """`channels`: as for `read`. Quick enough to be asked every few seconds."""
    failing = jobs.failing(session)
    return OpenWork(
        failed_messages=inbox.count_failed(session, None),
        pending_since=inbox.pending_since(session),
        failing_jobs=sum(job.gave_up_at is None for job in failing),
        given_up_jobs=sum(job.gave_up_at is not None for job in failing),
        due_job_since=jobs.due_since(session, now),
        unsent_since=_unsent_since(session, channels, now),
    )


def _unsent_since(session: Session, channels: Collection[str], now: datetime) -> Mapping[str, datetime]:
    """A message that failed counts too while it waits for its next attempt; one that waits for its person does not."""
    query = (
        select(OutboxRow.channel, func.min(Message.at))
        .join(Message, Message.id == OutboxRow.message_id)
        .where(
            *outbox.WAITING,
            OutboxRow.channel.in_(channels),
            OutboxRow.hold.is_(None),
            or_(OutboxRow.not_before <= now, OutboxRow.attempts > 0),
            or_(OutboxRow.expires_at.is_(None), OutboxRow.expires_at > now),
        )
        .group_by(OutboxRow.channel)
    )
    return {channel: at for channel, at in session.execute(query)}
