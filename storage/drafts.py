"""Drafts: the answers of a form while it is filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from domain.text import Json
from storage.statements import Statement, entity
from storage.tables import Address, Application, Draft
from storage.unit import Overtaken

#: states in which its person may change a draft
CHANGEABLE = ("open", "revising")
#: nobody may change the answers, because a code that proves one of them is on its way
LOCKED = "locked"
#: states of a draft that was never sent, and that its person may open; in the order of lists
UNSENT = ("open", "set_aside")


def get(session: Session, draft_id: int) -> Draft | None:
    """Locked until the transaction ends."""
    row = _GET.first(session, of_id=draft_id)
    return None if row is None else entity(session, Draft, row)


def of_application(session: Session, application: Application) -> Draft:
    """Locked."""
    return session.get_one(Draft, application.draft_id, with_for_update=True)


def left_findings(session: Session, draft_id: int) -> dict[str, Json]:
    """Not locked."""
    return session.scalars(select(Draft.left_findings).where(Draft.id == draft_id)).one()


def of_person(session: Session, person_id: int, form: str, state: str = "open") -> Sequence[Draft]:
    """The latest touched first. Not locked."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.state == state)
    return session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id.desc())).all()


def unsent(session: Session, person_id: int, form: str, page: int, size: int) -> Sequence[Draft]:
    """One page, and one row more if another page follows. Not locked. Open ones come first, then the latest touched."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.state.in_(UNSENT))
    query = query.order_by(Draft.state, Draft.updated_at.desc(), Draft.id.desc())
    return session.scalars(query.offset(page * size).limit(size + 1)).all()


def unfinished(session: Session, person_id: int) -> Sequence[Draft]:
    """All that this person may still change, now or after a code, the latest touched first. The rows are not locked."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.state.in_((*CHANGEABLE, LOCKED)))
    return session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id.desc())).all()


def has_changeable(session: Session, person_id: int, form: str) -> bool:
    """Whether this person has a draft of the form that they may change."""
    return session.scalar(_changeable(form).where(Draft.person_id == person_id)) is not None


async def read_has_changeable(session: AsyncSession, channel: str, external_id: str, form: str) -> bool:
    """The same for the person who has this address, in a read-only session."""
    query = _changeable(form).join(Address, Address.person_id == Draft.person_id)
    own = query.where(Address.channel == channel, Address.external_id == external_id)
    return (await session.scalar(own)) is not None


def create(
    session: Session, person_id: int, form: str, version: int, now: datetime, copied_from_id: int | None = None
) -> Draft:
    draft = Draft(
        person_id=person_id,
        form=form,
        version=version,
        state="open",
        answers={},
        changed={},
        partial={},
        copied_from_id=copied_from_id,
        unconfirmed=[],
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
    """Sets columns for what its person does. Raises `Overtaken` when the draft has changed since it was loaded."""
    _compare_and_set(session, draft, **values, updated_at=now)


def change_state(session: Session, draft: Draft, state: str, **values: object) -> None:
    """The same for a step of the draft's life. It does not count as the latest touch by its person."""
    _compare_and_set(session, draft, **values, state=state)


def _compare_and_set(session: Session, draft: Draft, **values: object) -> None:
    """Every change counts the revision up, so a change that was made meanwhile on another channel is found.

    The comparison is needed although `get` locks: lists load drafts without a lock, and a lock does not read again
    what the session has loaded already.
    """
    written = values | {"revision": draft.revision + 1}
    update_columns = _update(tuple(sorted(written)))
    if update_columns.count(session, of_id=draft.id, of_revision=draft.revision, **written) == 0:
        raise Overtaken(f"draft {draft.id}")
    for name, value in written.items():
        set_committed_value(draft, name, value)


def _changeable(form: str) -> Select[int]:
    return select(Draft.id).where(Draft.form == form, Draft.state.in_(CHANGEABLE)).limit(1)


_GET: Statement[dict[str, Any]] = Statement(
    select(*Draft.__table__.columns).where(Draft.id == bindparam("of_id")).with_for_update(),
    lambda *row: dict(zip(Draft.__table__.columns.keys(), row, strict=True)),
)


@cache
def _update(names: tuple[str, ...]) -> Statement[None]:
    """Sets these columns unless the revision is another one. Each kind of change has its own columns; there are few."""
    same = (Draft.id == bindparam("of_id"), Draft.revision == bindparam("of_revision"))
    return Statement(update(Draft).where(*same).values({name: bindparam(name) for name in names}), lambda: None)
