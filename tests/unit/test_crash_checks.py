"""The checks of `make crash` see what they are for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.crash.phone import Shown
from tests.crash_run.checks import Said, out_of_order

QUESTION, ANSWER, NEWS = Shown("Apa judulnya?"), Shown("Tersimpan."), Shown("Permohonan baru.")


def said(attempts: int = 1) -> list[Said]:
    return [
        Said("1", False, attempts, QUESTION),
        Said("1", True, 1, NEWS),
        Said("1", False, 1, ANSWER),
    ]


@pytest.mark.parametrize(
    "shown",
    [
        (QUESTION, NEWS, ANSWER),
        (QUESTION, ANSWER, NEWS),
        (QUESTION, QUESTION, NEWS, ANSWER, ANSWER),
    ],
)
def test_each_lane_in_its_order_is_all_right_also_when_a_message_comes_again(shown: Sequence[Shown]) -> None:
    assert out_of_order(shown, said()) == []


@pytest.mark.parametrize(
    "shown",
    [
        (QUESTION, ANSWER),
        (ANSWER, QUESTION, NEWS),
        (QUESTION, ANSWER, QUESTION, NEWS),
        (QUESTION, NEWS, ANSWER, Shown("Lain.")),
    ],
)
def test_what_is_missing_late_or_not_said_at_all_is_found(shown: Sequence[Shown]) -> None:
    assert len(out_of_order(shown, said())) == 1


def test_a_message_may_come_late_when_it_needed_many_attempts() -> None:
    assert out_of_order((QUESTION, ANSWER, QUESTION, NEWS), said(attempts=4)) == []
    assert out_of_order((ANSWER, QUESTION, NEWS), said(attempts=4)) == []


def test_news_of_two_applications_may_overtake_each_other_and_those_of_one_may_not() -> None:
    first, other, second = (
        Shown(f"Permohonan REK-2026-{end}") for end in ("0001: baru.", "0002: baru.", "0001: selesai.")
    )
    news = [Said("1", True, 1, shown) for shown in (first, other, second)]
    assert out_of_order((other, first, second), news) == []
    assert len(out_of_order((second, other, first), news)) == 1
