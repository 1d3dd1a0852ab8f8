"""How people come to a conversation: what each channel has announced about itself, and codes for going on there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Continuation, Setting

#: before the channel's name; the value is an address with `{word}` and `{code}` in it
WAY = "way/"


def links(session: Session, word: str, code: str) -> dict[str, str]:
    """Channel → the link that opens a conversation there with this word and code, of every channel that has one."""
    rows = session.scalars(select(Setting).where(Setting.name.startswith(WAY, autoescape=True)).order_by(Setting.name))
    return {row.name.removeprefix(WAY): row.value.replace("{word}", word).replace("{code}", code) for row in rows}


def keep_continuation(session: Session, person_id: int, code: str, expires_at: datetime) -> None:
    """The only code of this person; an older one is void."""
    session.merge(Continuation(person_id=person_id, code=code, expires_at=expires_at))
    session.flush()


def continuation(session: Session, code: str) -> Continuation | None:
    """By the code's keyed hash."""
    return session.scalars(select(Continuation).where(Continuation.code == code).with_for_update()).first()
