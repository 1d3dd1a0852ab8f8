"""Who signs the cover letters that a person has made."""

from __future__ import annotations

from sqlalchemy.orm import Session

from domain.signer import Signer
from storage.tables import CoverLetterSigner


def find(session: Session, person_id: int, institution: str) -> Signer | None:
    row = session.get(CoverLetterSigner, (person_id, institution.casefold()))
    return Signer(row.name, row.position, row.nip) if row is not None else None


def remember(session: Session, person_id: int, institution: str, signer: Signer) -> None:
    """Takes the place of the one before."""
    session.merge(
        CoverLetterSigner(
            person_id=person_id,
            institution=institution.casefold(),
            name=signer.name,
            position=signer.position,
            nip=signer.nip,
        )
    )
