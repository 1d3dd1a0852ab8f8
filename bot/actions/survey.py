"""What the buttons of the satisfaction survey do."""

from __future__ import annotations

from dataclasses import dataclass

from domain.satisfaction import Element, Score, SurveyedService


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """Asks the first element without an answer. `row_id`: of the application, or of the consultation."""

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
