"""What a message was before the person edited or deleted it."""

from __future__ import annotations

from bot.service.context import Context
from domain.text import Json, from_json
from storage import drafts, messages


def find_answer(ctx: Context) -> tuple[int, str] | None:
    """(draft id, question id) of the answer that the changed message gave, if nothing has changed this answer since."""
    for draft in drafts.unfinished(ctx.session, ctx.actor.id) if ctx.message_key else ():
        for question_id, message_key in draft.source_messages.items():
            if message_key == ctx.message_key:
                return draft.id, question_id
    return None


def was_answer(ctx: Context) -> bool:
    """Whether the message answered a question of ours."""
    received = _received(ctx)
    return isinstance(received, dict) and bool(received.get("asked"))


def original_words(ctx: Context) -> str | None:
    """What the message said when it was sent; `None` when it is too old."""
    match _received(ctx):
        case {"words": str(words)}:
            return words
        case {"text": text}:
            said = from_json(text).args.get("words")  # of `verbatim`
            return said if isinstance(said, str) else None
    return None


def _received(ctx: Context) -> Json:
    key = ctx.message_key.partition("/")[2]
    return messages.find_received(ctx.session, ctx.app.keys, ctx.address.id, key) if key else None
