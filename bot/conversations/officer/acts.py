"""What the conversations about one application share: buttons that name it, and words that a step of it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.chat import LONGEST_LABEL, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.officer import head, inbox
from bot.service import access, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.texts import MAX_LONGTEXT
from domain.text import Json, Text, lines, many_lines, paragraphs, verbatim

#: what a button does to the application with this id; the list is the rest of its code
Tap = Callable[[DialogueState, Context, int, list[str]], Turn]


@dataclass(frozen=True, slots=True)
class Step:
    """Words that a conversation waits for."""

    ask: Callable[[DialogueState, Context, int], Turn]  #: once more, from the state that waits
    take: Callable[[DialogueState, Context, int, str], Turn]


Steps = Mapping[str, Step]


def on_button(taps: Mapping[str, Tap], args: Sequence[str], state: DialogueState, ctx: Context) -> Turn:
    """`<tap>:<application>[:<more>]`, untrusted."""
    match args:
        case [tap, *numbers] if tap in taps and (number := number_of(numbers)) is not None:
            return guarded(state, ctx, number, lambda: taps[tap](state, ctx, number, numbers[1:]))
    return inbox.start(state, ctx, Text("Tombol itu tidak kami kenali."))


def on_message(steps: Steps, incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Words that a step waits for, else something to look up."""
    step, number = _waiting(steps, state)
    words = many_lines(incoming.text)
    if step is None:
        return inbox.look_up(state, ctx, words)
    if not any(sign.isalnum() for sign in words) or len(words) > MAX_LONGTEXT:
        return reprompt(steps, state, ctx, Text("Tulis dengan kata-kata, paling banyak 4.000 huruf."))
    return guarded(state, ctx, number, lambda: step.take(state, ctx, number, words))


def reprompt(steps: Steps, state: DialogueState, ctx: Context, notice: Text) -> Turn:
    """What the step waits for once more, under a notice; else the application."""
    step, number = _waiting(steps, state)
    if step is not None:
        return noticed(notice, guarded(state, ctx, number, lambda: step.ask(state, ctx, number)))
    number = number_in(state)
    if number == 0:
        return inbox.start(state, ctx, notice)
    return guarded(state, ctx, number, lambda: head.show(state, ctx, number, notice))


def _waiting(steps: Steps, state: DialogueState) -> tuple[Step | None, int]:
    step = state.data.get("step")
    return (steps.get(step) if isinstance(step, str) and number_in(state) else None), number_in(state)


def number_in(state: DialogueState) -> int:
    """The application that the conversation is about; 0: none."""
    number = state.data.get("application")
    return number if isinstance(number, int) else 0


def number_of(more: Sequence[str]) -> int | None:
    """The number that comes next in a button's code, if there is one that a table could hold."""
    match more:
        case [number, *_] if number.isascii() and number.isdigit() and len(number) < 18:
            return int(number)
    return None


def wait(name: str, state: DialogueState, step: str, number: int, text: Text, *ready: Choice, **data: Json) -> Turn:
    """Asks for words; the next message is for this step of the conversation `name`."""
    kept: dict[str, Json] = {"step": step, "application": number, **data}
    return turn(state.at(name, **kept), Prompt(text, (*ready, cancel(number)), expects=step))


def ask(name: str, state: DialogueState, number: int, text: Text, *choices: Choice, **data: Json) -> Turn:
    """Asks for a tap."""
    return turn(state.at(name, application=number, **data), Prompt(text, (*choices, cancel(number))))


def ready_made(prefix: str, texts: Sequence[str]) -> tuple[Text | None, list[Choice]]:
    """Words to be pressed instead of typed; and the same for the message, if a button cannot show them whole."""
    numbered = list(enumerate(texts, start=1))
    choices = [Choice(f"{prefix}:{n}", verbatim(words), Text("Pilihan %(number)s", number=n)) for n, words in numbered]
    if all(len(words) <= LONGEST_LABEL for words in texts):
        return None, choices
    return lines(*(verbatim(f"{n}. {words}") for n, words in numbered)), choices


def cancel(number: int) -> Choice:
    return Choice(f"{head.NAME}:show:{number}", Text("Tidak jadi"), nav=True)


def noticed(notice: Text, said: Turn) -> Turn:
    first, *rest = said.prompts
    return replace(said, prompts=(replace(first, text=paragraphs(notice, first.text)), *rest))


def guarded(state: DialogueState, ctx: Context, number: int, act: Callable[[], Turn]) -> Turn:
    """What the desk refuses is said where its actor may stand: at the application, among all of them, in the menu."""
    try:
        return act()
    except ActionRefused as refused:
        if access.can_open(ctx, number):
            return head.show(state, ctx, number, refused.text)
        if officers.role(ctx) == "applicant":
            return menu.show(state, ctx, refused.text)
        return inbox.start(state, ctx, refused.text)
