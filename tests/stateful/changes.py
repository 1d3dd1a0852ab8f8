"""Ways in which an office changes a form while people are filling it. Each gives the next version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from domain.form.definition import Form, Question, Section
from domain.text import Text
from tests.stateful.installation import request_form

_FIRST = request_form()

#: what the number, the title and the organiser of an application are made from: a form without them is none
NEEDED = {"judul_kegiatan", "instansi_penyelenggara"}


def remove(form: Form, n: int) -> Form:
    ids = [id for id in form.questions if id not in NEEDED]
    gone = ids[n % len(ids)]
    return _each(form, lambda question: None if question.id == gone else question)


def narrow(form: Form, n: int) -> Form:
    """One kind of answer after the other is bound more tightly."""
    kind, tighter = NARROWER[n % len(NARROWER)]
    return _each(form, lambda question: tighter(question) if question.kind == kind else question)


def require(form: Form, n: int) -> Form:
    """A new required question, of a kind that others have, behind any question."""
    ids = list(form.questions)
    after, like = form.questions[ids[n % len(ids)]], _FIRST.questions[LIKE[n % len(LIKE)]]
    name = f"baru_{form.version}"
    new = replace(
        like,
        id=name,
        code=f"N.{form.version}",
        label=Text("Butir baru"),
        heading=None,
        required=True,
        when={},
        section=after.section,
    )
    return _sections(
        form,
        lambda section: _with(
            section, [q for old in section.questions for q in ([old, new] if old is after else [old])]
        ),
    )


def renumber(form: Form, n: int) -> Form:
    """Two neighbours change their numbers: what was 7.1a is 7.1b now."""
    ids = list(form.questions)
    place = n % (len(ids) - 1)
    one, other = form.questions[ids[place]], form.questions[ids[place + 1]]
    codes = {one.id: other.code, other.id: one.code}
    return _each(form, lambda question: replace(question, code=codes.get(question.id, question.code)))


def turn_options(form: Form, n: int) -> Form:
    """The options of every question in another order."""
    return _each(form, lambda question: replace(question, options=question.options[1:] + question.options[:1]))


CHANGES: tuple[Callable[[Form, int], Form], ...] = (remove, narrow, require, renumber, turn_options)
LIKE = ("eselon2", "pj_teknis_email", "olah_editing", "unit_analisis", "tujuan", "instrumen", "variabel")


def _shorter(question: Question) -> Question:
    return replace(question, limits=question.limits.model_copy(update={"min_length": 0, "max_length": 30}))


def _fewer_options(question: Question) -> Question:
    first = question.options[0]
    return (
        question
        if question.known_from
        else replace(question, options=tuple(o for o in question.options if o is not first) or (first,))
    )


NARROWER: tuple[tuple[str, Callable[[Question], Question]], ...] = (
    ("text", _shorter),
    ("longtext", _shorter),
    ("choice", _fewer_options),
    ("choices", _fewer_options),
    ("choices", lambda question: replace(question, limits=question.limits.model_copy(update={"min_choices": 2}))),
    ("rows", lambda question: replace(question, limits=question.limits.model_copy(update={"max_rows": 1}))),
    ("rows", lambda question: replace(question, limits=question.limits.model_copy(update={"min_rows": 2}))),
    ("number", lambda question: replace(question, limits=question.limits.model_copy(update={"max": 2027}))),
    ("file", lambda question: replace(question, limits=question.limits.model_copy(update={"accept": ("pdf",)}))),
    ("schedule", lambda question: replace(question, stages=tuple(replace(s, required=True) for s in question.stages))),
)


def _each(form: Form, change: Callable[[Question], Question | None]) -> Form:
    return _sections(form, lambda section: _with(section, [q for old in section.questions if (q := change(old))]))


def _with(section: Section, questions: list[Question]) -> Section:
    return replace(section, questions=tuple(questions))


def _sections(form: Form, change: Callable[[Section], Section]) -> Form:
    sections = tuple(section for section in map(change, form.sections) if section.questions)
    return replace(form, version=form.version + 1, sections=sections)
