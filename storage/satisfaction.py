"""Satisfaction surveys: the one of an application, and all that were finished in a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from domain.text import Json
from storage.statistics import Moments
from storage.tables import COMMENTED, Application, Rating, SatisfactionSurvey


def of_application(session: Session, application_id: int) -> SatisfactionSurvey | None:
    """The caller has locked the application."""
    query = select(SatisfactionSurvey).where(SatisfactionSurvey.application_id == application_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def finished(session: Session, moments: Moments) -> Sequence[dict[str, Json]]:
    """The answers of all that were finished then, in no order that tells whose they are."""
    query = select(SatisfactionSurvey.scores).where(moments.hold(SatisfactionSurvey.finished_at))
    return session.scalars(query).all()


def comments(session: Session, moments: Moments) -> Sequence[str]:
    """What was written with the stars then, by alphabet: the order does not tell whose they are."""
    query = select(Rating.comment).where(COMMENTED, moments.hold(Rating.created_at)).order_by(Rating.comment)
    return session.scalars(query).all()


def stars(session: Session, moments: Moments) -> Sequence[int]:
    """Of all ratings that were given then."""
    return session.scalars(select(Rating.stars).where(moments.hold(Rating.created_at))).all()


def start(session: Session, application_id: int, now: datetime) -> SatisfactionSurvey:
    survey = SatisfactionSurvey(application_id=application_id, scores={}, started_at=now)
    session.add(survey)
    return survey


def forget_person(session: Session, person_id: int) -> None:
    """What this person has finished stays, and names nobody; what they have not finished is deleted."""
    own = select(Application.id).where(Application.person_id == person_id)
    unfinished = (SatisfactionSurvey.application_id.in_(own), SatisfactionSurvey.finished_at.is_(None))
    session.execute(delete(SatisfactionSurvey).where(*unfinished))
    named = SatisfactionSurvey.application_id.in_(own)
    session.execute(update(SatisfactionSurvey).where(named).values(application_id=None))
