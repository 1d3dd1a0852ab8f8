"""Which update does what: an aiogram router with a handler for each kind of update.

`receive.py` feeds the router itself, without a Dispatcher. A handler returns after the message is stored.
An exception of a handler reaches the caller, and Telegram delivers the update again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject, Update
from aiogram.utils.magic_filter import MagicFilter
from pydantic import ValidationError

from bot.channel import Inbound, PlatformEvents, Upload
from bot.chat import IncomingKind
from bot.handlers.telegram import updates
from bot.handlers.telegram.feedback import InteractionFeedback
from bot.handlers.telegram.updates import NAME, SERVICE_LINES, BotIdentity

log = structlog.get_logger()

router = Router(name=NAME)


def inline(rule: MagicFilter) -> Callable[[TelegramObject], Awaitable[bool]]:
    """Makes a coroutine of a magic filter. Aiogram runs every filter that is no coroutine in a thread; there, one
    message of a chat could overtake another.
    """

    async def matches(event: TelegramObject) -> bool:
        return bool(rule.resolve(event))

    return matches


IN_PRIVATE = inline(F.chat.type == ChatType.PRIVATE)


async def from_person(message: Message) -> bool:
    return message.from_user is not None and not message.from_user.is_bot


router.message.filter(from_person)
router.edited_message.filter(from_person)


# Messages: what forms need stands first -------------------------------------------------------------------------------


async def is_private_text(message: Message) -> bool:
    """One that has another message in it: `feed_update` takes the others without the router."""
    return bool(message.text) and message.chat.type == ChatType.PRIVATE


@router.message(is_private_text)
async def on_text(message: Message, incoming_id: str, inbound: Inbound) -> None:
    text = updates.normalize_command(message.text or "")
    await inbound.receive(updates.from_message(incoming_id, message, "text", text))


async def has_upload(message: Message) -> bool | dict[str, Upload]:
    upload = updates.find_upload(message)
    return {"upload": upload} if upload else False


@router.message(IN_PRIVATE, has_upload)
async def on_file(
    message: Message, incoming_id: str, upload: Upload, inbound: Inbound, feedback: InteractionFeedback
) -> None:
    feedback.show_action(message.chat.id, "typing")
    kind: IncomingKind = "voice" if updates.is_recording(message) else "file"
    incoming = updates.from_message(incoming_id, message, kind, message.caption or "")
    await inbound.receive_files(replace(incoming, group=message.media_group_id or ""), (upload,))


@router.message(IN_PRIVATE, inline(F.contact.user_id == F.from_user.id))
async def on_own_contact(message: Message, incoming_id: str, inbound: Inbound) -> None:
    assert message.contact is not None
    incoming = updates.from_message(incoming_id, message, "contact", message.caption or "")
    await inbound.receive(replace(incoming, contact=message.contact.phone_number))


@router.message(IN_PRIVATE, inline(F.location & ~F.venue))
async def on_location(message: Message, incoming_id: str, inbound: Inbound) -> None:
    assert message.location is not None
    incoming = updates.from_message(incoming_id, message, "location", message.caption or "")
    await inbound.receive(replace(incoming, location=(message.location.latitude, message.location.longitude)))


@router.message(IN_PRIVATE, inline(~F.content_type.in_(SERVICE_LINES)))
async def on_other_content(message: Message, incoming_id: str, inbound: Inbound) -> None:
    await inbound.receive(updates.from_message(incoming_id, message, "other", message.caption or ""))


async def is_command_in_group(message: Message, identity: BotIdentity) -> bool:
    return message.chat.type != ChatType.PRIVATE and updates.is_command_for(message.text or "", identity)


@router.message(is_command_in_group)
async def on_group_command(message: Message, feedback: InteractionFeedback) -> None:
    feedback.refuse_group(message.chat.id, updates.sender_language(message))


@router.callback_query(inline(F.message.chat.type == ChatType.PRIVATE), inline(F.data.is_not(None)))
async def on_button(
    query: CallbackQuery, incoming_id: str, now: datetime, inbound: Inbound, feedback: InteractionFeedback
) -> None:
    incoming, press = updates.from_button(incoming_id, query, now)
    feedback.remember_press(press)
    try:
        await inbound.receive(incoming)
    finally:
        feedback.answer_press(press)


# Telegram reports each move of a live location as an edit.
@router.edited_message(IN_PRIVATE, inline(F.location.is_(None)))
async def on_edited_message(message: Message, incoming_id: str, now: datetime, inbound: Inbound) -> None:
    await inbound.receive(updates.from_edited_message(incoming_id, message, now))


@router.my_chat_member(IN_PRIVATE, inline(F.new_chat_member.status.in_({"kicked", "member"})))
async def on_blocked_or_unblocked(change: ChatMemberUpdated, events: PlatformEvents) -> None:
    await events.blocked(NAME, str(change.chat.id), change.new_chat_member.status == "kicked")


# Feeding the router ---------------------------------------------------------------------------------------------------

#: the kinds of updates that Telegram is asked for
ALLOWED_UPDATES = router.resolve_used_update_types()


async def feed_update(
    payload: Mapping[str, Any],
    identity: BotIdentity,
    now: datetime,
    inbound: Inbound,
    events: PlatformEvents,
    feedback: InteractionFeedback,
) -> bool:
    """Runs the handler of one update; an update that no handler wants is done at once. Nothing is awaited before
    `inbound` is called: updates that are fed one after the other reach it in this order.

    False: aiogram cannot read the update, and the update does not tell who sent a message.
    """
    incoming_id = f"{identity.id}:{payload['update_id']}"
    if (plain_text := updates.from_plain_text(incoming_id, payload)) is not None:
        await inbound.receive(plain_text)
        return True
    try:
        update = Update.model_validate(payload)
    except ValidationError:
        log.warning("telegram: an update is newer than the library", update=payload["update_id"])
        unreadable = updates.from_unreadable(incoming_id, payload, now)
        if unreadable is not None:
            await inbound.receive(unreadable)
        return unreadable is not None
    kind = next((kind for kind in ALLOWED_UPDATES if getattr(update, kind) is not None), None)
    if kind is not None:
        await router.propagate_event(
            kind,
            getattr(update, kind),
            incoming_id=incoming_id,
            identity=identity,
            now=now,
            inbound=inbound,
            events=events,
            feedback=feedback,
        )
    return True
