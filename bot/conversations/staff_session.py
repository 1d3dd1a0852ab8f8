"""Handles one message, and keeps the conversations of the staff: after some hours without a message a conversation is
locked, and an act that needs a code of its actor's authenticator waits for it.
"""

from __future__ import annotations

from bot.chat import DialogueState, Incoming, Turn, with_notice
from bot.conversations import router
from bot.conversations.officer import step_up as questions
from bot.conversations.officer.step_up import Reopened, Resumed, Taken
from bot.service import step_up
from bot.service.context import Context
from bot.service.step_up import StepUpRequired


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Never raises for anything that a person can send."""
    match _taken(incoming, state, ctx):
        case None:
            return _handle(incoming, state, ctx)
        case Resumed(message, before, notice):
            shown = _handle(message, before, ctx)
            return with_notice(shown, notice) if shown.prompts else shown
        case Reopened(before, notice):
            return router.reprompt(before, ctx, notice)
        case Turn() as turn:
            return turn


def _taken(incoming: Incoming, state: DialogueState, ctx: Context) -> Taken | None:
    """What the question for a code does with the message; `None`: nothing."""
    if not questions.is_locked(state) and step_up.is_idle(ctx):
        return questions.lock(incoming, state, ctx)
    return questions.take(incoming, state, ctx) if state.conversation == questions.NAME else None


def _handle(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    try:
        return router.on_message(incoming, state, ctx)
    except StepUpRequired:
        return questions.ask(incoming, state, ctx)
