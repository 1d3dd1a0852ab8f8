"""What the conversations about one application share: buttons that name it, and words that a step of it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.conversations import menu
from bot.conversations.officer import inbox
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import officers
from bot.service.cases import Refused
from bot.service.desk import Desk
from desk.answers import MOST_LONGTEXT
from desk.reading import many_lines
from desk.text import Json, Text

#: what a button does to the application with this id; the list is the rest of its code
Tap = Callable[[DialogueState, Desk, int, list[str]], Turn]
#: what the words mean that a step waited for
Step = Callable[[DialogueState, Desk, int, str], Turn]

#: steps that a lone dash answers: nothing to add
MAY_BE_EMPTY = {"heed"}


def tapped(taps: Mapping[str, Tap], args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    """`<tap>:<application>[:<more>]`, untrusted."""
    match args:
        case [tap, *numbers] if tap in taps and (number := number_of(numbers)) is not None:
            return guarded(state, desk, lambda: taps[tap](state, desk, number, numbers[1:]))
    return inbox.start(state, desk, Text("Tombol itu tidak kami kenali."))


def advance(steps: Mapping[str, Step], incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    """Words that a step waits for, else a number to look up."""
    step, number = state.data.get("step"), state.data.get("application")
    words = many_lines(incoming.text)
    if isinstance(step, str) and isinstance(number, int) and step in steps:
        empty = not any(sign.isalnum() for sign in words) and not (step in MAY_BE_EMPTY and words == "-")
        if empty or len(words) > MOST_LONGTEXT:
            kept = {name: value for name, value in state.data.items() if name not in {"step", "application"}}
            text = Text("Tulis dengan kata-kata, paling banyak 4.000 huruf.")
            return wait(state.conversation, state, step, number, text, **kept)
        return guarded(state, desk, lambda: steps[step](state, desk, number, words))
    return inbox.look_up(state, desk, incoming.text)


def number_of(more: Sequence[str]) -> int | None:
    """The number that comes next in a button's code, if there is one that a table could hold."""
    match more:
        case [number, *_] if number.isascii() and number.isdigit() and len(number) < 18:
            return int(number)
    return None


def wait(name: str, state: DialogueState, step: str, number: int, text: Text, *ready: Choice, **data: Json) -> Turn:
    """Asks for words; the next message is for this step of the conversation `name`."""
    cancel = Choice(f"case:show:{number}", Text("Tidak jadi"), nav=True)
    kept: dict[str, Json] = {"step": step, "application": number, **data}
    return turn(state.at(name, **kept), Prompt(text, (*ready, cancel), asks=step))


def guarded(state: DialogueState, desk: Desk, act: Callable[[], Turn]) -> Turn:
    """What the desk refuses is said where its actor may stand: officers at their applications, others in the menu."""
    try:
        return act()
    except Refused as refused:
        if officers.role(desk) == "applicant":
            return menu.show(state, desk, refused.text)
        return inbox.start(state, desk, refused.text)
