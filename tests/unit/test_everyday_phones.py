"""A phone number never gets digits that nobody typed."""

from __future__ import annotations

import pytest

from domain.form.answers import read
from domain.form.definition import Question
from domain.form.reading import Unreadable
from tests.unit.answer_samples import FAX, MOBILE, OFFICE_PHONE, READING

NOT_ONE_NUMBER = (
    "0812 3456 789O",
    "0812-3456-xxxx",
    "0812FLOWERS",
    "0812 3456 7890 / 0813 3456 7890",
    "081234567890, 081334567890",
    "081234567890 atau 081334567890",
    "081234567890;ext=5",
)


@pytest.mark.parametrize("words", NOT_ONE_NUMBER)
@pytest.mark.parametrize("asked", [MOBILE, OFFICE_PHONE, FAX])
def test_letters_and_two_numbers_are_refused(asked: Question, words: str) -> None:
    with pytest.raises(Unreadable):
        read(asked, words, READING)


def test_an_extension_stays_where_an_office_has_one() -> None:
    assert read(OFFICE_PHONE, "(0419) 21234 ext. 5", READING) == "+62 419 21234 ext. 5"
    with pytest.raises(Unreadable):
        read(MOBILE, "0812 3456 7890 ext 5", READING)
