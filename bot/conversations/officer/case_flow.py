"""What the conversations about one application share: asking for a text, recording it, and showing a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, TypeAlias, TypeVar

from bot.actions import Action, code
from bot.actions.applicant import TextButton
from bot.actions.officer import OpenCase, PickAdvice, PickGround, PickRemark, ReplaceAdvice, ReplaceGrounds
from bot.chat import Attachment, Choice, DialogueState, Prompt, Turn, turn, with_notice
from bot.conversations import menu, text_input
from bot.conversations.form.session import fingerprint
from bot.conversations.officer import case_screen, inbox
from bot.conversations.state import StoredState, read, to_json
from bot.conversations.text_input import Filing, TextInput
from bot.service import access, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, join_messages, paragraphs, verbatim

#: shows what a button leads to; the integer is the id of the application
CaseHandler: TypeAlias = Callable[[DialogueState, Context, int], Turn]

#: a button for a ready-made text
ReadyMade: TypeAlias = PickRemark | PickGround | PickAdvice | ReplaceGrounds | ReplaceAdvice


class CaseDialogue(StoredState, Protocol):
    """The state of a conversation about one application."""

    @property
    def application_id(self) -> int: ...

    @property
    def step(self) -> str:
        """The text that the conversation waits for; empty: none."""
        ...


S = TypeVar("S", bound=CaseDialogue)


def case_text(
    cls: type[S],
    heading: Text,
    ask: Callable[[DialogueState, Context, S], Turn],
    record: Callable[[DialogueState, Context, S, str], Turn],
    filing: Filing = "save",
    *,
    keeps: bool = False,
) -> TextInput:
    """A text about one application. `record` takes the text as its last argument."""

    def ask_again(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
        dialogue = read(cls, state.data)
        shown = ask(state, ctx, dialogue) if dialogue is not None else inbox.start(state, ctx)
        return with_notice(shown, notice) if notice is not None else shown

    def file(state: DialogueState, ctx: Context, words: str) -> Turn:
        dialogue = read(cls, state.data)
        return record(state, ctx, dialogue, words) if dialogue is not None else inbox.start(state, ctx)

    def leave(state: DialogueState, ctx: Context, notice: Text) -> Turn:
        return reprompt(read(cls, state.data), state, ctx, notice)

    return TextInput(heading, ask_again, file, leave, filing, keeps=keeps)


def awaited_text(texts: Mapping[str, TextInput], dialogue: CaseDialogue | None) -> TextInput | None:
    return texts.get(dialogue.step) if dialogue is not None else None


def open_text(
    texts: Mapping[str, TextInput], name: str, dialogue: CaseDialogue, state: DialogueState, ctx: Context
) -> Turn:
    """Begins or goes on with the text of the dialogue's step. `name`: the conversation that gets it."""
    return text_input.show(texts[dialogue.step], state.at(name, **to_json(dialogue)), ctx)


def reprompt(dialogue: CaseDialogue | None, state: DialogueState, ctx: Context, notice: Text) -> Turn:
    """Shows the application."""
    if dialogue is None:
        return inbox.start(state, ctx, notice)
    return _show_nearest(state, ctx, dialogue.application_id, notice)


def show_case(application_id: int | None, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Goes back to the application. What was written of a text stays."""
    return _show_nearest(state, ctx, application_id, notice) if application_id is not None else inbox.start(state, ctx)


def ask_before_replacing(
    state: DialogueState,
    name: str,
    dialogue: CaseDialogue,
    chosen: Text,
    picked: ReadyMade,
    filed: str = "",
) -> Turn | None:
    """Asks whether a ready-made text may take the place of what somebody wrote: the text of the dialogue's step, and
    what is `filed` already. `None` where nothing is written, or where the button names just these words.
    """
    unsent = text_input.find(state, name, to_json(dialogue))
    written = [words for words in (filed, join_messages(unsent.messages) if unsent else "") if words]
    mark = fingerprint([*written])
    if not written or picked.mark == mark:
        return None
    text = paragraphs(
        Text("Ini sudah ditulis:"), *map(verbatim, written), Text("Ganti dengan “%(text)s”?", text=chosen)
    )
    keeps: Action = TextButton("show", unsent.id) if unsent else OpenCase(dialogue.application_id)
    choices = (
        Choice(code(replace(picked, mark=mark)), Text("Ya, ganti")),
        Choice(code(keeps), Text("Tidak, tetap")),
    )
    return turn(state.at(name, **to_json(dialogue)), Prompt(text, choices))


def drop_text(state: DialogueState, name: str, dialogue: CaseDialogue) -> DialogueState:
    """Forgets what was written for the dialogue's step."""
    return text_input.drop(state, text_input.find(state, name, to_json(dialogue)))


def ask_for_text(state: DialogueState, name: str, dialogue: CaseDialogue, text: Text, *choices: Choice) -> Turn:
    """Asks for the text of the dialogue's step. `name`: the conversation that gets the answer."""
    prompt = Prompt(text, (*choices, cancel(dialogue.application_id)), expects="text")
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


def show_refusal_of(state: DialogueState, ctx: Context, application_id: int, act: Callable[[], Turn]) -> Turn:
    """Runs `act`. Shows a refusal on the nearest screen that this person may open: the application, the inbox, or the
    menu. An officer without a name gives it first: what is done here stands in the history. A director is asked with
    the letter.
    """
    if officers.needs_name(ctx) and officers.role(ctx) != "director":
        return inbox.start(state, ctx)
    try:
        return act()
    except ActionRefused as refused:
        return _show_nearest(state, ctx, application_id, refused.text)


def _show_nearest(state: DialogueState, ctx: Context, application_id: int, notice: Text | None) -> Turn:
    if access.can_open(ctx, application_id):
        return case_screen.show(state, ctx, application_id, notice)
    if officers.role(ctx) == "applicant":
        return menu.show(state, ctx, notice)
    return inbox.start(state, ctx, notice)
