"""Answers as the inputs of a page: what is stored comes back as it was, other words read or are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form.answers import still_reads
from domain.form.definition import Question, Value
from domain.form.fields import fields_of, fingerprint, read_fields
from domain.form.loading import load_forms, newest
from domain.form.reading import Unreadable
from domain.office.profile import Office
from tests.unit.answer_samples import EVERY_QUESTION, GOOD, READING
from tests.unit.check_cases import SURVEY

OFFICE = Office.load()
FORM = newest(load_forms(OFFICE.words), "recommendation_request")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        *((FORM.questions[name], value) for name, value in SURVEY.items() if FORM.questions[name].kind != "file"),
        *((EVERY_QUESTION[name], value) for name, _, value in GOOD if EVERY_QUESTION[name].kind != "file"),
    ],
    ids=lambda given: given.id if isinstance(given, Question) else "",
)
def test_a_stored_answer_comes_back_from_its_inputs_as_it_was(question: Question, value: Value) -> None:
    fields = fields_of(question, value, READING)
    assert read_fields(question, fields, READING) == value
    assert fingerprint(fields) == fingerprint({**fields, "extra": " "})


names = st.sampled_from(["", "other", "1", "2", "1.nama", "2.definisi", "pick.capi", "perencanaan.first"]) | st.text()


@given(st.sampled_from(sorted(FORM.questions)), st.dictionaries(names, st.text(), max_size=6))
def test_whatever_the_inputs_hold_is_refused_with_a_sentence_or_fits(name: str, fields: dict[str, str]) -> None:
    question = FORM.questions[name]
    try:
        value = read_fields(question, fields, READING)
    except Unreadable as refused:
        assert refused.text.msgid
    else:
        assert still_reads(question, value)


def test_what_is_wrong_in_a_row_or_a_stage_is_named() -> None:
    table, schedule = FORM.questions["variabel"], FORM.questions["jadwal"]
    with pytest.raises(Unreadable) as row:
        read_fields(table, {"2.nama": "Kunjungan", "2.definisi": "Banyaknya kunjungan."}, READING)
    assert row.value.text.args["number"] == 2
    with pytest.raises(Unreadable) as stage:
        read_fields(schedule, {"perencanaan.first": "1/2/2027", "perencanaan.last": "1/1/2027"}, READING)
    assert "lebih awal" in stage.value.text.args["problem"].msgid  # type: ignore[union-attr]


def test_an_optional_question_without_words_is_left_out_and_a_required_one_is_refused() -> None:
    assert read_fields(FORM.questions["eselon1"], {"": "tidak ada"}, READING) is None
    assert read_fields(FORM.questions["eselon1"], {"": " "}, READING) is None
    assert read_fields(FORM.questions["faksimile_instansi"], {"": "-"}, READING) == "-"
    with pytest.raises(Unreadable):
        read_fields(FORM.questions["eselon2"], {"": " "}, READING)
