"""The two questions that decide whether this office handles an application, and the form that they open.

These screens belong to the conversation `apply`. They have a module of their own because `registration`, which `apply`
imports, opens the form too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bot.actions import Action, code
from bot.actions.applicant import AnswerLevel, AnswerWho, AskToCopy, NewApplication, OpenDraft
from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations import language, menu
from bot.conversations.buttons import MENU
from bot.conversations.draft import title_and_progress
from bot.conversations.form import flow
from bot.conversations.form.prompts import label
from bot.conversations.form.session import session_of_draft
from bot.conversations.form.ways import ways_text
from bot.conversations.state import read, to_json
from bot.service import copy_requests, drafts
from bot.service.applications import FORM
from bot.service.context import Context
from domain.form.answers import show
from domain.form.definition import Value
from domain.frozen import frozen
from domain.office.eligibility import EligibilityQuestion
from domain.text import Text, as_hint, lines, paragraphs

NAME = "apply"


@frozen
class ApplyState:
    """The open choice: which draft, whether to copy, who applies, or the level of the agency. `who`: the answer that
    came before.
    """

    step: Literal["which", "copy", "who", "level"]
    who: str = ""
    #: the unsent draft that the choice is about; after "which", the one that the person chose not to go on with
    draft_id: int | None = None


def open_choice(state: DialogueState) -> ApplyState | None:
    """The choice that is on the screen."""
    return read(ApplyState, state.data) if state.conversation == NAME else None


def ask_which(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn | None:
    """Asks whether to go on with an unsent application or to begin another one; `None` when there is none."""
    unsent = drafts.list_unsent(ctx, FORM)
    if not unsent.rows:
        return None
    draft = unsent.rows[0]
    choices = (
        Choice(code(OpenDraft(draft.id)), Text("Lanjutkan permohonan itu"), Text("Lanjutkan")),
        Choice(code(NewApplication()), Text("Mulai permohonan baru"), Text("Mulai baru")),
        *((menu.LIST_DRAFTS,) if len(unsent.rows) > 1 else ()),
        MENU,
    )
    text = paragraphs(
        notice,
        Text("Anda mempunyai permohonan yang belum dikirim:"),
        title_and_progress(ctx, draft),
        Text(
            "Bila Anda memulai yang baru, isian ini tetap tersimpan. Anda dapat membukanya lagi dari menu, "
            "di “Isian yang belum dikirim”."
        ),
    )
    return turn(state.at(NAME, **to_json(ApplyState("which", draft_id=draft.id))), Prompt(text, choices))


def ask_before_replacing(state: DialogueState, ctx: Context) -> Turn | None:
    """The same question, when beginning another application would set aside an open draft that the person was not asked
    about; else `None`.
    """
    unfinished = drafts.list_unfinished(ctx, FORM)
    choice = open_choice(state)
    left = choice.draft_id if choice is not None and choice.step != "which" else None
    return ask_which(state, ctx) if unfinished and unfinished[0].id != left else None


def ask_who(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    question = ctx.app.eligibility.who
    opened = state.at(NAME, **to_json(ApplyState("who", draft_id=draft_shown(state))))
    return _ask(opened, question, AnswerWho, notice, *colleague_choices(ctx))


def colleague_choices(ctx: Context) -> tuple[Choice, ...]:
    """What colleagues allow to be copied, and a way to ask them. Only for who is registered."""
    if ctx.actor.registered_at is None:
        return ()
    ask = Choice(code(AskToCopy()), Text("Salin permohonan rekan seinstansi"), Text("Salin milik rekan"), nav=True)
    return (*map(copy_requests.begin_choice, copy_requests.list_allowed(ctx)), ask)


def ask_level(state: DialogueState, ctx: Context, who: str, notice: Text | None = None) -> Turn:
    question = ctx.app.eligibility.level
    opened = state.at(NAME, **to_json(ApplyState("level", who, draft_shown(state))))
    return _ask(opened, question, lambda answer: AnswerLevel(who, answer), notice)


def open_form(state: DialogueState, ctx: Context) -> Turn:
    """Opens a new form for somebody who is eligible and registered. Known answers are filled in and shown. Asks first
    when another draft is open.
    """
    known = _known_answers(ctx)
    if known is None:
        return ask_who(state, ctx)
    if (asked := ask_before_replacing(state, ctx)) is not None:
        ctx.actor.eligibility = ""
        return asked
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
        language.remark_on_letter(ctx),
        ways_text(session),
        Text("Sudah kami isi dari jawaban Anda:"),
        filled,
    )
    return flow.resume(session, notice)


def draft_shown(state: DialogueState) -> int | None:
    choice = open_choice(state)
    return choice.draft_id if choice is not None else None


def _ask(
    state: DialogueState,
    question: EligibilityQuestion,
    action_of: Callable[[str], Action],
    notice: Text | None,
    *more: Choice,
) -> Turn:
    choices = tuple(Choice(code(action_of(choice.id)), choice.label, choice.short) for choice in question.choices)
    text = paragraphs(notice, question.question.shown_as("question"), as_hint(question.help))
    return turn(state, Prompt(text, (*choices, *more, MENU)))


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
