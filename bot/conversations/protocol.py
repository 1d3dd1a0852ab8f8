"""What the router asks of a conversation. A conversation is a module that has these names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from bot.actions import Action
from bot.chat import DialogueState, Incoming, Turn
from bot.service.context import Context
from domain.text import Text

#: carries a command out; the last argument is what was written behind the command, "" where nothing was
CommandHandler: TypeAlias = Callable[[DialogueState, Context, str], Turn]
#: by the names in `bot.commands`
CommandHandlers: TypeAlias = Mapping[str, CommandHandler]


class Conversation(Protocol):
    NAME: str

    def on_message(self, incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
        """Handles a message while this conversation is open."""
        ...

    def on_button(self, action: Action, state: DialogueState, ctx: Context) -> Turn:
        """Handles one of its buttons, however old the button is and whatever is open."""
        ...

    def reprompt(self, state: DialogueState, ctx: Context, notice: Text) -> Turn:
        """Shows again what it waits for, under a notice."""
        ...


@runtime_checkable
class HasCommands(Protocol):
    """A conversation that carries out commands."""

    COMMANDS: CommandHandlers


@runtime_checkable
class GoesBack(Protocol):
    """A conversation of several steps."""

    def go_back(self, state: DialogueState, ctx: Context) -> Turn:
        """Shows the step or the screen before the open one."""
        ...


def without_argument(handler: Callable[[DialogueState, Context], Turn]) -> CommandHandler:
    """For a command that takes no argument."""
    return lambda state, ctx, _: handler(state, ctx)
