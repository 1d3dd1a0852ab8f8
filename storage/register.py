"""The register of outgoing letters: one entry a number. A corrected letter keeps its entry, which names the newest
drawing; a replaced or revoked one stays, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from domain.frozen import frozen
from storage.tables import Letter, RegisterEntry, SignedCopy


def add(session: Session, entry: RegisterEntry) -> RegisterEntry:
    """The same row, with its id."""
    session.add(entry)
    session.flush()
    return entry


def by_code(session: Session, code: str) -> RegisterEntry | None:
    return session.scalars(select(RegisterEntry).where(RegisterEntry.code == code)).one_or_none()


def by_drawing(session: Session, sha256: str) -> tuple[RegisterEntry, Letter] | None:
    """The entry of the letter that was sent as a file with this hash, and that drawing of it. The drawing is not the
    entry's newest one when the letter was corrected since.
    """
    query = (
        select(RegisterEntry, Letter)
        .join(Letter, Letter.number == RegisterEntry.number)
        .where(Letter.sha256 == sha256, Letter.stage != "draft")
    )
    found = session.execute(query.limit(1)).first()
    return (found[0], found[1]) if found else None


def newest(session: Session, application_id: int, *, locks: bool = True) -> RegisterEntry | None:
    """The last letter of an application. `locks`: until the transaction ends; a session that only reads cannot."""
    query = select(RegisterEntry).where(RegisterEntry.application_id == application_id)
    query = query.order_by(RegisterEntry.id.desc()).limit(1)
    return session.scalars(query.with_for_update() if locks else query).first()


def of_letter(session: Session, letter_id: int) -> RegisterEntry | None:
    """The entry whose newest drawing this is; locked until the transaction ends."""
    query = select(RegisterEntry).where(RegisterEntry.letter_id == letter_id)
    return session.scalars(query.with_for_update()).first()


def before(session: Session, below: int, most: int) -> Sequence[RegisterEntry]:
    """The newest entries below an id; 0: the newest of all."""
    query = select(RegisterEntry).order_by(RegisterEntry.id.desc()).limit(most)
    return session.scalars(query.where(RegisterEntry.id < below) if below else query).all()


@frozen
class SignedHow:
    """How the newest drawing of a letter is signed."""

    stage: str
    way: str | None  #: of its facts
    kind: str | None  #: of the copy that came back


def entered(session: Session, year: int | None) -> Iterator[tuple[RegisterEntry, str, SignedHow]]:
    """All entries in the order of their numbers, or those of one year, each with the number of its replacement."""
    later, way = aliased(RegisterEntry), Letter.facts["way"].as_string()
    joined = (
        select(RegisterEntry, later.number, Letter.stage, way, SignedCopy.kind)
        .join(Letter, Letter.id == RegisterEntry.letter_id)
        .outerjoin(SignedCopy, SignedCopy.letter_id == Letter.id)
        .outerjoin(later, later.id == RegisterEntry.replaced_by_id)
    )
    query = joined.order_by(RegisterEntry.id).execution_options(yield_per=500)
    if year is not None:
        query = query.where(RegisterEntry.day.between(date(year, 1, 1), date(year, 12, 31)))
    for entry, number, *signing in session.execute(query):
        yield entry, number or "", SignedHow(*signing)


def holder(session: Session, number: str, identity: str) -> RegisterEntry | None:
    """The letter that has this number, or this recommendation identity. Either may be empty."""
    same = or_(RegisterEntry.number == number, and_(RegisterEntry.identity == identity, RegisterEntry.identity != ""))
    return session.scalars(select(RegisterEntry).where(same).limit(1)).first()


def has_number(session: Session, number: str) -> bool:
    """Whether a letter has this as its number or as its recommendation identity."""
    return holder(session, number, identity=number) is not None
