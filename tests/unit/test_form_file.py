"""What is written into a file of a form reads as the same answers again, for every kind of answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from domain.files import FileKind
from domain.form import answers
from domain.form.definition import Form, Question, Section, Value
from domain.form.fields import fields_of, read_fields
from domain.form.form_cells import MARK_FIELD, FormCells, ReturnedForm
from domain.form.form_file import FormFile, is_blank, read_answer, write_answers
from domain.text import Text
from letters import form_pdf, form_workbook
from storage.inspection.form_files import read_form_file
from storage.inspection.result import FileRefused
from tests.made_files import pdf as made_pdf
from tests.typed_answers import typed_answers
from tests.unit.answer_samples import EVERY_QUESTION, GOOD, READING

#: every kind of question, named and numbered as in a form
QUESTIONS: Mapping[str, Question] = {
    name: replace(question, id=name.replace(" ", "_"), code=f"1.{number}", section="s")
    for number, (name, question) in enumerate(EVERY_QUESTION.items())
}
#: one question for each sample of an answer
SAMPLES = [
    (replace(QUESTIONS[name], id=f"{QUESTIONS[name].id}_{number}"), value)
    for number, (name, _, value) in enumerate(GOOD)
    if not answers.is_upload(QUESTIONS[name])
]
INJECTIONS = ("=1+1", "+62 419 21234", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\tx", "https://bps.go.id", "'apostrof")


RENDER: Mapping[FileKind, Callable[[FormFile], bytes]] = {"xlsx": form_workbook.render, "pdf": form_pdf.render}
both_kinds = pytest.mark.parametrize("kind", RENDER)


def returned(given: Mapping[str, Value], kind: FileKind, questions: Collection[Question]) -> ReturnedForm:
    """The file with these answers, drawn and read."""
    asked = tuple(questions)
    form = Form("contoh", 1, Text("Contoh"), Text(""), (Section("s", "1", Text("Blok"), Text(""), asked, {}),))
    cells = write_answers(asked, given, READING)
    found = read_form_file(kind, RENDER[kind](FormFile(form, asked, given, cells, (), {}, "tanda", READING.today)))
    assert found is not None and found.mark == "tanda"
    return found


@both_kinds
def test_every_sample_of_every_kind_comes_back_from_a_file(kind: FileKind) -> None:
    given = {question.id: value for question, value in SAMPLES}
    found = returned(given, kind, [question for question, _ in SAMPLES])
    for question, value in SAMPLES:
        assert read_answer(question, found, READING) == value, question.id


TYPED = {name: typed_answers(question) for name, question in QUESTIONS.items() if not answers.is_upload(question)}


@both_kinds
@settings(max_examples=10, deadline=None)
@given(st.fixed_dictionaries(TYPED))
def test_any_answer_that_the_chat_takes_comes_back_from_a_file_and_then_from_a_page(
    kind: FileKind, typed: dict[str, str]
) -> None:
    given = {QUESTIONS[name].id: answers.read(QUESTIONS[name], words, READING) for name, words in typed.items()}
    found = returned(given, kind, QUESTIONS.values())
    for question in (QUESTIONS[name] for name in typed):
        value = read_answer(question, found, READING)
        assert value == given[question.id]
        assert read_fields(question, fields_of(question, value, READING), READING) == value


def test_what_a_spreadsheet_would_compute_is_written_as_text() -> None:
    for written in INJECTIONS:
        found = returned({"text": written}, "xlsx", [QUESTIONS["text"]])
        assert found.cells.words["text"] == written and not found.formulas


def test_what_was_left_out_stays_left_out_and_a_blank_cell_says_nothing() -> None:
    optional = replace(QUESTIONS["longtext"], required=False)
    cells = write_answers((optional,), {optional.id: None}, READING)
    assert read_answer(optional, ReturnedForm("", cells), READING) is None
    assert is_blank(write_answers((optional,), {}, READING), optional)


@pytest.mark.parametrize(
    "document", [None, {}, {"mark": 1}, {"mark": "", "words": {"a": 1}, "tables": {}, "formulas": []}]
)
def test_only_what_the_reading_returns_is_a_returned_form(document: object) -> None:
    with pytest.raises(ValueError):
        ReturnedForm.of_json(document)  # type: ignore[arg-type]  # whatever a child may answer


def marked(*fields: Object) -> Callable[[Pdf], None]:
    """A PDF with the field of our mark, and these fields beside it."""

    def change(pdf: Pdf) -> None:
        mark = Dictionary(T=String(MARK_FIELD), V=String("tanda"))
        pdf.Root.AcroForm = Dictionary(Fields=Array([mark, *map(pdf.make_indirect, fields)]))

    return change


def circle(pdf: Pdf) -> None:
    marked(Dictionary(T=String("a")))(pdf)
    field = pdf.Root.AcroForm.Fields[1]
    field.Kids = Array([field, field])


def test_fields_that_lead_in_circles_are_refused() -> None:
    with pytest.raises(FileRefused, match="bomb"):
        read_form_file("pdf", made_pdf(circle))


def test_fields_of_another_shape_say_nothing() -> None:
    odd = (
        Dictionary(T=String("isi/a"), V=Dictionary(), Kids=Dictionary()),
        Dictionary(T=Name.NoString, V=String("x")),
        Dictionary(T=String("tabel/v/9999999/1"), V=String("jauh")),
        Dictionary(T=String("tabel/v/-1/1"), V=String("x")),
        Dictionary(T=String("pilih/p/x"), V=Name.Yes),
        Array([String("x")]),
    )
    found = read_form_file("pdf", made_pdf(marked(*odd)))
    assert found == ReturnedForm("tanda", FormCells({}))
    assert read_form_file("pdf", made_pdf()) is None, "a PDF of somebody else"
