"""What a message was before the person edited it."""

from __future__ import annotations

from bot.service.context import Context
from storage import drafts, messages


def find_answer(ctx: Context) -> tuple[int, str] | None:
    """(draft id, question id) of the answer that the edited message gave, if nothing has changed this answer since."""
    for draft in drafts.unfinished(ctx.session, ctx.actor.id) if ctx.message_key else ():
        for question_id, message_key in draft.source_messages.items():
            if message_key == ctx.message_key:
                return draft.id, question_id
    return None


def was_answer(ctx: Context, sequence: int | None) -> bool:
    """Whether the message answered a question of ours. `sequence`: the platform's number of the message."""
    if sequence is None:
        return False
    received = messages.find_received(ctx.session, ctx.app.keys, ctx.address.id, sequence)
    return isinstance(received, dict) and bool(received.get("asked"))
