"""Who signs the cover letters that a person has made, and what stands at their head."""

from __future__ import annotations

from sqlalchemy.orm import Session

from domain.signer import Signer
from storage.tables import CoverLetterSigner


def find(session: Session, person_id: int, institution: str) -> Signer | None:
    row = session.get(CoverLetterSigner, (person_id, institution.casefold()))
    return Signer(row.name, row.position, row.nip) if row is not None else None


def find_letterhead(session: Session, person_id: int, institution: str) -> tuple[str, ...] | None:
    """Its lines; empty where it is printed on the paper already. `None`: the person was not asked yet."""
    row = session.get(CoverLetterSigner, (person_id, institution.casefold()))
    return tuple(row.letterhead.splitlines()) if row is not None and row.letterhead is not None else None


def remember(session: Session, person_id: int, institution: str, signer: Signer) -> None:
    """Takes the place of the one before."""
    row = _row(session, person_id, institution)
    row.name, row.position, row.nip = signer.name, signer.position, signer.nip


def remember_letterhead(session: Session, person_id: int, institution: str, lines: tuple[str, ...]) -> None:
    """Takes the place of the one before."""
    _row(session, person_id, institution).letterhead = "\n".join(lines)


def _row(session: Session, person_id: int, institution: str) -> CoverLetterSigner:
    key = (person_id, institution.casefold())
    row = session.get(CoverLetterSigner, key)
    if row is None:
        row = CoverLetterSigner(person_id=key[0], institution=key[1], name="", position="", nip="")
        session.add(row)
    return row
