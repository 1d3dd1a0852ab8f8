"""Replies to a message that its sender edited after we had received it."""

from __future__ import annotations

from bot.chat import DialogueState, Incoming
from bot.conversations.form.edit_answer import edit_answer
from bot.conversations.form.session import NAME as FORM
from bot.conversations.form.session import session_of_draft
from bot.service import edits
from bot.service.context import Context
from domain.text import Text

_IN_FORM = Text(
    "Perubahan pesan itu tidak mengubah isian Anda. Untuk mengubah jawaban, tulis nomor butirnya, misalnya 4.6."
)
_ELSEWHERE = Text("Perubahan pesan itu tidak kami baca. Bila perlu, silakan kirim pesan baru.")


def reply_to_edit(incoming: Incoming, state: DialogueState, ctx: Context, *, is_command: bool) -> Text | None:
    """Changes the answer that the message gave, where that is still possible. Returns what to say; `None` when the
    message was neither an answer nor a command.
    """
    given = edits.find_answer(ctx)
    if given is not None and not is_command:
        draft_id, name = given
        session = session_of_draft(draft_id, state, ctx)
        is_current = session is not None and session.draft.source_messages.get(name) == ctx.message_key
        done = edit_answer(session, name, incoming.text) if session and is_current else None
        if done is not None:
            return done
    if given is not None or (state.conversation == FORM and edits.was_answer(ctx, incoming.sequence)):
        return _IN_FORM
    concerns_us = incoming.text.startswith("/") or edits.was_answer(ctx, incoming.sequence)
    return _ELSEWHERE if concerns_us else None
