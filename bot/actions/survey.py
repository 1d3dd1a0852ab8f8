"""What the buttons of ratings and of the satisfaction survey do. `row_id`: of the application, the consultation, or the
number at the desk.
"""

from __future__ import annotations

from bot.actions.applicant import Stars
from domain.frozen import frozen
from domain.satisfaction import Element, Score, SurveyedService


@frozen
class RateService:
    service: SurveyedService
    row_id: int
    stars: Stars


@frozen
class LeaveCommentOut:
    """The stars are enough."""

    service: SurveyedService
    row_id: int


@frozen
class AnswerComment:
    """What was written after the stars is a question, not the comment."""

    service: SurveyedService
    row_id: int


@frozen
class ReadComments:
    """For the staff: the means of all services, and a page of the comments on one."""

    service: SurveyedService
    page: int = 0
    place: str = ""


@frozen
class OpenSurvey:
    """Asks the first element without an answer."""

    service: SurveyedService
    row_id: int


@frozen
class ShowSurveyPage:
    """Gives a link to the page with all questions."""

    service: SurveyedService
    row_id: int


@frozen
class AskElement:
    service: SurveyedService
    row_id: int
    element: Element


@frozen
class ScoreElement:
    service: SurveyedService
    row_id: int
    element: Element
    score: Score
