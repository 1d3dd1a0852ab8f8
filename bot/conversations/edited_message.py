"""Replies to a message that its sender edited or deleted after we had received it."""

from __future__ import annotations

from bot.chat import DialogueState, Incoming, Turn
from bot.conversations.form.edit_answer import edit_answer, is_unchanged
from bot.conversations.form.premature import drop_held
from bot.conversations.form.session import NAME as FORM
from bot.conversations.form.session import FormSession, session_of_draft
from bot.service import edits
from bot.service.context import Context
from domain.form import answers
from domain.text import Text

_IN_FORM = Text(
    "Perubahan pesan itu tidak mengubah isian Anda. Untuk mengubah jawaban, tulis nomor butirnya, misalnya 4.6."
)
_ELSEWHERE = Text("Perubahan pesan itu tidak kami baca. Bila perlu, silakan kirim pesan baru.")


def reply_to_edit(incoming: Incoming, state: DialogueState, ctx: Context, *, is_command: bool) -> Text | None:
    """Changes the answer that the message gave, where that is still possible. Returns what to say; `None` when nothing
    changed, and when the message was neither an answer nor a command.
    """
    given = edits.find_answer(ctx)
    if given is not None and not is_command:
        draft_id, name = given
        session = session_of_draft(draft_id, state, ctx)
        if session and is_unchanged(session, name, incoming.text):
            return None
        is_current = session is not None and session.draft.source_messages.get(name) == ctx.message_key
        done = edit_answer(session, name, incoming.text) if session and is_current else None
        if done is not None:
            return done
    if edits.original_words(ctx) == incoming.text:
        return None
    if given is not None or (state.conversation == FORM and edits.was_answer(ctx)):
        return _IN_FORM
    return _ELSEWHERE if incoming.text.startswith("/") or edits.was_answer(ctx) else None


def reply_to_revoke(state: DialogueState, ctx: Context) -> Text | None:
    """The answer that a deleted message gave stays. `None` when the message is no answer any more."""
    draft_id, name = edits.find_answer(ctx) or (0, "")
    session = session_of_draft(draft_id, state, ctx) if draft_id else None
    question = session.on_path(name) if session else None
    if session is None or question is None:
        return None
    return Text(
        "Anda menghapus pesan yang menjawab %(code)s. Jawabannya tetap: %(answer)s. Untuk mengubahnya, tulis %(code)s.",
        code=question.code,
        answer=answers.brief(question, session.value(question)),
    )


def drop_revoked(session: FormSession, ctx: Context) -> Turn | None:
    """Forgets a held message that its sender deleted. `None` when it is not held."""
    words, question = edits.original_words(ctx), session.question
    if question is None or words is None or words not in session.state.held:
        return None
    return drop_held(session, question, words)
