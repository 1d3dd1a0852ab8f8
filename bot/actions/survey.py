"""What the buttons of ratings and of the satisfaction survey do. `row_id`: of the application, the consultation, or the
number at the desk.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.actions.applicant import Stars
from domain.satisfaction import Element, Score, SurveyedService


@dataclass(frozen=True, slots=True)
class RateService:
    service: SurveyedService
    row_id: int
    stars: Stars


@dataclass(frozen=True, slots=True)
class LeaveCommentOut:
    """The stars are enough."""

    service: SurveyedService
    row_id: int


@dataclass(frozen=True, slots=True)
class AnswerComment:
    """What was written after the stars is a question, not the comment."""

    service: SurveyedService
    row_id: int


@dataclass(frozen=True, slots=True)
class ReadComments:
    """For the staff: the means of all services, and a page of the comments on one."""

    service: SurveyedService
    page: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """Asks the first element without an answer."""

    service: SurveyedService
    row_id: int


@dataclass(frozen=True, slots=True)
class AskElement:
    service: SurveyedService
    row_id: int
    element: Element


@dataclass(frozen=True, slots=True)
class ScoreElement:
    service: SurveyedService
    row_id: int
    element: Element
    score: Score
