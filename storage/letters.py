"""Letters of applications."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Letter

#: the state of a letter whose final file waits for a signature that is made outside of the service
TO_SIGN = "to_sign"


def add(session: Session, letter: Letter) -> Letter:
    """The same row, with its id."""
    session.add(letter)
    session.flush()
    return letter


def newest(session: Session, application_id: int) -> Letter | None:
    query = select(Letter).where(Letter.application_id == application_id).order_by(Letter.id.desc()).limit(1)
    return session.scalars(query).first()


def was_sent_before(session: Session, letter: Letter) -> bool:
    """Whether an earlier drawing with the same number was sent."""
    earlier = (Letter.application_id == letter.application_id, Letter.id < letter.id, Letter.number == letter.number)
    return session.scalars(select(Letter.id).where(*earlier, Letter.sha256 != "").limit(1)).first() is not None


def numbers(session: Session, letter_ids: Collection[int]) -> dict[int, str]:
    """Letter id → number; empty for drafts."""
    found = session.scalars(select(Letter).where(Letter.id.in_(letter_ids)))
    return {letter.id: letter.number or "" for letter in found}
