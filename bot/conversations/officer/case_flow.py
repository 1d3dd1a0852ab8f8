"""What the conversations about one application share: asking for a text, recording it, and showing a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeAlias, TypeVar

from bot.actions import code
from bot.actions.officer import OpenCase
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.officer import case_screen, inbox
from bot.conversations.state import StoredState, to_json
from bot.service import access, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.texts import MAX_LONGTEXT
from domain.text import Text, has_words, many_lines, paragraphs

#: shows what a button leads to; the integer is the id of the application
CaseHandler: TypeAlias = Callable[[DialogueState, Context, int], Turn]

UNKNOWN_BUTTON = Text("Tombol itu tidak kami kenali.")


class CaseDialogue(StoredState, Protocol):
    """The state of a conversation about one application."""

    @property
    def application_id(self) -> int: ...

    @property
    def step(self) -> str:
        """The text that the conversation waits for; empty: none."""
        ...


S = TypeVar("S", bound=CaseDialogue)


@dataclass(frozen=True, slots=True)
class TextInput(Generic[S]):
    """A text that a conversation waits for."""

    ask: Callable[[DialogueState, Context, S], Turn]
    record: Callable[[DialogueState, Context, S, str], Turn]  #: the last argument is the text


def on_message(
    inputs: Mapping[str, TextInput[S]], dialogue: S | None, incoming: Incoming, state: DialogueState, ctx: Context
) -> Turn:
    """Records the text that the conversation waits for. Without one, the words are looked up among the applications."""
    words = many_lines(incoming.text)
    if dialogue is None or dialogue.step not in inputs:
        return inbox.look_up(state, ctx, words)
    if not is_text(words):
        return reprompt(inputs, dialogue, state, ctx, Text("Tulis dengan kata-kata, paling banyak 4.000 huruf."))
    record = inputs[dialogue.step].record
    return show_refusal_of(state, ctx, dialogue.application_id, lambda: record(state, ctx, dialogue, words))


def reprompt(
    inputs: Mapping[str, TextInput[S]], dialogue: S | None, state: DialogueState, ctx: Context, notice: Text
) -> Turn:
    """Asks once more for the text that the conversation waits for; without one, shows the application."""
    if dialogue is None:
        return inbox.start(state, ctx, notice)
    application_id = dialogue.application_id
    if dialogue.step not in inputs:
        return show_refusal_of(state, ctx, application_id, lambda: case_screen.show(state, ctx, application_id, notice))
    ask = inputs[dialogue.step].ask
    return with_notice(notice, show_refusal_of(state, ctx, application_id, lambda: ask(state, ctx, dialogue)))


def is_text(words: str) -> bool:
    """Whether the words can be a remark, a note or a reason."""
    return has_words(words) and len(words) <= MAX_LONGTEXT


def ask_for_text(
    state: DialogueState,
    name: str,
    dialogue: CaseDialogue,
    text: Text,
    *choices: Choice,
    attachment: Attachment | None = None,
) -> Turn:
    """Asks for the text of the dialogue's step. `name`: the conversation that gets the answer. `attachment`: what the
    question is about.
    """
    prompt = Prompt(text, (*choices, cancel(dialogue.application_id)), attachment, expects=dialogue.step)
    return turn(state.at(name, **to_json(dialogue)), prompt)


def ask_for_choice(
    state: DialogueState,
    name: str,
    dialogue: CaseDialogue,
    text: Text,
    *choices: Choice,
    attachment: Attachment | None = None,
) -> Turn:
    """Asks for a press of one of the buttons. `attachment`: what the question is about."""
    prompt = Prompt(text, (*choices, cancel(dialogue.application_id)), attachment)
    return turn(state.at(name, **to_json(dialogue)), prompt)


def cancel(application_id: int) -> Choice:
    return Choice(code(OpenCase(application_id)), Text("Tidak jadi"), nav=True)


def with_notice(notice: Text, shown: Turn) -> Turn:
    """The same turn with a sentence before its first message."""
    first, *others = shown.prompts
    return replace(shown, prompts=(replace(first, text=paragraphs(notice, first.text)), *others))


def show_refusal_of(state: DialogueState, ctx: Context, application_id: int, act: Callable[[], Turn]) -> Turn:
    """Runs `act`. Shows a refusal on the nearest screen that this person may open: the application, the inbox, or the
    menu.
    """
    try:
        return act()
    except ActionRefused as refused:
        if access.can_open(ctx, application_id):
            return case_screen.show(state, ctx, application_id, refused.text)
        if officers.role(ctx) == "applicant":
            return menu.show(state, ctx, refused.text)
        return inbox.start(state, ctx, refused.text)
