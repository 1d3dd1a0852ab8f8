"""Jobs for the worker: rows that are due at a time and are leased while they run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from domain.text import Json
from storage.tables import Job
from storage.unit import insert_new

LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)  #: after the first failed attempt


@dataclass(frozen=True, slots=True)
class DueJob:
    id: int
    kind: str
    arguments: dict[str, Json]
    attempts: int


def add(session: Session, kind: str, key: str, due_at: datetime, arguments: dict[str, Json]) -> bool:
    """Adds a job. False, and no effect, when a job with this key exists."""
    row = {"key": key, "kind": kind, "arguments": arguments, "due_at": due_at, "attempts": 0, "failure": ""}
    return insert_new(session, Job, row)


def claim(session: Session, now: datetime) -> DueJob | None:
    """Leases the job that has been due for the longest time."""
    free = or_(Job.lease_until.is_(None), Job.lease_until <= now)
    query = select(Job).where(Job.done_at.is_(None), Job.due_at <= now, free).order_by(Job.due_at, Job.id).limit(1)
    job = session.scalars(query.with_for_update(skip_locked=True)).first()
    if job is None:
        return None
    job.lease_until = now + LEASE
    job.attempts += 1
    return DueJob(job.id, job.kind, job.arguments, job.attempts)


def finish(session: Session, job_id: int, now: datetime) -> bool:
    """Marks the job done, in the transaction of its effect; False when it was done before."""
    done = session.execute(update(Job).where(Job.id == job_id, Job.done_at.is_(None)).values(done_at=now))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def put_back(session: Session, due: DueJob, now: datetime, failure: str) -> None:
    """Makes a failed job due again, after a pause that grows with the attempts."""
    session.execute(
        update(Job)
        .where(Job.id == due.id)
        .values(due_at=now + PAUSE * due.attempts, lease_until=None, failure=failure[:500])
    )


def postpone(session: Session, job_id: int, due_at: datetime) -> None:
    """Makes a recurring job due again at `due_at`, with its attempts reset."""
    session.execute(update(Job).where(Job.id == job_id).values(due_at=due_at, lease_until=None, attempts=0, failure=""))
