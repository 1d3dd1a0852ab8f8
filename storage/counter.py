"""Forms that officers record for visitors at the counter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from storage.tables import Application, CounterRecord, Draft, Person

#: states of a draft in which its record is of use at the counter
_SHOWN = ("open", "revising", "submitted")


def of_draft(session: Session, draft_id: int) -> CounterRecord | None:
    return session.scalars(select(CounterRecord).where(CounterRecord.draft_id == draft_id)).first()


def lock(session: Session, record_id: int) -> CounterRecord | None:
    return session.get(CounterRecord, record_id, with_for_update=True, populate_existing=True)


def page(session: Session, below: int, size: int) -> Sequence[Row[CounterRecord, Person, Draft, Application | None]]:
    """The newest that no visitor has taken over, before the id `below` if one is given, each with its visitor, its
    draft and what was sent; one more if another page follows.
    """
    query = (
        select(CounterRecord, Person, Draft, Application)
        .join(Person, Person.id == CounterRecord.person_id)
        .join(Draft, Draft.id == CounterRecord.draft_id)
        .outerjoin(Application, Application.draft_id == CounterRecord.draft_id)
        .where(CounterRecord.taken_over_at.is_(None), Draft.state.in_(_SHOWN))
    )
    if below:
        query = query.where(CounterRecord.id < below)
    return session.execute(query.order_by(CounterRecord.id.desc()).limit(size + 1)).all()


def has_open(session: Session) -> bool:
    """Whether a form is being recorded."""
    query = select(CounterRecord.id).join(Draft, Draft.id == CounterRecord.draft_id)
    still_open = query.where(CounterRecord.taken_over_at.is_(None), Draft.state.in_(("open", "revising")))
    return session.scalar(still_open.limit(1)) is not None


def set_code(session: Session, record: CounterRecord, digest: str, expires_at: datetime) -> None:
    """The only code of this record; an older one is void."""
    record.code, record.code_expires_at = digest, expires_at
    session.flush()


def by_code(session: Session, digests: Collection[str]) -> CounterRecord | None:
    """By the keyed hashes of its code; locked."""
    return session.scalars(select(CounterRecord).where(CounterRecord.code.in_(digests)).with_for_update()).first()


def end(session: Session, person_id: int, now: datetime) -> None:
    """From now on only the visitor changes what was recorded for them."""
    still_open = CounterRecord.person_id == person_id, CounterRecord.taken_over_at.is_(None)
    session.execute(update(CounterRecord).where(*still_open).values(taken_over_at=now, code=None, code_expires_at=None))
