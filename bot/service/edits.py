"""What a message had been before it was edited."""

from __future__ import annotations

from bot.service.desk import Desk
from storage import drafts, messages


def answer_given(desk: Desk) -> tuple[int, str] | None:
    """(draft, question) of the actor's answer that this message gave and that nothing has changed since."""
    for draft in drafts.changeable(desk.session, desk.actor.id) if desk.message else ():
        for question, message in draft.said.items():
            if message == desk.message:
                return draft.id, question
    return None


def was_an_answer(desk: Desk, order: int | None) -> bool:
    """Whether the message with this number of the platform answered something that we had asked."""
    if order is None:
        return False
    heard = messages.heard(desk.session, desk.house.keys, desk.address.id, order)
    return isinstance(heard, dict) and bool(heard.get("asked"))
