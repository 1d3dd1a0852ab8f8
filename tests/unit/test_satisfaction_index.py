"""The index of the satisfaction survey, by an example that was worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.satisfaction import ELEMENTS, QUESTIONS, Element, Scores, grade_of, index_of, next_open, read_scores
from tests.sample_surveys import WORKED, same


def respondents(count: int, low: int) -> list[Scores]:
    """Of so many, `low` answered 3 everywhere, and the other ones 4."""
    return [same(3) for _ in range(low)] + [same(4) for _ in range(count - low)]


def test_the_worked_example() -> None:
    found = index_of(WORKED)
    assert found is not None
    assert (found.respondents, found.index, found.grade.letter) == (12, Decimal("78.47"), "B")
    assert {name: str(mean) for name, mean in found.means.items()} == {
        **{"U1": "3.08", "U2": "3.00", "U3": "2.83", "U4": "4.00", "U5": "3.17"},
        **{"U6": "3.25", "U7": "3.33", "U8": "2.58", "U9": "3.00"},
    }
    assert found.lowest == ("U8",)
    assert found.interval == (Decimal("73.14"), Decimal("83.80"))  # 78.4722 ± 2.201 · 8.3858 / √12


def test_a_perfect_score_is_100_and_the_worst_25() -> None:
    best, worst = index_of([same(4)] * 10), index_of([same(1)] * 10)
    assert (
        best is not None
        and best.index == 100
        and best.grade.letter == "A"
        and best.interval == (Decimal(100), Decimal(100))
    )
    assert worst is not None and worst.index == 25 and worst.grade.letter == "D" and worst.lowest == ELEMENTS


@pytest.mark.parametrize(
    ("index", "letter"),
    [("100.00", "A"), ("88.31", "A"), ("88.30", "B"), ("76.61", "B"), ("76.60", "C"), ("65.00", "C"), ("64.99", "D")],
)
def test_grades_begin_where_the_regulation_says(index: str, letter: str) -> None:
    assert grade_of(Decimal(index)).letter == letter


def test_the_grade_is_of_the_rounded_index() -> None:
    found = index_of(respondents(5000, 2339))  # 100 - 25 * 0.4678 = 88.305, which is rounded up to 88.31
    assert found is not None and (found.index, found.grade.letter) == (Decimal("88.31"), "A")


@pytest.mark.parametrize(("count", "student"), [(10, 2.262), (30, 2.045), (120, 1.980)])
def test_the_interval_is_students_from_ten_respondents_on(count: int, student: float) -> None:
    found, few = index_of(respondents(count, 2)), index_of(respondents(9, 2))
    assert few is not None and few.interval is None
    assert found is not None and found.interval is not None
    share = 2 / count
    deviation = 25 * (share * (1 - share) * count / (count - 1)) ** 0.5
    low = 100 - 25 * share - student * deviation / count**0.5
    assert float(found.interval[0]) == pytest.approx(low, abs=0.02)
    assert found.interval[1] <= 100


def test_nobody_makes_no_index() -> None:
    assert index_of([]) is None


def test_each_element_has_a_question_and_four_different_answers() -> None:
    assert tuple(QUESTIONS) == ELEMENTS
    for name, question in QUESTIONS.items():
        assert len({answer.label.msgid for answer in question.answers}) == 4, name
    assert QUESTIONS["U8"].answers[3].label.msgid == "Dikelola dengan baik"
    assert QUESTIONS["U9"].answers[0].label.msgid == "Buruk"


def test_stored_answers_are_read_by_element_and_what_is_none_is_left_out() -> None:
    given = read_scores({"U2": 4, "U1": 3, "U3": 5, "U4": "4", "U99": 1, "U5": None})
    assert list(given.items()) == [("U1", 3), ("U2", 4)]
    expected: Element = "U3"
    assert next_open(given) == expected
