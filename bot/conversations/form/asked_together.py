"""Invites to answer neighbouring short questions in one message."""

from __future__ import annotations

from dataclasses import replace

from bot.conversations.form.session import FormSession
from domain.form.definition import Question
from domain.text import Text, as_hint, joined, lines

#: options of a choice that the order of the lines names
_MAX_OPTIONS = 4


def questions_from(session: FormSession, question: Question) -> tuple[Question, ...]:
    """This question and those behind it that one message may answer with it; itself alone where it is changed."""
    group = session.form.together_with.get(question.id, ())
    if session.draft.state == "revising" or session.state.review or session.answered(question):
        return (question,)
    behind = group[group.index(question.id) :] if group else ()
    return tuple(one for one in session.path if one.id in behind and not session.answered(one)) or (question,)


def invite_once(session: FormSession, question: Question) -> Text | None:
    """A hint that one message may answer several questions: at the first of them, and once a section."""
    group = session.form.together_with.get(question.id, ())
    first = next((one for one in session.path if one.id in group), None)
    together = questions_from(session, question)
    if first is not question or len(together) == 1 or session.state.invited == question.section:
        return None
    session.state = replace(session.state, invited=question.section)
    named = joined(" · ", *map(_named, together))
    hint = Text("Boleh juga sekaligus dalam satu pesan, satu baris satu jawaban: %(questions)s.", questions=named)
    return as_hint(hint)


def invite(questions: tuple[Question, ...]) -> Text:
    """The same in full, with an example."""
    return lines(
        Text("Anda boleh menjawab %(count)s butir dalam satu pesan, satu baris satu jawaban:", count=len(questions)),
        joined(" · ", *map(_named, questions)),
        Text("Contoh:"),
        *(_example(question) for question in questions),
    )


def _named(question: Question) -> Text:
    label = question.heading or question.label
    if not question.required:
        return Text("%(label)s (boleh -)", label=label)
    if not 0 < len(question.options) <= _MAX_OPTIONS:
        return label
    options = joined(", ", *(option.short or option.label for option in question.options))
    return Text("%(label)s (%(options)s)", label=label, options=options)


def _example(question: Question) -> Text:
    return question.example or question.options[0].label
