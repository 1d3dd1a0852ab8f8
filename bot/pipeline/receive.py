"""The use case of the whole bot: one message, one transaction.

Accepted, handled and answered together or not at all; what leaves, leaves from the outbox after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

import locales
from bot.chat import (
    DialogueState,
    Incoming,
    Prompt,
    choices_from_json,
    choices_to_json,
    prompt_from_json,
    prompt_to_json,
)
from bot.conversations import router
from bot.conversations.form.session import NAME as FORM
from bot.pipeline import match_choice
from bot.service.context import AppContext, Context
from domain.text import Json, Text, joined, verbatim
from storage import dialogues, inbox, messages, outbox, people
from storage.tables import Address, Dialogue


def handle(session: Session, incoming: Incoming, app: AppContext, now: datetime, *, kept: Sequence[str] = ()) -> None:
    """One message in one transaction; one that had its effect before has none. `kept`: the ids under which the inbox
    holds it as pending or failed; an album has several.
    """
    was = {inbox.finish(session, incoming.channel, id) for id in kept}
    if was == {None}:
        return
    if not kept and not inbox.accept(session, incoming.channel, incoming.id, incoming.address, now):
        return
    address = _heard(session, incoming, now)
    dialogue = dialogues.load(session, address.id, now)
    state = state_of(dialogue)
    fresh = _had_seen(session, incoming, dialogue.asked_message)
    aware = fresh or _had_seen(session, incoming, dialogue.first_asked)
    incoming = replace(_whole(incoming), saw_last_message=fresh, saw_question=aware)
    mark = f"{address.id}/{incoming.sequence}" if incoming.sequence is not None else ""
    ctx = Context(session, now, people.get(session, address.person_id), address, app, message=mark)
    if "failed" not in was:
        messages.record(session, app.keys, address, "in", _history(incoming, state), now, incoming.id)
    turn = router.on_message(_as_tap(session, incoming, state, dialogue, ctx), state, ctx)
    asked_message, first_asked = dialogue.asked_message, dialogue.first_asked
    tapped = _tapped_newest(session, incoming, asked_message)
    for number, prompt in enumerate(turn.prompts):
        asked_message = outbox.add(
            session,
            app.keys,
            address,
            prompt_to_json(prompt),
            now,
            reason=prompt.reason,
            bulk=prompt.reason != "reply",
            edits_message_id=tapped if prompt.edits_message and number == 0 else "",
        ).id
    if turn.prompts and not _asks_the_same(turn.state, state):
        first_asked = asked_message
    takes_file = turn.prompts[-1].takes_file if turn.prompts else dialogue.takes_file
    marks: dict[str, Json] = {"asked_message": asked_message, "first_asked": first_asked, "takes_file": takes_file}
    dialogues.save(session, dialogue, now, _columns(turn.state) | marks)


def keep_failed(
    session: Session,
    incoming: Incoming,
    payload: bytes,
    error: str,
    app: AppContext,
    now: datetime,
    kept: Sequence[str] = (),
) -> None:
    """The second, small transaction after a failure: nothing that the person sent is lost, and they are told. The
    parts of an album lie in the payload of the first from now on.
    """
    if not inbox.keep(session, incoming.channel, incoming.id, incoming.address, now, "failed", payload, error):
        return
    for id in kept:
        if id != incoming.id:
            inbox.finish(session, incoming.channel, id)
    address = _heard(session, incoming, now)
    sorry = Prompt(Text("Maaf, ada gangguan di pihak kami. Pesan Anda tersimpan dan petugas sudah diberi tahu."))
    messages.record(
        session, app.keys, address, "in", prompt_to_json(Prompt(_said(incoming, DialogueState()))), now, incoming.id
    )
    outbox.add(session, app.keys, address, prompt_to_json(sorry), now, reason="reply", bulk=False)


def _heard(session: Session, incoming: Incoming, now: datetime) -> Address:
    """Who writes can be written to: what waited for that leaves, and a block is over."""
    locale = locales.closest(incoming.language) or locales.SOURCE
    address = people.reach(session, incoming.channel, incoming.address, locale, now, incoming.alternate_address)
    address.heard_at, address.blocked_at = max(incoming.at, address.heard_at or incoming.at), None
    outbox.release_held(session, address, now)
    return address


def state_of(dialogue: Dialogue) -> DialogueState:
    """Raises `ValueError` for a document that does not parse: it is never blanked."""
    return DialogueState(
        dialogue.conversation, dialogue.data, dialogue.asked, choices_from_json(dialogue.choices), dialogue.revision
    )


def _columns(state: DialogueState) -> dict[str, Json]:
    return {
        "conversation": state.conversation,
        "data": dict(state.data),
        "asked": state.asked,
        "choices": choices_to_json(state.choices),
    }


def _had_seen(session: Session, incoming: Incoming, message: int | None) -> bool:
    """Whether the message was on the screen when this was sent: by the page's word, by the platform's numbers, or by
    its clock.
    """
    if message is None:
        return True
    if incoming.last_seen_id is not None:
        return incoming.last_seen_id >= message
    if incoming.kind == "tap" or (incoming.sequence is None and incoming.shown_by is None):
        return True
    shown = outbox.shown(session, message)
    if shown is None:
        return False
    remote_ids, sent_at = shown
    if incoming.sequence is not None and remote_ids:
        return all(int(remote) < incoming.sequence for remote in remote_ids)
    return incoming.shown_by is None or sent_at <= incoming.shown_by


def _tapped_newest(session: Session, incoming: Incoming, newest: int | None) -> str:
    """The platform's id of the message with the pressed button, if nothing came after it."""
    if not incoming.tapped_message_id or newest is None:
        return ""
    shown = outbox.shown(session, newest)
    return incoming.tapped_message_id if shown and incoming.tapped_message_id in shown[0] else ""


def _asks_the_same(now: DialogueState, before: DialogueState) -> bool:
    """Whether the same question is open, asked again after a bad answer, a word of help or a part of the answer."""
    what_is_open = (now.conversation, now.data.get("draft"), now.asked)
    return now.asked is not None and what_is_open == (before.conversation, before.data.get("draft"), before.asked)


def _whole(incoming: Incoming) -> Incoming:
    """Without halves of characters (lone surrogates): no channel could send a message that repeats them."""
    text, tap, contact = (
        words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for words in (incoming.text, incoming.tap, incoming.contact)
    )
    return replace(incoming, text=text, tap=tap, contact=contact)


def _as_tap(session: Session, incoming: Incoming, state: DialogueState, dialogue: Dialogue, ctx: Context) -> Incoming:
    """Typed words do what the buttons do: those of the last answer, and, by their labels, those of the notices that
    came after it.
    """
    if incoming.kind != "text" or not incoming.saw_last_message:
        return incoming
    locale = ctx.address.locale
    choice = match_choice.match_choice(incoming.text, state.choices, locale, agrees=state.conversation != FORM)
    if choice is None:
        told = outbox.notices(session, ctx.app.keys, ctx.address.id, dialogue.asked_message or 0)
        offered = [choice for body in told for choice in prompt_from_json(body).choices]
        choice = match_choice.by_label(incoming.text, [choice for choice in offered if not choice.nav], locale)
    return incoming if choice is None else replace(incoming, kind="tap", tap=choice.typed or choice.value)


def _history(incoming: Incoming, state: DialogueState) -> Json:
    """What is kept of a message that came in: with its number and what it answered, for it may be edited later."""
    said, asked = prompt_to_json(Prompt(_said(incoming, state))), state.asked
    if not isinstance(said, dict) or incoming.sequence is None or incoming.kind == "edit":
        return said
    return {**said, "order": incoming.sequence, **({"asked": asked} if asked else {})}


def _said(incoming: Incoming, state: DialogueState) -> Text:
    """What the history shows of a message that came in."""
    if incoming.kind == "tap":
        label = next((choice.label for choice in state.choices if incoming.tap in (choice.value, choice.typed)), None)
        return label or (verbatim(incoming.text) if incoming.text else Text("(tombol dari pesan sebelumnya)"))
    if incoming.files:
        return joined(
            "\n", *(verbatim(file.name) for file in incoming.files), verbatim(incoming.text) if incoming.text else None
        )
    return verbatim(incoming.text)
