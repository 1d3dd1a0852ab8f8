"""*Riwayat*: who did what to a case, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.conversations.officer import head, steps
from bot.conversations.officer.steps import Tap
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases, history
from bot.service.desk import Desk
from desk.text import Text, paragraphs

NAME = "history"


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    return steps.tapped(TAPS, args, state, desk)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    return steps.advance({}, incoming, state, desk)


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return steps.again({}, state, desk, notice)


def _page(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    """Up to the line that the button names, else the newest."""
    application = cases.open_case(desk, number)
    page = history.page(desk, application, steps.number_of(more))
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
