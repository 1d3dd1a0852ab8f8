"""The two questions that decide whether this office handles an application, and the form that they open.

These screens belong to the conversation `apply`. They have a module of their own because `registration`, which `apply`
imports, opens the form too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.actions import Action, code
from bot.actions.applicant import AnswerLevel, AnswerWho
from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations.buttons import MENU
from bot.conversations.form import flow
from bot.conversations.form.prompts import label
from bot.conversations.form.session import session_of_draft
from bot.conversations.state import to_json
from bot.service import drafts
from bot.service.applications import FORM
from bot.service.context import Context
from domain.form.answers import show
from domain.form.definition import Value
from domain.office.eligibility import EligibilityQuestion
from domain.text import Text, lines, paragraphs

NAME = "apply"


@dataclass(frozen=True, slots=True)
class ApplyState:
    """The open choice: which draft, who applies, or the level of the agency. `who`: the answer that came before."""

    step: Literal["which", "who", "level"]
    who: str = ""


def ask_who(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    question = ctx.app.eligibility.who
    return _ask(state.at(NAME, **to_json(ApplyState("who"))), question, AnswerWho, notice)


def ask_level(state: DialogueState, ctx: Context, who: str, notice: Text | None = None) -> Turn:
    question = ctx.app.eligibility.level
    opened = state.at(NAME, **to_json(ApplyState("level", who)))
    return _ask(opened, question, lambda answer: AnswerLevel(who, answer), notice)


def open_form(state: DialogueState, ctx: Context) -> Turn:
    """Opens a new form for somebody who is eligible and registered. Known answers are filled in and shown."""
    known = _known_answers(ctx)
    if known is None:
        return ask_who(state, ctx)
    for draft in drafts.list_unfinished(ctx, FORM):
        drafts.set_aside(ctx, draft)
    draft = drafts.create(ctx, FORM, known)
    ctx.actor.eligibility = ""
    session = session_of_draft(draft.id, state, ctx)
    assert session is not None
    filled = lines(
        *(
            Text("• %(label)s: %(answer)s", label=label(question), answer=show(question, draft.answers[question.id]))
            for question in session.path
            if question.id in draft.answers
        )
    )
    notice = paragraphs(
        Text(
            "Sekarang kita isi formulir permintaan rekomendasi. Setiap jawaban langsung tersimpan; "
            "Anda boleh berhenti kapan saja dan melanjutkan beberapa hari kemudian."
        ),
        Text("Sudah kami isi dari jawaban Anda:"),
        filled,
    )
    return flow.resume(session, notice)


def _ask(
    state: DialogueState, question: EligibilityQuestion, action_of: Callable[[str], Action], notice: Text | None
) -> Turn:
    choices = tuple(Choice(code(action_of(choice.id)), choice.label, choice.short) for choice in question.choices)
    text = paragraphs(notice, question.question, question.help)
    return turn(state, Prompt(text, (*choices, MENU)))


def _known_answers(ctx: Context) -> dict[str, Value] | None:
    """The answers that follow from the eligibility questions and from the registration. `None` when the eligibility is
    not known.
    """
    who, _, level = ctx.actor.eligibility.partition("/")
    first, second = ctx.app.eligibility.who.by_id(who), ctx.app.eligibility.level.by_id(level)
    if first is None or second is None:
        return None
    questions = ctx.app.form(FORM).questions.values()
    of_person: dict[str, Value] = {
        question.id: getattr(ctx.actor, question.known_from.removeprefix("person."))
        for question in questions
        if question.known_from.startswith("person.")
    }
    return {**first.answers, **second.answers, **of_person}
