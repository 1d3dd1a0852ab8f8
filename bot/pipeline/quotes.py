"""What a message is about that quotes another one."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Incoming, QuotedQuestion, prompt_from_json
from bot.conversations.form.references import find_asked
from bot.pipeline import match_choice
from bot.service import edits
from bot.service.context import Context
from storage import outbox
from storage.dialogues import OpenDialogue


def with_quoted(incoming: Incoming, dialogue: OpenDialogue, ctx: Context) -> Incoming:
    """Sets `quoted`. Who quotes our last message has seen it, and answers it as without the quote. Words that name a
    choice of another message of ours, which is no question of a form, press it.
    """
    quoted_id = incoming.quoted_message_id
    if not quoted_id or incoming.kind not in {"text", "file"} or incoming.answers_template:
        return incoming
    ours = outbox.find_shown(ctx.session, ctx.app.keys, ctx.sender.id, quoted_id)
    if ours is None:
        answered = edits.find_answer(replace(ctx, message_key=f"{ctx.sender.id}/{quoted_id}"))
        return replace(incoming, quoted=QuotedQuestion(*answered or ()))
    if ours.message_id in {dialogue.asked_message_id, dialogue.first_asked_message_id}:
        return replace(incoming, saw_last_message=True, saw_question=True)
    prompt = prompt_from_json(ours.body)
    question = find_asked(prompt)
    if question is None and (choice := match_choice.match_choice(incoming.text, prompt.choices, ctx.locale)):
        return replace(incoming, kind="tap", tap=choice.typed or choice.value)
    return replace(incoming, quoted=question or QuotedQuestion())
