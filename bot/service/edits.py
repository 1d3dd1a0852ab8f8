"""What a message had been before it was edited."""

from __future__ import annotations

from bot.service.context import Context
from storage import drafts, messages


def answer_given(ctx: Context) -> tuple[int, str] | None:
    """(draft, question) of the actor's answer that this message gave and that nothing has changed since."""
    for draft in drafts.changeable(ctx.session, ctx.actor.id) if ctx.message else ():
        for question, message in draft.source_messages.items():
            if message == ctx.message:
                return draft.id, question
    return None


def was_an_answer(ctx: Context, order: int | None) -> bool:
    """Whether the message with this number of the platform answered something that we had asked."""
    if order is None:
        return False
    heard = messages.find_received(ctx.session, ctx.app.keys, ctx.address.id, order)
    return isinstance(heard, dict) and bool(heard.get("asked"))
