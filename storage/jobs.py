"""Jobs for the worker: rows that are due at a time and are leased while they run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from domain.frozen import frozen
from domain.text import Json
from storage import tracing
from storage.statements import Statement
from storage.tables import Job, Moment
from storage.unit import insert_new

#: The worker renews it while the job runs, so that another one soon takes over what a killed process left.
LEASE = timedelta(seconds=30)
PAUSE = timedelta(minutes=1)  #: after the first failed attempt
OUTAGE_PAUSE = timedelta(seconds=5)
#: attempts before a job is given up
ATTEMPTS = 5


@frozen
class DueJob:
    id: int
    kind: str
    arguments: dict[str, Json]
    attempts: int
    trace_id: str = ""


def add(session: Session, kind: str, key: str, due_at: datetime, arguments: dict[str, Json]) -> bool:
    """Adds a job. False, and no effect, when a job with this key exists."""
    row = {"key": key, "kind": kind, "arguments": arguments, "due_at": due_at, "attempts": 0, "failure": ""}
    return insert_new(session, Job, {**row, "trace_id": tracing.id_of(session)})


def add_or_repeat(session: Session, kind: str, key: str, due_at: datetime, arguments: dict[str, Json]) -> None:
    """The same; a job that is done is done once more. No effect while it still waits or runs."""
    if add(session, kind, key, due_at, arguments):
        return
    repeated = update(Job).where(Job.key == key, Job.done_at.is_not(None))
    anew = {"done_at": None, "due_at": due_at, "lease_until": None, "attempts": 0, "failure": ""}
    session.execute(repeated.values(**anew, trace_id=tracing.id_of(session)))


def bring_forward(session: Session, kind: str, latest: datetime) -> None:
    """Makes jobs due at this moment that are due beyond it: the clock was ahead when that was written."""
    beyond = update(Job).where(Job.kind == kind, Job.done_at.is_(None), Job.due_at > latest)
    session.execute(beyond.values(due_at=latest))


def bring_unscheduled_forward(session: Session, kinds: Collection[str], now: datetime) -> None:
    """The same for jobs that are due when they are added, or a pause after they failed."""
    queued_later = and_(Job.attempts == 0, Job.due_at > now + OUTAGE_PAUSE)
    tried_later = Job.due_at > now + PAUSE * ATTEMPTS
    waiting = update(Job).where(Job.kind.in_(kinds), Job.done_at.is_(None), or_(queued_later, tried_later))
    session.execute(waiting.values(due_at=now))


def free_leased_beyond(session: Session, latest: datetime) -> None:
    """Frees jobs of every kind whose lease ends after this moment: the clock was ahead when they were claimed."""
    session.execute(update(Job).where(Job.done_at.is_(None), Job.lease_until > latest).values(lease_until=None))


def is_due(session: Session, now: datetime) -> bool:
    """Whether `claim` would find a job."""
    return _IS_DUE.first(session, now=now) is not None


def due_since(session: Session, now: datetime) -> datetime | None:
    """When the oldest job was due that nobody works on."""
    free = or_(Job.lease_until.is_(None), Job.lease_until <= now)
    return session.scalar(
        select(func.min(Job.due_at)).where(Job.done_at.is_(None), Job.gave_up_at.is_(None), Job.due_at <= now, free)
    )


def claim(session: Session, now: datetime) -> DueJob | None:
    """Leases the job that has been due for the longest time."""
    free = or_(Job.lease_until.is_(None), Job.lease_until <= now)
    open_ = (Job.done_at.is_(None), Job.gave_up_at.is_(None))
    query = select(Job).where(*open_, Job.due_at <= now, free).order_by(Job.due_at, Job.id).limit(1)
    job = session.scalars(query.with_for_update(skip_locked=True)).first()
    if job is None:
        return None
    job.lease_until = now + LEASE
    job.attempts += 1
    return DueJob(job.id, job.kind, job.arguments, job.attempts, job.trace_id)


def renew(session: Session, job_id: int, now: datetime) -> None:
    """Keeps the lease of a job that still runs."""
    running = (Job.id == job_id, Job.done_at.is_(None), Job.lease_until.is_not(None))
    session.execute(update(Job).where(*running).values(lease_until=now + LEASE))


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


def release(session: Session, due: DueJob, now: datetime) -> None:
    """Makes a job due again that an outage stopped. The attempt does not count."""
    session.execute(
        update(Job)
        .where(Job.id == due.id)
        .values(due_at=now + OUTAGE_PAUSE, lease_until=None, attempts=due.attempts - 1)
    )


def give_up(session: Session, due: DueJob, now: datetime, failure: str) -> None:
    """Ends the attempts until the operator asks for more."""
    session.execute(update(Job).where(Job.id == due.id).values(gave_up_at=now, lease_until=None, failure=failure[:500]))


def failing(session: Session) -> Sequence[Job]:
    """Jobs that failed at least once and are not done, oldest first."""
    return session.scalars(select(Job).where(Job.done_at.is_(None), Job.failure != "").order_by(Job.id)).all()


def retry(session: Session, now: datetime) -> int:
    """Makes all failing jobs due now, as if they were new. Returns how many."""
    jobs = failing(session)
    for job in jobs:
        job.due_at, job.lease_until, job.gave_up_at, job.attempts = now, None, None, 0
    return len(jobs)


def postpone(session: Session, job_id: int, due_at: datetime) -> None:
    """Makes a recurring job due again at `due_at`, with its attempts reset."""
    session.execute(update(Job).where(Job.id == job_id).values(due_at=due_at, lease_until=None, attempts=0, failure=""))


_IS_DUE: Statement[int] = Statement(
    select(Job.id)
    .where(
        Job.done_at.is_(None),
        Job.gave_up_at.is_(None),
        Job.due_at <= bindparam("now", type_=Moment),
        or_(Job.lease_until.is_(None), Job.lease_until <= bindparam("now", type_=Moment)),
    )
    .limit(1),
    int,
)
