"""*Riwayat*: who did what to a case, and when."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.officer import acts, head
from bot.conversations.officer.acts import Tap
from bot.service import cases, history
from bot.service.context import Context
from domain.text import Text, paragraphs

NAME = "history"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_button(TAPS, fields_of(action), state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_message({}, incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return acts.reprompt({}, state, ctx, notice)


def _page(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """Up to the line that the button names, else the newest."""
    application = cases.open_case(ctx, number)
    page = history.page(ctx, application, acts.number_of(more))
    where = Text(
        "Riwayat %(number)s, langkah %(first)s–%(last)s dari %(count)s.",
        number=application.number,
        first=page.first,
        last=page.last,
        count=page.count,
    )
    ways = [Choice(f"{head.NAME}:show:{number}", Text("Kembali"), nav=True)]
    if page.last < page.count:
        ways.insert(0, Choice(f"{NAME}:page:{number}:{page.last + history.PAGE}", Text("Lebih baru"), nav=True))
    if page.first > 1:
        ways.insert(0, Choice(f"{NAME}:page:{number}:{page.first - 1}", Text("Lebih lama"), nav=True))
    return turn(state.at(NAME, application=number), Prompt(paragraphs(where, *page.entries), tuple(ways)))


TAPS: Mapping[str, Tap] = {"page": _page}
