"""Applications and the number series."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.text import Json
from storage.tables import Application, Draft, NumberSeries, Submission
from storage.unit import insert_new


def next_number(session: Session, series: str) -> int:
    """The next number of a series, from 1; locked until the transaction ends, so none is given twice or lost."""
    insert_new(session, NumberSeries, {"name": series, "last": 0})
    row = session.scalars(select(NumberSeries).where(NumberSeries.name == series).with_for_update()).one()
    row.last += 1
    return row.last


def add(session: Session, application: Application, answers: dict[str, Json]) -> None:
    """A new application with its first revision, frozen."""
    session.add(application)
    session.flush()
    first = Submission(
        application_id=application.id, revision=1, answers=answers, submitted_at=application.submitted_at
    )
    session.add(first)
    session.flush()


def get(session: Session, application_id: int) -> Application | None:
    """Locked, and its draft before it: a revision changes both, from either side of the desk, so everybody takes them
    in this order.
    """
    its_draft = select(Application.draft_id).where(Application.id == application_id).scalar_subquery()
    session.execute(select(Draft.id).where(Draft.id == its_draft).with_for_update())
    return session.get(Application, application_id, with_for_update=True)


def of_draft(session: Session, draft_id: int) -> Application | None:
    """Locked; its draft is locked already by whoever asks."""
    return session.scalars(select(Application).where(Application.draft_id == draft_id).with_for_update()).first()


def of_person(session: Session, person_id: int) -> Sequence[Application]:
    query = select(Application).where(Application.person_id == person_id)
    return session.scalars(query.order_by(Application.id.desc()).limit(50)).all()
