"""Drafts: the answers of a form while it is filled. Every change compares and sets the revision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import Application, Draft

CHANGEABLE = ("open", "revising")


class Overtaken(Exception):
    """Another channel changed the draft meanwhile."""


def get(session: Session, draft_id: int) -> Draft | None:
    """The draft, locked until the transaction ends."""
    return session.get(Draft, draft_id, with_for_update=True)


def of_application(session: Session, application: Application) -> Draft:
    """Locked."""
    return session.get_one(Draft, application.draft_id, with_for_update=True)


def of_person(session: Session, person_id: int, form: str, state: str = "open") -> Sequence[Draft]:
    """Newest first."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.state == state)
    return session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id.desc())).all()


def changeable(session: Session, person_id: int) -> Sequence[Draft]:
    """All that this person may still change, the latest touched first."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.state.in_(CHANGEABLE))
    return session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id.desc())).all()


def create(session: Session, person_id: int, form: str, version: int, now: datetime) -> Draft:
    draft = Draft(
        person_id=person_id,
        form=form,
        version=version,
        state="open",
        answers={},
        changed={},
        partial={},
        refill=[],
        remarks={},
        replies={},
        revision=1,
        created_at=now,
        updated_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def change(session: Session, draft: Draft, now: datetime, **values: object) -> None:
    """Sets columns and moves the revision by one; raises `Overtaken` when the draft is no longer as it was loaded."""
    expected = draft.revision
    changed = session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.revision == expected, Draft.state.in_(CHANGEABLE))
        .values(**values, revision=expected + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Overtaken(f"draft {draft.id}")
    session.refresh(draft)
