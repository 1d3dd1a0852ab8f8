"""Letters that came back with their signatures."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables import SignedCopy


def store(session: Session, copy: SignedCopy) -> SignedCopy:
    """The same row. An older copy of the same letter, or one of this application that was never recorded, is gone."""
    same = SignedCopy.letter_id == copy.letter_id if copy.letter_id is not None else SignedCopy.letter_id.is_(None)
    session.execute(delete(SignedCopy).where(SignedCopy.application_id == copy.application_id, same))
    session.add(copy)
    session.flush()
    return copy


def get(session: Session, file_id: int) -> SignedCopy | None:
    return session.get(SignedCopy, file_id)


def of_letter(session: Session, letter_id: int) -> SignedCopy | None:
    return session.scalars(select(SignedCopy).where(SignedCopy.letter_id == letter_id)).first()


def scanned(session: Session, letter_ids: Collection[int]) -> set[int]:
    """Those of the letters that are scans."""
    query = select(SignedCopy.letter_id).where(SignedCopy.letter_id.in_(letter_ids), SignedCopy.kind == "scan")
    return {letter_id for letter_id in session.scalars(query) if letter_id is not None}
