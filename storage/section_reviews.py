"""Which sections of an application an officer has opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import SectionReview


def of_officer(session: Session, application_id: int, officer_id: int) -> Mapping[str, SectionReview]:
    """Section → its review."""
    query = select(SectionReview).where(
        SectionReview.application_id == application_id, SectionReview.officer_id == officer_id
    )
    return {review.section: review for review in session.scalars(query)}


def record(
    session: Session, application_id: int, officer_id: int, section: str, round: int, now: datetime
) -> SectionReview:
    """The officer reads the section now. What was called clear stays so while the answers are of the same round. The
    caller has locked the application.
    """
    found = session.get(SectionReview, (application_id, officer_id, section))
    if found is None:
        found = SectionReview(application_id=application_id, officer_id=officer_id, section=section, is_clear=False)
        session.add(found)
    elif found.round != round:
        found.is_clear = False
    found.round, found.at = round, now
    session.flush()
    return found
