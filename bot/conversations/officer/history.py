"""*Riwayat*: who did what to an application, and when."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.officer import OpenCase, ShowHistory
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, inbox
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.state import read, to_json
from bot.service import cases, history
from bot.service.context import Context
from domain.text import Text, paragraphs

NAME = "history"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ShowHistory(application_id, line):
            return case_flow.show_refusal_of(
                state, ctx, application_id, lambda: _show(state, ctx, application_id, line or None)
            )
    return inbox.start(state, ctx, UNKNOWN_BUTTON)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return inbox.look_up(state, ctx, incoming.text)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return case_flow.reprompt(read(CaseState, state.data), state, ctx, notice)


def _show(state: DialogueState, ctx: Context, application_id: int, line: int | None) -> Turn:
    """The lines up to this one, or the newest lines."""
    application = cases.open_case(ctx, application_id)
    page = history.read_page(ctx, application, line)
    heading = Text(
        "Riwayat %(number)s, langkah %(first)s–%(last)s dari %(count)s.",
        number=application.number,
        first=page.first,
        last=page.last,
        count=page.count,
    )
    older, newer = ShowHistory(application_id, page.first - 1), ShowHistory(application_id, page.last + history.PAGE)
    choices = (
        *((Choice(code(older), Text("Lebih lama"), nav=True),) if page.first > 1 else ()),
        *((Choice(code(newer), Text("Lebih baru"), nav=True),) if page.last < page.count else ()),
        Choice(code(OpenCase(application_id)), Text("Kembali"), nav=True),
    )
    prompt = Prompt(paragraphs(heading, *page.entries), choices)
    return turn(state.at(NAME, **to_json(CaseState(application_id))), prompt)
