"""Satisfaction surveys: the one after a service, and all that were finished in a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.satisfaction import SurveyedService
from domain.text import Json
from storage.statistics import Moments
from storage.tables import COMMENTED, RATED, Application, Consultation, QueueTicket, Rating, SatisfactionSurvey

#: what a survey follows → the column that names it
_COLUMNS: Mapping[SurveyedService, InstrumentedAttribute[int | None]] = {
    "letter": SatisfactionSurvey.application_id,
    "consultation": SatisfactionSurvey.consultation_id,
    "visit": SatisfactionSurvey.queue_ticket_id,
}
#: a survey that names nobody
NAMELESS: Mapping[str, None] = {column.key: None for column in _COLUMNS.values()}
NAMES_SOMEBODY = or_(*(column.is_not(None) for column in _COLUMNS.values()))


def get(session: Session, service: SurveyedService, row_id: int) -> SatisfactionSurvey | None:
    """The caller has locked what the survey follows."""
    query = select(SatisfactionSurvey).where(_COLUMNS[service] == row_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def finished(session: Session, moments: Moments) -> Sequence[dict[str, Json]]:
    """The answers of all that were finished then, in no order that tells whose they are."""
    query = select(SatisfactionSurvey.scores).where(moments.hold(SatisfactionSurvey.finished_at))
    return session.scalars(query).all()


def comments(session: Session, moments: Moments) -> Sequence[str]:
    """What was written with the stars then, by alphabet: the order does not tell whose they are."""
    letters = select(Rating.comment).where(COMMENTED, moments.hold(Rating.created_at))
    advice = select(Consultation.comment).where(COMMENTED, moments.hold(Consultation.changed_at))
    visits = select(QueueTicket.comment).where(COMMENTED, moments.hold(QueueTicket.ended_at))
    return sorted([*session.scalars(letters), *session.scalars(advice), *session.scalars(visits)])


def stars(session: Session, moments: Moments) -> Sequence[int]:
    """Of all ratings that were given then; those of consultations and visits by the day of their end."""
    letters = select(Rating.stars).where(moments.hold(Rating.created_at))
    advice = select(Consultation.stars).where(RATED, moments.hold(Consultation.changed_at))
    visits = select(QueueTicket.stars).where(RATED, moments.hold(QueueTicket.ended_at))
    others = (*session.scalars(advice), *session.scalars(visits))
    return [*session.scalars(letters), *(given for given in others if given is not None)]


def start(session: Session, service: SurveyedService, row_id: int, now: datetime) -> SatisfactionSurvey:
    survey = SatisfactionSurvey(scores={}, started_at=now, **{_COLUMNS[service].key: row_id})
    session.add(survey)
    return survey


def forget_person(session: Session, person_id: int) -> None:
    """What this person has finished stays, and names nobody; what they have not finished is deleted."""
    applied = select(Application.id).where(Application.person_id == person_id)
    asked = select(Consultation.id).where(Consultation.person_id == person_id)
    visited = select(QueueTicket.id).where(QueueTicket.person_id == person_id)
    own = or_(
        SatisfactionSurvey.application_id.in_(applied),
        SatisfactionSurvey.consultation_id.in_(asked),
        SatisfactionSurvey.queue_ticket_id.in_(visited),
    )
    session.execute(delete(SatisfactionSurvey).where(own, SatisfactionSurvey.finished_at.is_(None)))
    session.execute(update(SatisfactionSurvey).where(own).values(NAMELESS))
