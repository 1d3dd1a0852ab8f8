"""What the chat says in a form although no message came in: a page saved answers, or a letter was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import Prompt, Turn
from bot.conversations.form.ask import ask
from bot.conversations.form.session import NAME as FORM
from bot.conversations.form.session import FormSession, session_of_draft
from bot.pipeline.receive import save_turn, state_of
from bot.pipeline.replies import NO_LANES, Replies
from bot.service import notices
from bot.service.context import Context
from domain.text import paragraphs
from storage import dialogues
from storage.dialogues import OpenDialogue


def is_at_form(dialogue: OpenDialogue, draft_id: int) -> bool:
    return dialogue.conversation == FORM and dialogue.data.get("draft") == draft_id


def say_in_form(dialogue: OpenDialogue, form: FormSession, turn: Turn) -> None:
    """Queues the messages of the turn as replies, and stores where the conversation stands now."""
    newest = Replies(form.ctx, dialogue, NO_LANES, form.ctx.now).queue(turn.prompts, "")
    save_turn(turn, newest, state_of(dialogue), dialogue, form.ctx)


def send_above_question(ctx: Context, draft_id: int, question_kind: str, documents: Sequence[Prompt]) -> None:
    """Sends documents to the address of `ctx`. Where its chat still waits at a question of this kind of the draft, the
    last of them brings the question once more; elsewhere the chat stays where it is.
    """
    if not documents:
        return
    dialogue = dialogues.load(ctx.session, ctx.sender.channel, ctx.sender.external_id, ctx.now)
    form = None
    if dialogue is not None and is_at_form(dialogue, draft_id):
        form = session_of_draft(draft_id, state_of(dialogue), ctx)
    question = form.question if form is not None and not form.asked_part else None
    if dialogue is None or form is None or question is None or question.kind != question_kind:
        for document in documents:
            notices.queue(ctx, [ctx.address], document)
        return
    asked = ask(form, question)
    above = [replace(document, reason="reply") for document in documents[:-1]]
    say_in_form(dialogue, form, replace(asked, prompts=(*above, *_with_document(asked.prompts, documents[-1]))))


def _with_document(prompts: Sequence[Prompt], document: Prompt) -> Sequence[Prompt]:
    """The question in the message that brings the document: one message less than a chat takes in a second."""
    *before, last = prompts
    text = paragraphs(document.text, last.text)
    return (*before, replace(last, text=text, attachment=document.attachment))
