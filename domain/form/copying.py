"""Copies the answers of an earlier application, as the questions of the form say in `copy`."""

from __future__ import annotations

from domain.form.answers import still_reads
from domain.form.definition import Answers, Form, Question, Value
from domain.frozen import frozen


@frozen
class CopiedAnswers:
    answers: dict[str, Value]
    unconfirmed: tuple[str, ...]  #: ids of the questions whose answers the person has to confirm


def copy_answers(form: Form, earlier: Answers, *, of_colleague: bool = False) -> CopiedAnswers:
    """What a new application takes over. An answer that the form no longer accepts is asked again, and an optional
    question that was skipped stays skipped. `of_colleague`: of somebody else, whose personal data are not taken over.
    """
    answers = {
        question.id: earlier[question.id]
        for question in form.questions.values()
        if question.id in earlier
        and _is_taken_over(question, earlier[question.id])
        and not (of_colleague and question.personal_data)
    }
    unconfirmed = (id for id, value in answers.items() if value is not None and form.questions[id].copy == "confirm")
    return CopiedAnswers(answers, tuple(unconfirmed))


def _is_taken_over(question: Question, value: Value) -> bool:
    return still_reads(question, value) and (value is None or question.copy != "clear")
