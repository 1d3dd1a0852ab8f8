"""A message was edited after it had been sent: what that means, and what to say about it."""

from __future__ import annotations

from bot.chat import DialogueState, Incoming
from bot.conversations import form
from bot.service import edits
from bot.service.context import Context
from domain.text import Text

_IN_FORM = Text(
    "Perubahan pesan itu tidak mengubah isian Anda. Untuk mengubah jawaban, tulis nomor butirnya, misalnya 4.6."
)
_ELSEWHERE = Text("Perubahan pesan itu tidak kami baca. Bila perlu, silakan kirim pesan baru.")


def notice(incoming: Incoming, state: DialogueState, ctx: Context, *, is_command: bool) -> Text | None:
    """What the person is told; `None` when the message was nothing to us, such as a greeting."""
    given = edits.answer_given(ctx)
    if given is not None and not is_command:
        draft_id, name = given
        place = form.places.of_draft(draft_id, state, ctx)
        still_stands = place is not None and place.draft.said.get(name) == ctx.message
        done = form.amend(place, name, incoming.text) if place and still_stands else None
        if done is not None:
            return done
    if given is not None or (state.conversation == form.NAME and edits.was_an_answer(ctx, incoming.sequence)):
        return _IN_FORM
    said_something = incoming.text.startswith("/") or edits.was_an_answer(ctx, incoming.sequence)
    return _ELSEWHERE if said_something else None
