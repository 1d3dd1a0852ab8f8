"""Answers to the satisfaction survey."""

from __future__ import annotations

from domain.satisfaction import ELEMENTS, Score, Scores


def survey(*scores: Score) -> Scores:
    return dict(zip(ELEMENTS, scores, strict=True))


def same(score: Score) -> Scores:
    """This answer everywhere."""
    return {name: score for name in ELEMENTS}


#: Twelve respondents. Sums by element: 37, 36, 34, 48, 38, 39, 40, 31, 36; together 339. 339 / 9 / 12 * 25 = 78.4722…
WORKED: list[Scores] = [
    survey(3, 3, 3, 4, 3, 3, 3, 2, 3),
    survey(3, 3, 3, 4, 3, 3, 3, 3, 3),
    survey(3, 3, 3, 4, 3, 3, 3, 3, 3),
    survey(3, 3, 2, 4, 3, 3, 3, 2, 3),
    survey(3, 3, 3, 4, 3, 3, 3, 3, 3),
    survey(3, 3, 3, 4, 3, 4, 4, 3, 3),
    survey(4, 4, 4, 4, 4, 4, 4, 4, 4),
    survey(3, 3, 3, 4, 3, 3, 4, 2, 3),
    survey(3, 3, 3, 4, 4, 4, 4, 3, 3),
    survey(3, 3, 3, 4, 3, 3, 3, 2, 3),
    survey(3, 3, 2, 4, 3, 3, 3, 2, 2),
    survey(3, 2, 2, 4, 3, 3, 3, 2, 3),
]
