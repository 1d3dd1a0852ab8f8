"""The use case that everything hangs on: one message, one transaction.

A message is accepted, handled and answered in one transaction, or not at all. The answers leave from the outbox after
the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import locales
from bot.chat import (
    CHANGES,
    Choice,
    DialogueState,
    Incoming,
    Prompt,
    Turn,
    choices_from_json,
    choices_to_json,
    prompt_from_json,
    prompt_to_json,
    unsent_from_json,
    unsent_to_json,
)
from bot.conversations import router, staff_session
from bot.conversations.form.session import NAME as FORM
from bot.pipeline import match_choice, quotes, seen
from bot.pipeline.replies import NO_LANES, Lanes, Replies
from bot.service import failures
from bot.service.context import AppContext, Context
from domain.text import Json, Text, clean, joined, verbatim
from storage import dialogues, inbox, messages, outbox, people, sending
from storage.dialogues import OpenDialogue
from storage.outbox import RecentNotice
from storage.tables import Address, Dialogue
from storage.unit import Session

_TOLD = Text("Maaf, ada gangguan di pihak kami. Pesan Anda tersimpan dan petugas sudah diberi tahu.")
_KEPT = Text("Maaf, ada gangguan di pihak kami. Pesan Anda tersimpan dan akan kami tangani.")
_FLOOD = Text(
    "Terlalu banyak pesan dalam waktu singkat, jadi pesan yang terakhir belum kami baca. "
    "Silakan tunggu sebentar, lalu kirim lagi. Isian Anda tetap tersimpan."
)


class ReplyOnItsWay(Exception):
    """Another process is sending our last reply: soon it is known whether the person has seen it."""


def handle(
    session: Session,
    incoming: Incoming,
    app: AppContext,
    now: datetime,
    *,
    kept: Sequence[str] = (),
    lanes: Lanes = NO_LANES,
    waits: bool = False,
) -> None:
    """Handles one message in one transaction. A message that was handled before has no effect.

    `kept`: the ids under which the inbox holds the message as pending or failed; an album has several. `lanes`: the
    channels whose messages this process sends; the reply there is claimed together with its queueing. `waits`: the
    caller tries again after `ReplyOnItsWay`.
    """
    inbox_states = {inbox.finish(session, incoming.channel, id) for id in kept}
    if inbox_states == {None}:
        return
    if not kept and not inbox.accept(session, incoming.channel, incoming.id, incoming.address, now):
        return
    dialogue, answers_template = _open(session, incoming, now)
    if waits and seen.depends_on_reply(incoming, dialogue) and sending.is_in_flight(session, dialogue.sender.id, now):
        raise ReplyOnItsWay
    if answers_template and incoming.kind == "text":
        incoming = replace(incoming, answers_template=True)
    sender = dialogue.sender
    state = state_of(dialogue)
    incoming = seen.with_seen(session, _cleaned(incoming), dialogue)
    message_key = f"{sender.id}/{incoming.key}" if incoming.key else ""
    ctx = Context(session, now, sender, app, message_key=message_key, source=incoming.source)
    if "failed" not in inbox_states:  # the history has the failed messages already
        messages.record_first(session, app.keys, sender, _history_body(incoming, state), now, incoming.id)
    incoming = quotes.with_quoted(incoming, dialogue, ctx)
    turn = staff_session.on_message(_as_tap(incoming, state, dialogue, ctx), state, ctx)
    written_at = (sender.last_incoming_at if incoming.kind in CHANGES else None) or _sent_at(incoming, now)
    replies = Replies(ctx, dialogue, lanes, written_at)
    last_message_id = replies.queue(turn.prompts, seen.tapped_message(incoming, dialogue))
    messages.write_kept(session)
    save_turn(turn, last_message_id, state, dialogue, ctx)
    people.touch(session, sender, written_at, replies.rate_used_until)


def keep_failed(
    session: Session,
    incoming: Incoming,
    payload: bytes,
    error: str,
    app: AppContext,
    now: datetime,
    kept: Sequence[str] = (),
) -> None:
    """Keeps a message whose handling failed, and tells the person. Runs in a transaction of its own.

    `kept`: the ids under which the inbox holds the message as pending. `payload` holds all parts of an album; from now
    on only its first row does.
    """
    if not inbox.keep(session, incoming.channel, incoming.id, incoming.address, now, "failed", payload, error):
        return
    for id in kept:
        if id != incoming.id:
            inbox.finish(session, incoming.channel, id)
    address = _record_contact(session, incoming, now)
    body = prompt_to_json(Prompt(_history_text(incoming, DialogueState())))
    messages.record_first(session, app.keys, address, body, now, incoming.id)
    sorry = _TOLD if failures.tell_failed_messages(session, app.keys, now) else _KEPT
    _reply(session, app, address, sorry, now)


def tell_flood(session: Session, incoming: Incoming, app: AppContext, now: datetime) -> None:
    """Tells the sender of too many messages that some of them were not taken."""
    address = _record_contact(session, incoming, now)
    _reply(session, app, address, _FLOOD, now)


def _reply(session: Session, app: AppContext, address: Address, text: Text, now: datetime) -> None:
    outbox.add(session, app.keys, address, prompt_to_json(Prompt(text)), now, reason="reply", bulk=False)


def state_of(dialogue: OpenDialogue | Dialogue) -> DialogueState:
    """Raises `ValueError` for a document that does not parse: it is never replaced by an empty one."""
    return DialogueState(
        dialogue.conversation,
        dialogue.data,
        dialogue.asked,
        choices_from_json(dialogue.choices),
        unsent_from_json(dialogue.unsent),
    )


def _open(session: Session, incoming: Incoming, now: datetime) -> tuple[OpenDialogue, bool]:
    """The dialogue with the sender, locked; made with the first message. And whether a template had asked them to
    write: who writes gets what waited for it.
    """
    dialogue = dialogues.load(session, incoming.channel, incoming.address, now)
    if dialogue is not None and not _is_new_contact(incoming, dialogue):
        releases = dialogue.queue.has_held and incoming.kind not in CHANGES
        return dialogue, releases and outbox.release_held(session, dialogue.sender, now)
    address = _contact(session, incoming, now)
    last, answers_template = address.last_incoming_at, _hear(session, address, incoming, now)
    dialogues.create(session, address.id, now)
    # by its own identifier: the message may name the sender by another one, such as the number alone
    dialogue = dialogues.load(session, address.channel, address.external_id, now)
    assert dialogue is not None
    # as it was before the message, which a conversation of the staff that locks goes by
    return replace(dialogue, sender=replace(dialogue.sender, last_incoming_at=last)), answers_template


def _is_new_contact(incoming: Incoming, dialogue: OpenDialogue) -> bool:
    """Whether more changes than the time of the newest message: the platform names the sender in another way too, or
    they had blocked us.
    """
    alternate, known = incoming.alternate_address, dialogue.sender
    return bool(alternate and known.alternate_address != alternate) or known.blocked_at is not None


def _record_contact(session: Session, incoming: Incoming, now: datetime) -> Address:
    """The sender's address, after they wrote."""
    address = _contact(session, incoming, now)
    _hear(session, address, incoming, now)
    return address


def _contact(session: Session, incoming: Incoming, now: datetime) -> Address:
    """The sender's address. A person who writes does not block us."""
    locale = locales.closest(incoming.language) or locales.SOURCE
    address = people.get_or_create_address(
        session, incoming.channel, incoming.address, locale, now, incoming.alternate_address
    )
    address.blocked_at = None
    return address


def _hear(session: Session, address: Address, incoming: Incoming, now: datetime) -> bool:
    """Who writes gets what waited for their message. Returns whether a template had asked them to write."""
    if incoming.kind in CHANGES:
        return False
    sent_at = _sent_at(incoming, now)
    address.last_incoming_at = max(sent_at, address.last_incoming_at or sent_at)
    return outbox.release_held(session, address, now)


def _sent_at(incoming: Incoming, now: datetime) -> datetime:
    """A platform whose clock is ahead keeps no conversation open longer."""
    return min(incoming.at, now)


def _cleaned(incoming: Incoming) -> Incoming:
    """Removes what no channel could send in a message that repeats it."""
    given = (incoming.text, incoming.tap, incoming.contact)
    text, tap, contact = cleaned = tuple(map(clean, given))
    return incoming if cleaned == given else replace(incoming, text=text, tap=tap, contact=contact)


def _as_tap(incoming: Incoming, state: DialogueState, dialogue: OpenDialogue, ctx: Context) -> Incoming:
    """Turns typed words into a tap when they name a choice of the last reply, or a label in a notice after it."""
    if incoming.kind != "text" or not incoming.saw_last_message or incoming.quoted is not None:
        return incoming
    locale = ctx.locale
    notices = _newer_notices(dialogue, ctx)
    choice = None
    if notices and state.conversation != FORM and seen.had_seen_notice(incoming, notices[0]):
        choice = match_choice.by_number_in_label(incoming.text, _offered(notices[:1]), locale)
    if choice is None:
        choice = match_choice.match_choice(incoming.text, state.choices, locale, agrees=state.conversation != FORM)
    if choice is not None and choice.nav and router.asks_about_word(incoming.text, state):
        return incoming
    if choice is None:
        choice = match_choice.by_label(incoming.text, _offered(notices), locale)
    return incoming if choice is None else replace(incoming, kind="tap", tap=choice.typed or choice.value)


def _newer_notices(dialogue: OpenDialogue, ctx: Context) -> list[RecentNotice]:
    """The notices after the last reply, newest first."""
    if not dialogue.queue.has_newer_notice and dialogue.asked_message_id is not None:
        return []
    return outbox.recent_notices(ctx.session, ctx.app.keys, ctx.sender.id, dialogue.asked_message_id or 0)


def _offered(notices: Sequence[RecentNotice]) -> list[Choice]:
    return [choice for notice in notices for choice in prompt_from_json(notice.body).choices if not choice.nav]


def save_turn(turn: Turn, newest_id: int | None, before: DialogueState, dialogue: OpenDialogue, ctx: Context) -> None:
    """Stores where the conversation stands now. `newest_id`: of the message that asks the open question."""
    asks_anew = bool(turn.prompts) and not _asks_the_same(turn.state, before)
    columns: dict[str, Json] = {
        "conversation": turn.state.conversation,
        "data": dict(turn.state.data),
        "asked": turn.state.asked,
        "choices": choices_to_json(turn.state.choices),
        "asked_message_id": newest_id,
        "first_asked_message_id": newest_id if asks_anew else dialogue.first_asked_message_id,
        "takes_file": turn.prompts[-1].takes_file if turn.prompts else dialogue.takes_file,
    }
    if turn.state.unsent != before.unsent:
        columns["unsent"] = unsent_to_json(turn.state.unsent)
    dialogues.save(ctx.session, ctx.sender.id, ctx.now, columns)


def _asks_the_same(now: DialogueState, before: DialogueState) -> bool:
    """Whether the same question is still open: after a bad answer, a help text, or a part of the answer."""
    question = (now.conversation, now.data.get("draft"), now.asked)
    return now.asked is not None and question == (before.conversation, before.data.get("draft"), before.asked)


def _history_body(incoming: Incoming, state: DialogueState) -> Json:
    """What the history stores of a message. `order` and `asked` are needed when the person edits it later."""
    body, asked = prompt_to_json(Prompt(_history_text(incoming, state))), state.asked
    if not isinstance(body, dict) or not incoming.key or incoming.kind in CHANGES:
        return body
    words = {"words": incoming.text} if incoming.files else {}
    return {**body, "order": incoming.key, **words, **({"asked": asked} if asked else {})}


def _history_text(incoming: Incoming, state: DialogueState) -> Text:
    """What the history shows of a message: its words, the label of its button, the names of its files."""
    if incoming.kind == "tap":
        label = next((choice.label for choice in state.choices if incoming.tap in (choice.value, choice.typed)), None)
        return label or (verbatim(incoming.text) if incoming.text else Text("(tombol dari pesan sebelumnya)"))
    if incoming.kind == "revoke":
        return Text("(pesan dihapus)")
    if incoming.files:
        names = (verbatim(file.name) for file in incoming.files)
        return joined("\n", *names, verbatim(incoming.text) if incoming.text else None)
    return verbatim(incoming.text)
