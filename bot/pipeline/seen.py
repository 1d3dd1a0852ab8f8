"""What was on the person's screen when they sent a message."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Incoming
from storage import outbox
from storage.dialogues import OpenDialogue
from storage.outbox import RecentNotice
from storage.unit import Session


def with_seen(session: Session, incoming: Incoming, dialogue: OpenDialogue) -> Incoming:
    """Sets `saw_last_message` and `saw_question`. A text that answers a template is about none of our messages."""
    if incoming.answers_template:
        return replace(incoming, saw_last_message=False, saw_question=False)
    saw_last = _had_seen(incoming, dialogue, dialogue.asked_message_id)
    first_id = dialogue.first_asked_message_id
    saw_question = saw_last or _had_seen(incoming, dialogue, first_id) or _may_have_seen(session, incoming, first_id)
    if (saw_last, saw_question) == (incoming.saw_last_message, incoming.saw_question):
        return incoming
    return replace(incoming, saw_last_message=saw_last, saw_question=saw_question)


def depends_on_reply(incoming: Incoming, dialogue: OpenDialogue) -> bool:
    """Whether it is not known yet that our newest message has left, and this one may answer it."""
    newest_id = dialogue.asked_message_id
    if incoming.kind == "tap" or dialogue.queue.is_empty or newest_id is None:
        return False
    is_of_platform = incoming.sequence is not None or incoming.shown_by is not None
    return is_of_platform and dialogue.when_sent(newest_id) is None


def _may_have_seen(session: Session, incoming: Incoming, message_id: int | None) -> bool:
    """Whether a file may answer our message: we tried to send that, and do not know whether it arrived. A text is held
    and offered then; a file would have to be sent again.
    """
    if not incoming.files or incoming.last_seen_id is not None or message_id is None:
        return False
    return outbox.is_uncertain(session, message_id)


def had_seen_notice(incoming: Incoming, notice: RecentNotice) -> bool:
    """Whether the notice was on the screen when the message was sent."""
    if incoming.last_seen_id is not None:
        return incoming.last_seen_id >= notice.message_id
    return notice.sent_at is not None and notice.sent_at <= incoming.at


def tapped_message(incoming: Incoming, dialogue: OpenDialogue) -> str:
    """The platform's id of the message with the pressed button; empty when it is not our newest message."""
    newest_id = dialogue.asked_message_id
    if not incoming.tapped_message_id or newest_id is None:
        return ""
    sent = dialogue.when_sent(newest_id)
    return incoming.tapped_message_id if sent and incoming.tapped_message_id in sent.remote_ids else ""


def _had_seen(incoming: Incoming, dialogue: OpenDialogue, message_id: int | None) -> bool:
    """Whether our message was on the screen when this one was sent.

    A page says so itself; else the platform's numbers of the messages tell it, else its clock.
    """
    if message_id is None:
        return True
    if incoming.last_seen_id is not None:
        return incoming.last_seen_id >= message_id
    if incoming.kind == "tap" or (incoming.sequence is None and incoming.shown_by is None):
        return True
    sent = dialogue.when_sent(message_id)
    if sent is None or sent.sent_at is None:
        return False
    if incoming.sequence is not None and sent.remote_ids:
        return all(int(remote) < incoming.sequence for remote in sent.remote_ids)
    return incoming.shown_by is None or sent.sent_at <= incoming.shown_by
