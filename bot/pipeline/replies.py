"""Queues the replies to a message. The first one is claimed at once where this process sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat import Prompt, prompt_to_json
from bot.service.context import Context
from storage import outbox, sending
from storage.dialogues import OpenDialogue
from storage.sending import AddressRateLimit

#: channels whose messages this process sends → the rate limit of each address there
Lanes = Mapping[str, AddressRateLimit | None]
NO_LANES: Lanes = {}


class Replies:
    """The replies of one message."""

    def __init__(self, ctx: Context, dialogue: OpenDialogue, lanes: Lanes, written_at: datetime) -> None:
        """`written_at`: when the person wrote, which decides whether a platform takes a reply."""
        self._ctx = ctx
        self._queue = dialogue.queue
        self._newest = dialogue.asked_message_id
        self._lanes = lanes
        sender = dialogue.sender
        last = max(written_at, sender.last_incoming_at or written_at)
        self._recipient = replace(sender, locale=ctx.locale, last_incoming_at=last)  # it may have changed the language
        self.rate_used_until = dialogue.sender.rate_used_until  #: of the address, after the claim

    def queue(self, prompts: Sequence[Prompt], tapped_message_id: str) -> int | None:
        """Returns the id of the newest message to this person, which asks the open question.

        `tapped_message_id`: of the message with the pressed button, which the first prompt may replace.
        """
        for position, prompt in enumerate(prompts):
            edits = tapped_message_id if prompt.edits_message and position == 0 else ""
            if position == 0 and prompt.reason == "reply" and self._may_claim():
                self._newest = self._claim(prompt, edits, is_last=len(prompts) == 1)
            else:
                self._newest = self._add(prompt, edits)
        return self._newest

    def _may_claim(self) -> bool:
        """Whether this process may send the reply now: nothing goes before it, and the rate limit is not used up."""
        channel, now = self._recipient.channel, self._ctx.now
        if channel not in self._lanes or not self._queue.is_free:
            return False
        limit = self._lanes[channel]
        if limit is None:
            return True
        used_until = limit.used_after(self.rate_used_until, now)
        if used_until is not None:
            self.rate_used_until = used_until
        return used_until is not None

    def _claim(self, prompt: Prompt, edits_message_id: str, *, is_last: bool) -> int:
        ctx = self._ctx
        is_alone = self._queue.is_empty and self._recipient.id not in outbox.queued_addresses(ctx.session)
        return sending.add_claimed(
            ctx.session,
            ctx.app.keys,
            self._recipient,
            prompt_to_json(prompt),
            ctx.now,
            edits_message_id=edits_message_id,
            application_id=prompt.application_id,
            is_last=is_last and is_alone,
            prompt=prompt,
        ).message_id

    def _add(self, prompt: Prompt, edits_message_id: str) -> int:
        return outbox.add(
            self._ctx.session,
            self._ctx.app.keys,
            self._recipient,
            prompt_to_json(prompt),
            self._ctx.now,
            reason=prompt.reason,
            bulk=prompt.reason != "reply",
            edits_message_id=edits_message_id,
            application_id=prompt.application_id,
        )
