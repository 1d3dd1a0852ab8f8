"""What a message means, judged by nothing but what stood on its sender's screen."""

from __future__ import annotations

from typing import cast

import locales
from bot import commands
from bot.conversations.form.flow import YES_NO
from bot.conversations.form.session import NAME
from domain.form.definition import Form, Question, Value, route
from domain.form.reading import Reading
from tests.stateful.installation import OFFICE
from tests.stateful.observation import DraftView, Shown, Step

TYPED = {"text", "contact"}


def code_behind(step: Step) -> str:
    """The code of the button that was pressed, or whose number or label was typed."""
    if step.incoming.kind == "tap":
        return step.incoming.tap
    if step.incoming.kind != "text" or step.unseen or step.seen is None:
        return ""
    words = " ".join(step.words.split()).casefold().strip("✓★.! ")
    numbered = [choice for choice in step.seen.prompt.choices if not choice.nav]
    numbers = {"dua": 2, "three": 3, **{str(number): number for number in range(1, len(numbered) + 1)}}
    if numbers.get(words, len(numbered) + 1) <= len(numbered):
        choice = numbered[numbers[words] - 1]
        return choice.typed or choice.value
    for choice in step.seen.prompt.choices:
        texts = [text for text in (choice.label, choice.short) if text]
        if words in {locales.say(text, step.seen.locale).strip("✓ ").casefold() for text in texts}:
            return choice.typed or choice.value
    return ""


def act(step: Step) -> tuple[int, str, str]:
    """(draft, question code or "-", what) of a button of a form; zeros for anything else."""
    match code_behind(step).split(":"):
        case [name, draft, code, what, _] if name == NAME and draft.isascii() and draft.isdigit():
            return int(draft), code, what
    return 0, "", ""


def action(step: Step) -> str:
    """ "delete" of "delete.3.1a2b"."""
    return act(step)[2].partition(".")[0]


def command(step: Step) -> str:
    found = commands.without_argument(step.words)
    return found.name if found else ""


def agrees(step: Step) -> bool:
    """ "Ya" to an offered message."""
    typed = YES_NO.get(step.words.strip().casefold(), False) and not step.unseen
    return action(step) == "use" or (typed and step.seen is not None and step.seen.offered is not None)


def origin(step: Step) -> Shown | None:
    """The message that this one is about."""
    return step.button.shown if step.button else None if step.incoming.kind == "tap" else step.seen


def words_behind(step: Step) -> str:
    """The message's own words, or those that were offered or doubted and are agreed to now."""
    shown = origin(step)
    if agrees(step):
        return (shown.offered if shown else None) or step.talk.held[0]
    return str(step.talk.data["typed"]) if action(step) == "take" else step.words


def target(step: Step) -> tuple[int, str] | None:
    """(draft, question): for words the question last shown before they were sent, for a button its own, for an edited
    message the one whose answer it was.
    """
    shown, (draft, code, _) = origin(step), act(step)
    if step.incoming.kind == "edit":
        return step.gave
    if step.incoming.kind != "tap":
        return (shown.draft.id, shown.question.id) if shown and shown.draft and shown.question else None
    if draft not in step.after.drafts:
        return None
    form = shown.form if shown and shown.form else step.form(draft)
    question = form.by_code.get(code.casefold())
    if question is None and (names := [name for name, ticks in form.tick_list_of.items() if ticks.code == code]):
        asked = (step.talk.asked or "").partition("/")[0]
        return draft, asked if asked in names else names[0]
    return (draft, question.id) if question else None


def answered_with(step: Step, change: tuple[int, str]) -> set[tuple[int, str]]:
    """The questions that are answered together with this one."""
    draft, name = change
    tick_list = step.form(draft).tick_list_of.get(name) if draft in step.after.drafts else None
    return {change, *((draft, tick.value) for tick in tick_list.ticks)} if tick_list else {change}


def open_part(question: Question, partial: Value) -> str:
    """The cell or the stage that waits for words; "" for a list that takes whole rows."""
    typed = partial if isinstance(partial, dict) else {}
    if question.kind == "schedule":
        return next((stage.id for stage in question.stages if stage.id not in typed), "")
    if question.kind == "rows" and typed.get("pasted"):
        return "pasted"
    match typed.get("typing"):
        case {"n": int(n), "row": dict(row)} if question.kind == "rows":
            return f"{n}/{next(column.id for column in question.columns if column.id not in row)}"
    return ""


def rows_of(draft: DraftView, name: str) -> list[Value]:
    sheet = draft.partial.get(name)
    return cast("list[Value]", sheet["rows"] if isinstance(sheet, dict) else draft.answers.get(name) or [])


def path(form: Form, draft: DraftView) -> tuple[Question, ...]:
    """In a revision: what is flagged, whatever its change makes applicable, and the note."""
    whole = route(form, draft.answers, OFFICE.switches)
    if draft.state != "revising":
        return whole
    flagged = {*draft.remarks, *draft.refill, "catatan"}
    return tuple(question for question in whole if question.id in flagged or question.id not in draft.answers)


def reading(step: Step) -> Reading:
    today = step.incoming.at.astimezone(OFFICE.zone).date()
    return Reading(today, OFFICE.province, OFFICE.district, OFFICE.areas)
